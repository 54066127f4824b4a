"""Results as JSON files: a model for the body of each kind, made from the result, read back from the file, and its schema."""
