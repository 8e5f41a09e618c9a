"""What no line may be by its source or its subject: marked spoilers, borrowed words, others, holes."""
