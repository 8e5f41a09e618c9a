"""Ask the sources, decide what is new, and read on request."""
