"""What the pages of a workbook show beside the contents of their cells, compared with what its record gives."""
