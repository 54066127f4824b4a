"""What tests are made with: accounts, plans, books, tables and packages written by hand or at random, and how they are read back."""
