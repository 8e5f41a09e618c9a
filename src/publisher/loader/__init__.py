"""Sources read into Reviews: one file per kind of source, and the skills that they share."""
