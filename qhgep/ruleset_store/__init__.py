"""Rulesets: their schema, and how they bind quantities to formulas."""
