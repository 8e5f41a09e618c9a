"""What a file says of its review: front matter, sidecars, named fields."""
