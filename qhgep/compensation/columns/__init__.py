"""The columns of a plan: exact whole numbers, built once and read by both engines of a workbook."""
