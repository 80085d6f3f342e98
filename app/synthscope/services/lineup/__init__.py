"""One image or a folder, one mask, one set of words, several generators: candidates side by side, and measured."""
