"""The pool of reviews and the quotes, pictures and cards made of each."""
