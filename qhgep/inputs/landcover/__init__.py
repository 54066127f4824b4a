"""Land-cover classes: the crosswalk to ecosystems, and the decisions that it needs."""
