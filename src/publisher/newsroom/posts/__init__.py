"""Social posts from a review to their receipts, and the channels that carry them."""
