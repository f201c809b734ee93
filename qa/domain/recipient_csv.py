"""Who is to be sent a ticket, as a CSV file with one column, ``recipient``.

The form is that of ``csv_file``. A recipient is an address, a name or a staff number, whatever the
links will be sent out by: 1 to 254 characters on one line, each once. At most 10,000 rows.
"""

import unicodedata
from dataclasses import dataclass

from qa.domain.csv_file import RowError, Shape, read_table

MAX_RECIPIENT = 254
SHAPE = Shape(("recipient",), "recipient", "recipients", 10_000)


@dataclass(frozen=True)
class Recipient:
    """One row: the recipient as written, and as compared with others."""

    line: int
    written: str
    key: str


def parse_recipients(data: bytes) -> tuple[list[Recipient], list[RowError]]:
    """Return a file's recipients and everything wrong with it, both in the order of the file."""
    rows, errors = read_table(data, SHAPE)
    lines: dict[str, int] = {}
    recipients = []
    for row in rows:
        written = row.cells["recipient"].strip()
        key = compared(written)
        problem = _problem(written, key, lines)
        if problem is not None:
            errors.append(RowError(row.line, "recipient", problem))
            continue
        lines[key] = row.line
        recipients.append(Recipient(row.line, written, key))
    return recipients, sorted(errors, key=lambda error: error.line)


def compared(recipient: str) -> str:
    """Return the form in which two spellings of one recipient are the same."""
    return unicodedata.normalize("NFKC", recipient).casefold()


def _problem(written: str, key: str, lines: dict[str, int]) -> str | None:
    if not written:
        return "The recipient is missing."
    if max(len(written), len(key)) > MAX_RECIPIENT:
        return f"A recipient has at most {MAX_RECIPIENT} characters. This one has {len(written)}."
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in written):
        return "A recipient is one line without control characters."
    if key in lines:
        return f"This recipient is on line {lines[key]} already. Each is sent one ticket."
    return None
