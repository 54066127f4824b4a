"""Files that nobody vouches for: what kind they are, whether they are sound, and their cells."""
