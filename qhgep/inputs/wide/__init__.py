"""Wide tables of bureaus: where their header is, what each column means, and whether totals agree."""
