"""The sections of the report on paper, between its first page and the table of every question."""

from collections.abc import Iterable, Sequence

from qa.exports.paper_parts import (
    Part,
    bullets_part,
    counted_part,
    heading_part,
    note_part,
    plot_part,
    plot_table_part,
    section_part,
    table_part,
    text_part,
    written,
)
from qa.exports.report_plots import Plot, duration, share
from qa.exports.words import (
    NOBODY_DECIDED,
    NOTHING_TO_COMPARE,
    agreement,
    in_words,
    moment,
    people_of,
    probability,
    votes_of,
    votes_word,
    why_of,
)
from qa.report.chart_value import Supported
from qa.report.comparison import Comparison
from qa.report.figures import two_decimals
from qa.report.value import Report


def describe_sections(report: Report, plots: dict[str, Plot]) -> list[Part]:
    """Return every section, in order."""
    numbers = report.numbers
    waiting = numbers.waiting
    return [
        section_part(
            "From asked to outcome",
            *_drawn(report, plots["flow"]),
            plot_table_part(plots["flow"].table),
        ),
        section_part(
            "Over time",
            note_part(
                f"In stretches of {duration(report.timeline.bucket_minutes)}. Times are UTC."
            ),
            *_drawn(report, plots["timeline"]),
        ),
        section_part(
            "How long people waited",
            counted_part(
                ("Half had a decision within", duration(waiting.p50_minutes)),
                ("Nine in ten within", duration(waiting.p90_minutes)),
                ("The longest wait", duration(waiting.longest_minutes)),
                ("Decided after the deadline", f"{waiting.late:,} of {waiting.decided:,}"),
                ("Overdue without any decision", f"{waiting.overdue:,}"),
            ),
            *_drawn(report, plots["waits"]),
        ),
        section_part("Reasons given", *_reasons(report)),
        section_part("Who decided", *_deciders(report)),
        section_part("Who voted", counted_part(*people_of(report))),
        section_part("Wanted, and not heard", *_wanted(report, plots)),
        section_part("Order and support", *_order(report)),
        section_part("Was filtering even?", *_fairness(report, plots)),
        section_part("Topics", *_topics(report)),
        section_part(
            "Appeals and redactions",
            counted_part(
                ("Appeals", f"{numbers.appeals.filed:,}"),
                ("Decision kept", f"{numbers.appeals.upheld:,}"),
                ("Decision overturned", f"{numbers.appeals.overturned:,}"),
                ("Appeals not decided yet", f"{numbers.appeals.open:,}"),
                ("Decisions drawn for a second review", f"{numbers.second_reviews.sampled:,}"),
                ("Reviewed blind, with the same verdict", agreement(numbers.second_reviews)),
                ("Words hidden for a legal reason", f"{numbers.redacted:,}"),
                ("Words erased on request", f"{numbers.erased:,}"),
                ("Turned away by limits", f"{numbers.refused:,}"),
            ),
        ),
    ]


def _reasons(report: Report) -> Iterable[Part]:
    if not report.reasons:
        yield note_part("No question is filtered out.")
        return
    yield table_part(
        ("Reason", "What it means", "Filtered", "By a rule"),
        (2, 4, 0, 0),
        [
            (written(each.label), written(each.meaning), each.filtered, each.automated)
            for each in report.reasons
        ],
    )
    if report.explanations.repeated:
        given, distinct = report.explanations.given, report.explanations.distinct
        yield heading_part("The same words, more than once")
        yield note_part(f"{given:,} explanations were given, {distinct:,} of them different.")
        yield bullets_part(f"{each.count:,} × {each.text}" for each in report.explanations.repeated)


def _drawn(report: Report, plot: Plot) -> list[Part]:
    """Return a plot, unless nobody asked anything: then there is nothing to draw."""
    return [plot_part(plot)] if report.questions else []


def _deciders(report: Report) -> Iterable[Part]:
    numbers = report.numbers
    if not numbers.by_decider:
        yield note_part(NOBODY_DECIDED)
        return
    standing = numbers.published + numbers.filtered + numbers.merged
    yield note_part(
        f"{numbers.automated:,} of {standing:,} decisions that stand were made by a rule alone "
        f"({share(report.rates.automated)})."
    )
    yield table_part(
        ("Who", "Decisions", "Decided first", "Of these filtered", "Later overruled"),
        (2, 1, 1, 1, 1),
        [
            (
                "Automatic rules" if each.by == "Rule" else each.by,
                each.decisions,
                each.first,
                each.first_filtered,
                each.overruled,
            )
            for each in numbers.by_decider
        ],
    )


def _wanted(report: Report, plots: dict[str, Plot]) -> Iterable[Part]:
    if report.unverified:
        yield note_part("Votes are unverified: anybody with the link could take part.")
    yield heading_part("Filtered out, with the most support")
    yield from _supported(report, report.most_supported_filtered)
    yield heading_part("Shown and not answered, with the most support")
    yield from _supported(report, report.most_supported_unanswered)
    if report.questions:
        yield heading_part("Support against outcome")
        yield plot_part(plots["support"])


def _supported(report: Report, found: Sequence[Supported]) -> Iterable[Part]:
    if not found:
        yield note_part("There is none.")
        return
    questions = [(each.votes, report.question(each.n)) for each in found]
    columns = 4 if any(row.reason_label for _votes, row in questions) else 3
    rows = [
        (votes, f"#{row.n}", written(in_words(row)), written(": ".join(why_of(row))))[:columns]
        for votes, row in questions
    ]
    heads = (votes_word(report), "No.", "Question", "Why not")
    yield table_part(heads[:columns], (0, 0, 3, 2)[:columns], rows)


def _order(report: Report) -> Iterable[Part]:
    if not report.order.called:
        yield note_part("No question was called on stage or answered.")
        return
    if report.order.kendall_tau is not None:
        yield text_part(
            "The order in which questions were called agrees with their support by "
            f"{two_decimals(report.order.kendall_tau)} (Kendall’s tau: 1 is the same order, "
            "0 unrelated, −1 reversed)."
        )
    yield table_part(
        ("Called", "By support", votes_word(report), "Question"),
        (0, 0, 0, 1),
        [
            (
                each.place,
                f"{each.place_by_support:g}",
                each.votes,
                written(f"#{each.n} {in_words(report.question(each.n))}"),
            )
            for each in report.order.called
        ],
    )


def _fairness(report: Report, plots: dict[str, Plot]) -> Iterable[Part]:
    if not report.numbers.by_decider:
        yield note_part(NOTHING_TO_COMPARE)
        return
    yield text_part(
        f"Of {report.disparity.decided:,} decided questions, {share(report.disparity.rate)} were "
        "filtered out. A dot is the rate of a group, the line its 95 % interval; the dashed line "
        "is the rate of all questions."
    )
    for each in report.disparity.comparisons:
        yield heading_part(each.title)
        yield text_part(each.sentence)
        plot = plots.get(f"by_{each.dimension}")
        if plot is not None:
            yield note_part(tests_of(each))
            yield plot_part(plot)
            yield plot_table_part(plot.table)
    yield heading_part("How this was computed")
    yield bullets_part(report.disparity.method)


def tests_of(comparison: Comparison) -> str:
    """Return the figures of a comparison's test in one line."""
    effect = comparison.effect
    found = [
        (f"{(comparison.test or 'test').capitalize()} p", comparison.p_value, probability),
        ("q", comparison.q_value, probability),
        ("highest less lowest rate", effect.risk_difference, share),
        ("odds ratio", effect.odds_ratio, two_decimals),
        ("Cramér’s V", effect.cramers_v, two_decimals),
    ]
    return " · ".join(f"{name} {show(value)}" for name, value, show in found if value is not None)


def _topics(report: Report) -> Iterable[Part]:
    yield note_part(report.topics.note)
    for topic in report.topics.topics:
        yield heading_part(topic.label)
        yield note_part(
            f"{len(topic.questions):,} questions · {topic.filtered:,} of {topic.decided:,} decided "
            f"were filtered · {votes_of(report, topic.votes)}"
            + (" · edited by the auditor" if topic.edited else "")
        )
        yield bullets_part(f"#{n} {in_words(report.question(n))}" for n in topic.representatives)
    if report.topics.edits:
        yield heading_part("What the auditor changed")
        yield bullets_part(
            f"{moment(each.at)}, {each.by}: {each.what}" for each in report.topics.edits
        )
