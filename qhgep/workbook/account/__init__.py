"""The workbook of an account, sheet by sheet."""
