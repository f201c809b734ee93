"""Logs say what happened and where, and nothing about people."""

import json
import logging

import pytest
import structlog

from qa.web.structured_logs import configure_logs


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in captured.readouterr().err.splitlines()]


def fail() -> None:
    raise ValueError("words of a question, 192.0.2.7")


def test_an_error_of_ours_is_its_type_and_its_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("info")
    try:
        fail()
    except ValueError as error:
        structlog.get_logger("qa.test").exception("broke", exc_info=error)
    (line,) = lines(capsys)
    assert line["error"] == "ValueError"
    assert str(line["where"]).endswith("fail']")
    assert "question" not in json.dumps(line)
    assert "192.0.2.7" not in json.dumps(line)


def test_an_error_of_a_library_is_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    try:
        fail()
    except ValueError:
        logging.getLogger("sqlalchemy.pool").exception("broke")
    (line,) = lines(capsys)
    assert (line["error"], line["event"]) == ("ValueError", "broke")
    assert "question" not in json.dumps(line)


def test_the_level_is_the_one_that_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("warning")
    structlog.get_logger("qa.test").info("quiet")
    structlog.get_logger("qa.test").warning("loud")
    assert [line["event"] for line in lines(capsys)] == ["loud"]
