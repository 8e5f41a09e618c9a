"""The use cases: all that an entrance may do, one verb a file."""
