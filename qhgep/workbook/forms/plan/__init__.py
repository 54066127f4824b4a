"""Forms of plans: a rule's skeleton, or a plan that there is, as a workbook to fill in."""
