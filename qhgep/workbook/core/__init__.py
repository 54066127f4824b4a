"""What every workbook is made of: cells, addresses, pages, formats, and the writer."""
