"""Legal checks of a plan: what the law asks, what the plan says, and what would be needed to decide."""
