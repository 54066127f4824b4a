"""Coefficient packs and the store as a bureau and a reviewer meet them: what is needed, what a pack changes, what to look at."""
