"""Entrances for browsers: the public pages. They call the newsroom and show what it returns."""
