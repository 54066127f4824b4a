"""How a payment came about: each column with its parts, its rounding, and the report of both."""
