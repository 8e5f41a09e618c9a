"""The article of a page: its marks, its text, and what is furniture around them."""
