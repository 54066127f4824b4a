"""Workbooks that report on others: differences, audits, what a pack needs."""
