"""Compensation: a plan divides a pool in steps, each exact, named, checked and a column of a workbook."""
