"""Marks in a copy of a workbook that somebody returned: comments and coloured cells."""
