"""An account: its file, the inputs that it names, and the hashes of what was read."""
