"""Fair Hearing. Importing this package imports nothing."""
