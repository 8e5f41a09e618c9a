"""Whether an entry is a review that is already known, and whether it is new."""
