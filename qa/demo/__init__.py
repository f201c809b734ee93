"""A realistic meeting, so that every surface has something to show on the first evening."""
