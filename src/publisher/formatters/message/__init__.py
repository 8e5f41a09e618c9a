"""A finished email as the bytes of a message."""
