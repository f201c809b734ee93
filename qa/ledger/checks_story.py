"""The checks of what the leaves tell: decisions, statuses, policies and votes."""

from qa.errors import Invalid
from qa.ledger.record import Record


def check_decisions(record: Record) -> str:
    """Check that each question has one effective decision, made as its policy asks."""
    story = record.story
    story.faults.require_none("decisions")
    decided = [docket for docket in story.dockets if docket.decisions]
    decisions = sum(len(docket.decisions) for docket in decided)
    late = sum(docket.late for docket in decided)
    return (
        f"{decisions:,} decisions on {len(decided):,} questions, each with a reason of the policy"
        f" in force where it declines; {late:,} came late, and say so."
    )


def check_states(record: Record) -> str:
    """Check that everything that happened was legal at that point, and that the sums are right."""
    story = record.story
    story.faults.require_none("states")
    if not story.dockets:
        return f"The meeting is {story.state}, and nothing was asked."
    waiting = [docket for docket in story.dockets if docket.status == "pending"]
    overdue = sum(
        docket.due < record.bundle.about.made_at for docket in waiting if not docket.decisions
    )
    return (
        f"{len(story.dockets):,} asked = {story.count('published'):,} published"
        f" + {story.count('filtered'):,} filtered + {story.count('merged'):,} merged"
        f" + {story.count('withdrawn'):,} withdrawn + {len(waiting):,} undecided"
        f" ({overdue:,} overdue). The meeting is {story.state}."
    )


def check_policies(record: Record) -> str:
    """Check that each policy is the one whose hash was logged, and that none is missing."""
    story = record.story
    story.faults.require_none("policies")
    given = {policy.version: policy for policy in record.bundle.policies}
    if not story.policies or set(given) != set(story.policies):
        raise Invalid("The policies in the bundle are not the versions that the log published.")
    for version, (_, sha256) in story.policies.items():
        if given[version].sha256 != sha256:
            raise Invalid(f"Version {version} of the policy is not the text that was published.")
        if version not in record.terms:
            raise Invalid(f"Version {version} of the policy cannot be read.")
    versions = "one version" if len(given) == 1 else f"{len(given)} versions"
    return f"The policy ({versions}) is as it was published."


def check_votes(record: Record) -> str:
    """Check that snapshots of votes cover the questions there were, and add up."""
    story = record.story
    story.faults.require_none("votes")
    if not story.votes:
        return "No votes are on the record."
    return f"{story.votes:,} votes in the last snapshots, whose sums are right."
