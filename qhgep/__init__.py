"""qhgep: gross ecosystem product and ecological compensation for Chinese counties."""
