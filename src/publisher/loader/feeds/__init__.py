"""Entries of RSS, Atom and JSON feeds and of the platforms' interfaces, as one kind of record."""
