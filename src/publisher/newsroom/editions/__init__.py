"""An edition from its first draft to its approval: composed, edited, shown, judged."""
