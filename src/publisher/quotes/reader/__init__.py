"""Reads a review's sentences in their context by a small packaged network; everything else of the room does without."""
