"""Counting like each network counts, clipping at words, HTML to text, canonical URLs. Pure."""
