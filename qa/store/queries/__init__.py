"""Reading: events and questions as rows, and the views of them that people are shown."""
