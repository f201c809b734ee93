"""A small meeting that has, in five questions, what is odd about real files and a bit more."""

from pathlib import Path

QUESTIONS = {
    0: "Why?",
    1: 'First line, with a \u202eturn\r\n\r\nSecond line, "quoted"',
    2: "?",
    3: "Nobody ever decided on this one.",
    4: "Too long " + "é" * 500,
    5: "最後的問題是什麼 🏳️‍🌈?",
}
_COMMENTS = (
    # at_ms, comment, author, moderated: newest first, and two at the same moment
    (5_000, 5, 7, -1),
    (4_000, 4, 8, 1),
    (3_000, 3, 7, 0),
    (2_000, 2, 9, -1),
    (2_000, 1, 8, 1),
    (1_000, 0, 7, 1),
)
_VOTES = (
    # at_ms, comment, voter, vote: not in order
    (5_000, 5, 21, 1),
    (1_500, 0, 20, 1),
    (1_500, 0, 20, -1),
    (1_500, 0, 21, 1),
    (1_600, 0, 21, 1),
    (1_700, 0, 22, 0),
    (500, 2, 20, 1),  # older than its question
    (2_500, 1, 7, 1),
    (2_600, 1, 7, -1),
    (2_700, 1, 7, 1),
    (3_500, 3, 20, 1),
    (3_600, 3, 20, -1),
    (3_700, 3, 21, 1),
    (4_100, 4, 22, 1),
    (6_000, 99, 22, 1),  # about a comment that is not there
)


def write_odd_meeting(folder: Path) -> Path:
    """Write the files and return their folder."""
    folder.mkdir()
    comments = [
        f'{at_ms},x,{key},{author},0,0,{moderated},"{QUESTIONS[key].replace(chr(34), 2 * chr(34))}"'
        for at_ms, key, author, moderated in _COMMENTS
    ]
    _write(
        folder / "comments.csv",
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body",
        comments,
    )
    votes = [f"{at_ms},x,{key},{voter},{vote}" for at_ms, key, voter, vote in _VOTES]
    _write(folder / "votes.csv", "timestamp,datetime,comment-id,voter-id,vote", votes)
    _write(folder / "summary.csv", "topic,An odd meeting", ['"text","two', 'lines"'])
    return folder


def _write(path: Path, header: str, rows: list[str]) -> None:
    """Write a file as a spreadsheet does: with a byte order mark, CR LF, and an empty last line."""
    path.write_bytes(("\ufeff" + "\r\n".join([header, *rows, "", ""])).encode())
