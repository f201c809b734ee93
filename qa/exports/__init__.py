"""What a record is handed out as."""
