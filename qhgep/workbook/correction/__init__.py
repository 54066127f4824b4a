"""更正对照: a corrected book beside the one that it corrects."""
