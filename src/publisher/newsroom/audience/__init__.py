"""Readers: taken in, looked after, and let go."""
