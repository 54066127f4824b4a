"""From returned tables to an account: they are checked, the account is started, what it leaves open is listed and decided."""
