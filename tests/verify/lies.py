"""Lies: ways in which an operator with every key could rewrite the record of the meeting.

Each changes the lines of an honest record, and names the check that has to fail, and what it says.
"""

from tests.verify.forger import commit, find


def first(lines, kind, **fields):
    return find(lines, kind, **fields)


def after(lines, line, *new):
    at = lines.index(line) + 1
    lines[at:at] = new


def like(line, kind, **fields):
    """Return a leaf of another kind, logged in the same minute."""
    return type(line)(kind, line.t, fields)


def declined_by_a_person(lines):
    return first(lines, "decision", verdict="filter", auto=False, seq=1)


LIES = {}


def lie(step, says):
    """Note a rewriting of the record, the step that has to fail, and what it has to say."""

    def note(rewrite):
        LIES[rewrite.__name__] = (rewrite, step, says)
        return rewrite

    return note


@lie(4, "Leaf 7 is of another event")
def a_leaf_of_another_event(lines):
    lines[7].ev = "another-one"


@lie(4, "opens another log")
def the_log_of_another_place(lines):
    lines[0].fields["origin"] = "elsewhere.example/log/all-hands"


@lie(7, "an earlier one is later")
def time_goes_back(lines):
    lines[40].t = "2026-11-18T10:00Z"


@lie(8, "has the docket number 12, not 11")
def a_docket_number_is_left_out(lines):
    for line in lines:
        if line.kind not in ("redaction",) and line.fields.get("n", 0) > 10:
            line.fields["n"] += 1


@lie(8, "is about #94, which was never asked")
def a_decision_on_nothing(lines):
    decided = first(lines, "decision", n=70)
    decided.fields["n"] = 94


@lie(8, "is about #900, which was never asked")
def new_words_for_nothing(lines):
    first(lines, "question.revised", n=80).fields["n"] = 900


@lie(8, "is about #900, which was never asked")
def nothing_is_withdrawn(lines):
    first(lines, "withdrawn").fields["n"] = 900


@lie(8, "is about #900, which was never asked")
def nothing_on_stage(lines):
    first(lines, "live").fields["n"] = 900


@lie(8, "is about #900, which was never asked")
def nothing_is_answered(lines):
    first(lines, "answered").fields["n"] = 900


@lie(9, "comes after 0 others")
def a_decision_that_skips_a_number(lines):
    fields = first(lines, "decision", n=5).fields
    fields["seq"], fields["sup"] = 2, 1


@lie(9, "does not supersede the one before")
def a_correction_that_hides_what_it_corrects(lines):
    del first(lines, "decision", n=4, seq=2).fields["sup"]


@lie(9, "hides that it is late")
def a_late_decision_that_says_it_was_in_time(lines):
    first(lines, "decision", late=True).fields["late"] = False


@lie(9, "hides that it is late, or says so wrongly")
def a_decision_in_time_that_says_it_was_late(lines):
    first(lines, "decision", n=5).fields["late"] = True


@lie(9, "only a first decision can be late")
def a_correction_that_says_it_was_late(lines):
    first(lines, "decision", n=4, seq=2).fields["late"] = True


@lie(9, "2 of the policy; 1 was in force")
def a_decision_under_a_policy_to_come(lines):
    first(lines, "decision", n=5).fields["policy"] = 2


@lie(9, "version 2 of the policy is not there to be read")
def a_question_under_a_policy_to_come(lines):
    first(lines, "question.submitted", n=5).fields["policy"] = 2


@lie(9, "unlawful is no reason of version 1")
def a_reason_that_the_policy_lacks(lines):
    declined_by_a_person(lines).fields["reason"] = "unlawful"


@lie(9, "does not let the rule near_duplicate decide")
def a_rule_that_may_only_flag_decides(lines):
    first(lines, "decision", by="Rule").fields["rule"] = "near_duplicate"


@lie(9, "does not let the rule exact_duplicate decide")
def a_rule_decides_with_another_reason(lines):
    first(lines, "decision", by="Rule").fields["reason"] = "off_topic"


@lie(9, "does not let the rule exact_duplicate decide")
def a_rule_publishes(lines):
    fields = first(lines, "decision", by="Rule").fields
    fields["verdict"] = "publish"


@lie(9, "the deadline of #5 is later than the policy sets it")
def more_time_than_the_policy_gives(lines):
    first(lines, "question.submitted", n=5).fields["due"] = "2026-11-19T11:07Z"


@lie(10, "filter does not apply to #4: filtered")
def a_question_is_declined_twice(lines):
    fields = first(lines, "decision", n=4, seq=2).fields
    fields |= {"verdict": "filter", "reason": "spam"}


def against(lines, n):
    return first(lines, "appeal", n=n)


def on_appeal(lines, n):
    return first(lines, "decision", n=n, appeal=1)


@lie(9, "Moderator A decided on an appeal against their own decision on #12")
def a_moderator_who_hears_the_appeal_against_them(lines):
    on_appeal(lines, 12).fields["by"] = "Moderator A"


@lie(9, "decision 2 on #12 is wrong about an appeal")
def a_decision_that_passes_an_appeal_over(lines):
    del on_appeal(lines, 12).fields["appeal"]


@lie(9, "decision 2 on #12 is wrong about an appeal")
def an_answer_to_an_appeal_that_nobody_made(lines):
    lines.remove(against(lines, 12))


@lie(9, "the appeal on #20 hides that it is late")
def a_late_answer_to_an_appeal_that_says_it_was_in_time(lines):
    on_appeal(lines, 20).fields["late"] = False


@lie(9, "the appeal on #12 hides that it is late, or says so wrongly")
def an_answer_to_an_appeal_in_time_that_says_it_was_late(lines):
    on_appeal(lines, 12).fields["late"] = True


@lie(9, "the deadline of the appeal on #28 is later than the policy sets it")
def an_appeal_that_may_wait_for_ever(lines):
    against(lines, 28).fields["due"] = "2027-11-18T12:00Z"


@lie(9, "decision 2 on #28 could not be appealed")
def an_appeal_against_a_decision_to_come(lines):
    against(lines, 28).fields["seq"] = 2


@lie(9, "decision 1 on #5 could not be appealed")
def an_appeal_against_what_was_published(lines):
    against(lines, 28).fields["n"] = 5


@lie(9, "decision 1 on #28 could not be appealed")
def a_decision_that_is_appealed_twice(lines):
    line = against(lines, 28)
    after(lines, line, like(line, "appeal", **line.fields))


@lie(9, "decision 2 on #12 could not be appealed")
def an_appeal_against_a_decision_on_an_appeal(lines):
    line = on_appeal(lines, 12)
    fields = {**against(lines, 12).fields, "seq": 2}
    after(lines, line, like(line, "appeal", **fields))


@lie(8, "is about #900, which was never asked")
def nothing_is_appealed(lines):
    against(lines, 28).fields["n"] = 900


@lie(10, "#14 is merged into #4, which was not published")
def a_merge_into_what_was_filtered(lines):
    moved = first(lines, "decision", n=14, verdict="merge")
    moved.fields["into"] = 4
    first(lines, "decision", n=4, seq=3).fields["verdict"] = "filter"
    first(lines, "decision", n=4, seq=3).fields["reason"] = "off_topic"


@lie(10, "#14 is merged into #14, which was not published")
def a_merge_into_itself(lines):
    first(lines, "decision", n=14, verdict="merge").fields["into"] = 14


@lie(10, "#18 is merged into #14, which was not published")
def a_chain_of_merges(lines):
    first(lines, "decision", n=18, verdict="merge").fields["into"] = 14


@lie(10, "others are merged into #13, so it stood")
def a_decline_of_what_others_are_merged_into(lines):
    line = first(lines, "decision", n=16, verdict="restore")
    expl, openings = commit("Away with all of them.", "explanation")
    fields = {**line.fields, "n": 13, "seq": 2, "sup": 1, "verdict": "filter", "expl": expl}
    after(lines, line, type(line)("decision", line.t, {**fields, "reason": "spam"}, openings))


@lie(10, "publish does not apply to #18: published")
def a_question_that_stays_in_the_group_of_a_withdrawn_one(lines):
    line = next(each for each in lines if each.kind == "withdrawn" and each.fields["n"] == 17)
    expl, openings = commit("Let it out.", "explanation")
    merged = first(lines, "decision", n=18, verdict="merge").fields
    fields = {**merged, "seq": 3, "sup": 2, "verdict": "publish", "expl": expl}
    del fields["into"]
    after(lines, line, type(line)("decision", line.t, fields, openings))


@lie(10, "#5 is merged into #6, which was not published")
def a_merge_into_what_was_not_published_yet(lines):
    first(lines, "decision", n=5).fields |= {"verdict": "merge", "into": 6}


@lie(10, "was on stage or answered, so it stood")
def an_answered_question_is_declined(lines):
    answered = first(lines, "answered", n=5)
    commitment, openings = commit("Never mind.", "explanation")
    declined = like(
        answered,
        "decision",
        **first(lines, "decision", n=5).fields
        | {"seq": 2, "sup": 1, "verdict": "filter", "reason": "spam", "expl": commitment},
    )
    declined.openings = openings
    after(lines, answered, declined)


@lie(10, "Presenter A is not of the staff that may do this")
def a_presenter_decides(lines):
    first(lines, "decision", n=5).fields["by"] = "Presenter A"


@lie(10, "Moderator Z is not of the staff that may do this")
def somebody_unknown_decides(lines):
    first(lines, "decision", n=5).fields["by"] = "Moderator Z"


@lie(10, "Auditor A is not of the staff that may do this")
def an_auditor_answers(lines):
    first(lines, "answered").fields["by"] = "Auditor A"


@lie(10, "Auditor A is not of the staff that may do this")
def an_auditor_takes_the_stage(lines):
    first(lines, "live").fields["by"] = "Auditor A"


@lie(10, "Moderator A is not of the staff that may do this")
def a_moderator_adds_staff(lines):
    first(lines, "staff.changed", who="Presenter A").fields["by"] = "Moderator A"


@lie(10, "the name Moderator A was given a second time")
def a_name_is_given_twice(lines):
    first(lines, "staff.changed", who="Moderator B").fields["who"] = "Moderator A"


@lie(10, "was removed without having been there")
def somebody_is_removed_twice(lines):
    removed = first(lines, "staff.changed", act="removed")
    after(lines, removed, like(removed, removed.kind, **removed.fields))


@lie(10, "is not what a member of this role is called")
def a_moderator_called_an_auditor(lines):
    first(lines, "staff.changed", who="Auditor A").fields["role"] = "moderator"


@lie(10, "the words of #80 were changed after a decision")
def words_changed_after_a_decision(lines):
    revised = first(lines, "question.revised", n=80)
    expl, openings = commit("", "explanation")
    decided = like(
        revised, "decision", **first(lines, "decision", n=5).fields | {"n": 80, "expl": expl}
    )
    decided.openings = openings
    lines.insert(lines.index(revised), decided)


@lie(10, "the wordings of #81 are not numbered one by one")
def a_wording_is_left_out(lines):
    lines.remove(first(lines, "question.revised", n=81, version=2))


@lie(10, "#82 could not be withdrawn")
def a_question_is_withdrawn_twice(lines):
    withdrawn = first(lines, "withdrawn", n=82)
    after(lines, withdrawn, like(withdrawn, "withdrawn", n=82))


@lie(10, "#2 could not be withdrawn")
def a_question_is_withdrawn_from_the_stage(lines):
    live = first(lines, "live", n=2)
    after(lines, live, like(live, "withdrawn", n=2))


@lie(10, "#90 could not go on stage")
def an_undecided_question_goes_on_stage(lines):
    closing = first(lines, "live", n=2, on=False)
    after(lines, closing, like(closing, "live", n=90, on=True, by="Owner"))


@lie(10, "#9 could not go on stage")
def two_questions_on_stage(lines):
    live = first(lines, "live", n=2)
    after(lines, live, like(live, "live", n=9, on=True, by="Owner"))


@lie(10, "#9 could not go off stage")
def a_question_leaves_a_stage_that_it_was_not_on(lines):
    live = first(lines, "live", n=2)
    after(lines, live, like(live, "live", n=9, on=False, by="Owner"))


@lie(10, "#90 was answered while pending")
def an_answer_to_an_undecided_question(lines):
    answered = first(lines, "answered", n=5)
    after(lines, answered, like(answered, "answered", n=90, mode="spoken", by="Owner"))


@lie(10, "a written answer, and no other, commits to its words")
def a_written_answer_without_words(lines):
    first(lines, "answered", mode="spoken").fields["mode"] = "written"


@lie(10, "was asked with a name, but commits to none")
def a_name_that_is_not_there(lines):
    line = first(lines, "question.submitted", n=3)
    del line.fields["name"], line.openings["name"]


@lie(10, "question.submitted before the meeting was open")
def a_question_before_the_meeting_was_open(lines):
    opening = first(lines, "event.state", to="open")
    lines.remove(opening)
    after(lines, first(lines, "question.submitted", n=1), opening)


@lie(10, "the meeting was live and cannot go open to closed")
def a_state_is_left_out(lines):
    first(lines, "event.state", to="closed").fields["from"] = "open"


@lie(10, "cannot go live to open")
def the_meeting_goes_back(lines):
    live = first(lines, "event.state", to="live")
    after(lines, live, like(live, "event.state", **{"from": "live", "to": "open"}))


@lie(10, "withdrawn cannot follow the end of the meeting")
def something_after_the_end(lines):
    lines.append(like(lines[-1], "withdrawn", n=90))


@lie(10, "event.changed cannot follow the end of the meeting")
def a_setting_of_the_meeting_changed_after_the_end(lines):
    fields = ["report_topics", "starts_at"]
    lines.append(like(lines[-1], "event.changed", fields=fields))


@lie(10, "withdrawn cannot follow the end of the meeting")
def something_between_the_end_and_the_totals(lines):
    lines.insert(len(lines) - 1, like(lines[-1], "withdrawn", n=90))


@lie(10, "The meeting ended, but the log has no totals")
def no_totals(lines):
    assert lines.pop().kind == "event.closed"


@lie(10, "there are totals before the meeting ended")
def totals_too_early(lines):
    lines.insert(30, like(lines[30], "event.closed", **lines[-1].fields))


def review_of(lines, n):
    return first(lines, "review", n=n)


@lie(9, "Moderator A reviewed #24, on which they have decided")
def a_moderator_who_reviews_their_own_decision(lines):
    review_of(lines, 24).fields["by"] = "Moderator A"


@lie(9, "decision 1 on #24 was reviewed a second time already")
def a_decision_that_is_reviewed_twice(lines):
    line = review_of(lines, 24)
    again = like(line, "review", **{**line.fields, "by": "Owner"})
    again.openings = line.openings
    after(lines, line, again)


@lie(9, "decision 2 on #12 is not in the sample")
def a_review_of_a_decision_on_an_appeal(lines):
    review_of(lines, 24).fields.update(n=12, seq=2, by="Owner")


@lie(9, "decision 3 on #9 is not in the sample")
def a_review_of_a_decision_that_was_never_made(lines):
    review_of(lines, 9).fields["seq"] = 3


@lie(9, "made_up is no reason of version 1")
def a_review_for_a_reason_that_the_policy_does_not_have(lines):
    review_of(lines, 24).fields["reason"] = "made_up"


@lie(10, "Presenter A is not of the staff that may do this")
def a_review_by_somebody_who_does_not_decide(lines):
    review_of(lines, 24).fields["by"] = "Presenter A"


@lie(11, "declines #24 without a word of why")
def a_review_that_would_decline_without_a_word(lines):
    line = review_of(lines, 24)
    line.fields["expl"], line.openings = commit(" ", "explanation")


@lie(10, "the totals say 4 reviews; the log has 3")
def a_review_that_is_left_out(lines):
    lines.remove(review_of(lines, 32))


@lie(10, "a leaf of the kind event.opened cannot be here")
def an_event_opened_twice(lines):
    again = like(lines[0], "event.opened", **lines[0].fields)
    again.openings = lines[0].openings
    lines.insert(2, again)


@lie(10, "a leaf of the kind anchor cannot be here")
def an_anchor_in_an_event_s_log(lines):
    origin = lines[0].fields["origin"]
    lines.insert(3, like(lines[2], "anchor", origin=origin, size=1, root="0" * 64))


TOTALS = ("submitted", "published", "filtered", "merged", "withdrawn", "undecided", "answered")
for _name in (*TOTALS, "decisions", "appeals", "reviews"):

    def _total(lines, name=_name):
        lines[-1].fields[name] += 1

    LIES[f"a wrong total of {_name}"] = (_total, 10, f"{_name}; the log has")


@lie(13, "At the end there were 19 votes; the last snapshots have 18")
def a_wrong_total_of_votes(lines):
    lines[-1].fields["votes"] += 1


@lie(13, "counts votes for #1 to #92; the log has 93")
def a_snapshot_that_leaves_a_question_out(lines):
    fields = [line for line in lines if line.kind == "vote.snapshot"][-1].fields
    fields["to"], fields["counts"] = 92, fields["counts"][:-1]


@lie(13, "counts votes for #1 to #94; the log has 93")
def a_snapshot_of_more_than_there_was(lines):
    fields = [line for line in lines if line.kind == "vote.snapshot"][-1].fields
    fields["to"], fields["counts"] = 94, [*fields["counts"], 0]


@lie(13, "counts votes for #2 to #93")
def a_snapshot_that_begins_in_the_middle(lines):
    fields = [line for line in lines if line.kind == "vote.snapshot"][-1].fields
    fields["from"], fields["counts"], dropped = 2, fields["counts"][1:], fields["counts"][0]
    fields["votes"] -= dropped


def last_snapshot(lines):
    return [line for line in lines if line.kind == "vote.snapshot"][-1].fields


@lie(13, "it counts the groups of none; the log has #13")
def a_snapshot_that_leaves_out_the_people_behind_a_group(lines):
    fields = last_snapshot(lines)
    del fields["groups"], fields["people"]


@lie(13, "it counts the groups of #13, #20; the log has #13")
def a_snapshot_of_a_group_that_is_none(lines):
    last_snapshot(lines)["groups"].append(20)
    last_snapshot(lines)["people"].append(0)


@lie(13, "6 people cannot be behind #13")
def more_people_than_votes_behind_a_group(lines):
    last_snapshot(lines)["people"] = [6]


@lie(13, "1 people cannot be behind #13")
def fewer_people_than_one_of_the_questions_has_behind_a_group(lines):
    last_snapshot(lines)["people"] = [1]


@lie(12, "is not the text that was published")
def another_policy_was_published(lines):
    first(lines, "policy.published").fields["sha256"] = "0" * 64


@lie(12, "are not the versions that the log published")
def a_policy_that_is_not_in_the_bundle(lines):
    published = first(lines, "policy.published")
    after(lines, published, like(published, "policy.published", version=2, sha256="0" * 64))


@lie(12, "the policy's versions are out of order")
def the_policy_s_versions_skip_one(lines):
    first(lines, "policy.published").fields["version"] = 2


@lie(11, "declines #8 without a word of why")
def a_question_is_declined_without_a_word(lines):
    line = first(lines, "decision", n=8, seq=1)
    line.fields["expl"], line.openings = commit(" \n", "explanation")
