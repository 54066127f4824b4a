"""The decimals of shares: how fine they may be, and what rounding them moves."""
