"""Numbers as people write them, with a true minus sign; programs get them from the JSON."""

MINUS = "\u2212"


def two_decimals(value: float) -> str:
    """Return a number with two decimals, and no sign before a zero."""
    return f"{value:z.2f}".replace("-", MINUS)


def in_thousands(value: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{value:,}".replace("-", MINUS)
