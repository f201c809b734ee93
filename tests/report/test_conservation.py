"""The whole report of any log: each docket number once in each of its parts, whoever reads them."""

from collections import Counter

from hypothesis import assume, given

from qa.exports.report_plots import all_plots
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.facts import OUTCOMES
from qa.report.make import make_report
from qa.report.source import Source
from qa.report.topics import no_topics
from qa.report.value import Report
from tests.ledger.test_numbers import LEAVES, Draft, entries_of

HEAD = Checkpoint("example.org/log/all-hands", 1, bytes(32))


def report_of(drafts: list[Draft]) -> Report:
    source = Source(
        slug="all-hands",
        vkey="a key",
        head=HEAD,
        checkpoint="a checkpoint",
        entries=entries_of(drafts),
        texts={},
        policies=[],
    )
    return make_report(source, no_topics("too_few", "None."))


@given(LEAVES)
def test_every_docket_number_is_in_exactly_one_outcome_of_every_part(drafts: list[Draft]) -> None:
    assume(drafts)
    report = report_of(drafts)
    n, asked = report.numbers, sum(kind == "question.submitted" for kind, _ in drafts)
    assert [row.n for row in report.questions] == list(range(1, asked + 1))
    outcomes = Counter(row.outcome for row in report.questions)
    assert {name: outcomes[name] for name in OUTCOMES} == {
        name: getattr(n, name) for name in OUTCOMES
    }
    assert sum(outcomes.values()) == n.submitted == asked
    assert {each.outcome: each.questions for each in report.support} == dict(outcomes)
    bands = [each for each in report.flow if each.source == "asked"]
    assert sum(each.count for each in bands) == asked
    ends = Counter[str]()
    for each in report.flow:
        if each.target in OUTCOMES:
            ends[each.target] += each.count
    assert ends == Counter(outcomes)
    assert sum(bucket.submitted for bucket in report.timeline.buckets) == asked
    assert sum(bucket.decisions for bucket in report.waits) == n.waiting.decided
    assert sum(reason.filtered for reason in report.reasons) == n.filtered


@given(LEAVES)
def test_every_docket_number_is_in_the_plots_and_their_tables(drafts: list[Draft]) -> None:
    assume(drafts)
    report = report_of(drafts)
    plots, asked = all_plots(report), report.numbers.submitted
    parts = [row for row in plots["flow"].table.rows if ": " not in str(row[0])]
    assert sum(int(row[1]) for row in parts) == asked
    assert sum(int(row[-1]) for row in plots["support"].table.rows) == asked
    assert sum(int(row[1]) for row in plots["timeline"].table.rows) == asked
