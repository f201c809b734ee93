"""The HTTP doors: pages, the JSON API, and the logs' read interface. See docs/architecture.md."""
