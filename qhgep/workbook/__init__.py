"""Workbooks: laid out, written with live formulas, and verified against a rebuild from their own record."""
