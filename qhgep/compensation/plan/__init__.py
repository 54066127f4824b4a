"""A plan: its schema, how it is read from toml, what it cites, and what is checked before it runs."""
