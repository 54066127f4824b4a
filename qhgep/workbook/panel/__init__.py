"""The workbook of an account of several periods: county by year, growth, ranks, prices, coverage."""
