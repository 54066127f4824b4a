"""The readings of a formula tree: unit check, numbers, exact numbers, trace, Chinese text, LaTeX, cell, and the parser."""
