"""What goes out by mail: slots, sends, the editor's answers, workers."""
