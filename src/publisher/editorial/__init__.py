"""Pure decisions of an editor: what an edition holds, what it says about itself, and when it is due."""
