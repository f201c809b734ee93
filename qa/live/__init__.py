"""The socket door: what pages send and what they are told at once. See docs/architecture.md."""
