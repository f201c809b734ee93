"""See docs/architecture.md for what this floor is for."""
