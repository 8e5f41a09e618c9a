"""Newly published film reviews become a weekly email digest and social posts, each sent exactly once."""

__version__ = "0.2.0"
