"""A digest or letter as HTML and text: layouts, words, inlined styles."""
