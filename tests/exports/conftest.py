"""Reports for tests of their forms: made once, from real meetings on a real database."""

from pathlib import Path

import pytest

from qa.config import load_config
from qa.report.value import Report
from qa.services import reports
from qa.services.context import Context, build_context
from tests.conftest import ROOMY, TurnableClock, check_every_log
from tests.exports.hostile import hold_hostile_meeting
from tests.services.meeting import SLUG, hold_meeting


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Report:
    """Return the report of a meeting in which people asked everything that breaks software."""
    ctx = _context(tmp_path_factory.mktemp("hostile"), sqlite_template)
    hold_hostile_meeting(ctx)
    return _report_of(ctx)


@pytest.fixture(scope="session")
def empty_report(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Report:
    """Return the report of a meeting in which nobody asked anything."""
    ctx = _context(tmp_path_factory.mktemp("empty"), sqlite_template)
    hold_meeting(ctx, "open", "live", "closed")
    return _report_of(ctx)


@pytest.fixture(scope="session")
def undecided_report(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Report:
    """Return the report of a running meeting in which nobody has decided anything."""
    ctx = _context(tmp_path_factory.mktemp("undecided"), sqlite_template)
    meeting = hold_meeting(ctx, "open")
    for _ in range(7):
        meeting.ask()
    meeting.move("live")
    return _report_of(ctx)


def _context(folder: Path, template: Path) -> Context:
    path = folder / "test.sqlite3"
    path.write_bytes(template.read_bytes())
    config = load_config({"QA_DATA_DIR": str(folder), "QA_DATABASE_URL": f"sqlite:///{path}"})
    limits = {f"QA_LIMIT_{name.upper()}": str(value) for name, value in vars(ROOMY).items()}
    config = load_config(
        {"QA_DATA_DIR": str(folder), "QA_DATABASE_URL": config.database_url, **limits}
    )
    return build_context(config, clock=TurnableClock())


def _report_of(ctx: Context) -> Report:
    report = reports.build_report(ctx, SLUG)
    check_every_log(ctx)
    ctx.db.close()
    return report
