"""Who was sent what: a row for each message and each post, and the states that it passes."""
