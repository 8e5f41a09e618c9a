"""The studio: an edition seen as its readers will see it, changed, tested and approved, on this machine alone."""
