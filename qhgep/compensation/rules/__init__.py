"""The rules of steps, one module each: its terms, name, place in a plan, checks and columns (`registry` finds them)."""
