"""Verifying a workbook: rebuilt from its own record and compared, in contents and in appearance."""
