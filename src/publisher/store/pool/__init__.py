"""Reviews, what was decided about them, and what is remembered of their sources."""
