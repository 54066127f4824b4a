"""The auditor's page: a result in one file that opens without a network, every number with the tree below it."""
