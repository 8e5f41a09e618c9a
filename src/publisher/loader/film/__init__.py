"""Which film a headline and its text are about."""
