"""Pure renderings: the digest, posts, cards and the message envelope. Same input, same bytes."""
