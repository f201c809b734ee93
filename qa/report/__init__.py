"""The audit report: its values, its statistics and its words. Pure: others read for it."""
