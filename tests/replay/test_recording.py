"""Reading the files of a recorded meeting."""

from pathlib import Path

import pytest

from qa.replay.recording import (
    BadRecording,
    cut,
    parse_comments,
    parse_participants,
    parse_votes,
    read_recording,
)
from tests.replay.odd_meeting import QUESTIONS

COMMENTS = "timestamp,comment-id,author-id,moderated,comment-body\n"
VOTES = "timestamp,comment-id,voter-id,vote\n"


def test_comments_come_oldest_first_and_by_number_at_equal_times(odd_meeting: Path) -> None:
    recording = read_recording(odd_meeting)

    assert [comment.comment_id for comment in recording.comments] == [0, 1, 2, 3, 4, 5]
    assert [comment.moderated for comment in recording.comments] == [1, 1, -1, 0, 1, -1]


def test_texts_keep_their_lines_and_quotation_marks(odd_meeting: Path) -> None:
    recording = read_recording(odd_meeting)

    assert {each.comment_id: each.text for each in recording.comments} == QUESTIONS


def test_votes_are_a_sequence_in_time_and_keep_the_order_of_the_file_at_equal_times() -> None:
    votes = parse_votes(f"{VOTES}20,0,5,1\n10,0,5,1\n20,0,5,-1\n20,0,4,0\n".encode())

    assert [(vote.at_ms, vote.voter, vote.value) for vote in votes] == [
        (10, "5", 1),
        (20, "5", 1),
        (20, "5", -1),
        (20, "4", 0),
    ]


def test_votes_about_comments_that_the_files_lack_are_counted_and_left_out(
    odd_meeting: Path,
) -> None:
    recording = read_recording(odd_meeting)

    assert recording.unlisted_votes == 1
    assert 99 not in {vote.comment_id for vote in recording.votes}


def test_a_table_of_people_is_read_by_their_numbers_and_empty_cells_say_nothing() -> None:
    votes = parse_participants(b"participant,group-id,n-votes,0,1,2\n10,,3,1,-1,0\n9,1,1,,,1\n")

    assert [(vote.voter, vote.comment_id, vote.value) for vote in votes] == [
        ("9", 2, 1),
        ("10", 0, 1),
        ("10", 1, -1),
        ("10", 2, 0),
    ]
    assert {vote.at_ms for vote in votes} == {None}


def test_the_file_with_times_is_used_where_there_are_both(odd_meeting: Path) -> None:
    (odd_meeting / "participants-votes.csv").write_bytes(b"not even a table")

    assert all(vote.at_ms for vote in read_recording(odd_meeting).votes)


def test_the_title_is_the_topic_or_else_the_name_of_the_folder(odd_meeting: Path) -> None:
    assert read_recording(odd_meeting).title == "An odd meeting"

    (odd_meeting / "summary.csv").unlink()

    assert read_recording(odd_meeting).title == "Odd Meeting"


def test_a_slice_keeps_the_first_questions_and_the_first_people_who_voted_on_them(
    odd_meeting: Path,
) -> None:
    sliced = cut(read_recording(odd_meeting), questions=2, voters=2)

    assert [comment.comment_id for comment in sliced.comments] == [0, 1]
    assert {vote.voter for vote in sliced.votes} == {"7", "20"}
    assert {vote.comment_id for vote in sliced.votes} <= {0, 1}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "comments.csv, line 1: there is no column timestamp."),
        (b"timestamp,comment-id\n", "comments.csv, line 1: there is no column author-id."),
        (b"\xff\xfe", "comments.csv is not UTF-8."),
        (f"{COMMENTS}1,0,7,1\n".encode(), "comments.csv, line 2: 4 cells under 5 columns."),
        (f"{COMMENTS}now,0,7,1,x\n".encode(), "line 2: timestamp is no whole number."),
        (f"{COMMENTS}1,\u0663,7,1,x\n".encode(), "line 2: comment-id is no whole number."),
        (f"{COMMENTS}1,0,7,2,x\n".encode(), "line 2: moderated is neither 1 nor 0 nor -1."),
        (f'{COMMENTS}1,0,7,1,"x\ny"\n2,0,7,1,z\n'.encode(), "line 4: comment 0 is there twice."),
        (f'{COMMENTS}1,0,7,1,"x\n'.encode(), "unexpected end of data."),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_with_its_line(data: bytes, said: str) -> None:
    with pytest.raises(BadRecording) as refused:
        parse_comments(data)

    assert refused.value.message.endswith(said)


def test_an_opinion_that_is_none_is_refused_with_its_column() -> None:
    with pytest.raises(BadRecording, match="line 2: 7 is neither 1 nor 0 nor -1"):
        parse_participants(b"participant,7\n1,yes\n")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRecording, match=r"comments\.csv cannot be read: No such file"):
        read_recording(tmp_path)
