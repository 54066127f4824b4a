"""The decisions behind an account, and what each is worth in money."""
