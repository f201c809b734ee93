"""Leaves: one spelling each, no room for words or names, and commitments to both."""

import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import Malformed, QaError
from qa.ledger import entry, forms
from qa.ledger.merkle import leaf_hash
from tests.ledger.samples import COMMITTED, EV, HASH, SALT, SAMPLES, T
from tests.ledger.trees import load_vectors

VECTORS = load_vectors("leaves")
FIELDS = [(kind, name) for kind, specs in entry.KINDS.items() for name in specs]
REFUSED_ANYWHERE = [
    "What about the office in Zürich?",
    "Please call Anna Schmidt",
    "a sentence.",
    "<b>",
    "",
    " ",
    HASH + "\n",
    HASH.upper(),
    "٣",
    "\ud800",
    1.0,
    -1,
    2**53,
    {},
    {"a": {"b": 1}},
    ["two words"],
    [None],
    b"bytes",
]


def encode(kind, **fields):
    return entry.encode(kind, EV, T, **fields)


def test_there_is_a_sample_of_every_kind():
    assert list(SAMPLES) == list(entry.KINDS) == [case["kind"] for case in VECTORS["leaves"]]


@pytest.mark.parametrize("case", VECTORS["leaves"], ids=lambda case: case["kind"])
def test_a_leaf_is_spelt_as_the_format_says_for_ever(case):
    data = encode(case["kind"], **SAMPLES[case["kind"]])
    assert data.decode() == case["leaf"]
    assert leaf_hash(data).hex() == case["leaf_hash"]
    read = entry.decode(data)
    assert (read.kind, read.ev, read.t, dict(read.fields)) == (
        case["kind"],
        EV,
        T,
        SAMPLES[case["kind"]],
    )


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_a_leaf_without_a_field_of_its_kind_is_refused_unless_it_is_optional(kind, name):
    rest = {key: value for key, value in SAMPLES[kind].items() if key != name}
    if entry.KINDS[kind][name].optional and name != "reason":
        assert entry.decode(encode(kind, **rest)).fields == rest
    else:
        with pytest.raises(Malformed) as caught:
            encode(kind, **rest)
        assert caught.value.field == name


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_no_field_of_any_leaf_takes_words_or_odd_values(kind, name):
    for value in REFUSED_ANYWHERE:
        with pytest.raises(Malformed) as caught:
            encode(kind, **{**SAMPLES[kind], name: value})
        assert caught.value.field == name
        assert "Anna" not in str(caught.value)


@settings(max_examples=300)
@given(
    st.sampled_from(FIELDS), st.text(max_size=9), st.characters(codec="utf-8", min_codepoint=128)
)
def test_no_letter_beyond_ascii_gets_into_a_leaf(where, words, letter):
    kind, name = where
    with pytest.raises(Malformed):
        encode(kind, **{**SAMPLES[kind], name: letter + words})
    with pytest.raises(Malformed):
        encode(kind, **{**SAMPLES[kind], name: words + letter})


@settings(max_examples=300)
@given(st.sampled_from(FIELDS), st.text("abcZ09_-.:/", max_size=9), st.text("abcZ09", max_size=9))
def test_no_space_gets_into_a_leaf_but_that_of_a_pseudonym(where, before, after):
    kind, name = where
    words = f"{before} {after}"
    with pytest.raises(Malformed):
        encode(kind, **{**SAMPLES[kind], name: words})


@pytest.mark.parametrize("kind", entry.KINDS)
@pytest.mark.parametrize("name", ["v", "k", "note", "voter", "Anna Schmidt", "kind ", ""])
def test_a_field_that_the_kind_does_not_have_is_refused_without_being_repeated(kind, name):
    with pytest.raises(Malformed) as caught:
        encode(kind, **SAMPLES[kind], **{name: 1})
    assert "Anna" not in str(caught.value)
    assert caught.value.field is None


@pytest.mark.parametrize("kind", ["", "Decision", "appeal", "decision\n", "question"])
def test_an_unknown_kind_is_refused(kind):
    with pytest.raises(Malformed):
        entry.encode(kind, EV, T, n=1)


@pytest.mark.parametrize("ev", ["", "Spring", "a b", "-a", "a" * 61, "a/b", "a\n", "ä"])
def test_an_event_is_named_by_its_slug_only(ev):
    with pytest.raises(Malformed) as caught:
        entry.encode("withdrawn", ev, T, n=1)
    assert caught.value.field == "ev"


@pytest.mark.parametrize(
    "t",
    [
        "2026-11-23T16:45:00Z",
        "2026-11-23T16:45",
        "2026-11-23 16:45Z",
        "2026-11-23T16:45+00:00",
        "2026-13-23T16:45Z",
        "2026-02-29T16:45Z",
        "2026-11-23T24:00Z",
        "2026-11-23T16:60Z",
        "0000-01-01T00:00Z",
        "٢026-11-23T16:45Z",
        "2026-11-23T16:45Z\n",
    ],
)
def test_a_time_is_utc_to_the_minute_and_exists(t):
    with pytest.raises(Malformed) as caught:
        entry.encode("withdrawn", EV, t, n=1)
    assert caught.value.field == "t"


def test_true_is_no_number_and_one_is_not_true():
    with pytest.raises(Malformed):
        encode("withdrawn", n=True)
    with pytest.raises(Malformed):
        encode("live", n=1, on=1, by="Owner")


def test_a_field_given_as_none_is_absent():
    assert encode("answered", n=1, mode="spoken", answer=None, by="Owner") == encode(
        "answered", n=1, mode="spoken", by="Owner"
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": None}, "reason"),
        ({"rule": "link"}, "by"),
        ({"auto": True}, "by"),
        ({"auto": True, "rule": "link"}, "by"),
        ({"by": "Rule"}, "by"),
        ({"by": "Rule", "auto": True}, "by"),
        ({"sup": 2}, "sup"),
        ({"sup": 3}, "sup"),
        ({"into": 3}, "into"),
        ({"verdict": "merge"}, "into"),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(changes, field):
    with pytest.raises(Malformed) as caught:
        encode("decision", **{**SAMPLES["decision"], **changes})
    assert caught.value.field == field


def test_a_rule_may_decide_and_a_question_may_be_merged():
    by_rule = {"by": "Rule", "auto": True, "rule": "exact_duplicate"}
    assert encode("decision", **{**SAMPLES["decision"], **by_rule})
    assert encode("decision", **{**SAMPLES["decision"], "verdict": "merge", "into": 3})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": "explanation"}, "seq"),
        ({"what": "answer"}, "seq"),
        ({"seq": 1}, "seq"),
        ({"what": "name", "seq": 1}, "seq"),
        ({"spans": 1}, "shown"),
        ({"shown": HASH}, "shown"),
        ({"second": "Moderator A"}, "second"),
    ],
)
def test_a_redaction_that_contradicts_itself_is_refused(changes, field):
    with pytest.raises(Malformed) as caught:
        encode("redaction", **{**SAMPLES["redaction"], **changes})
    assert caught.value.field == field


def test_some_of_an_explanation_may_be_redacted():
    assert encode(
        "redaction",
        **{**SAMPLES["redaction"], "what": "answer", "seq": 2, "spans": 1, "shown": HASH},
    )


@pytest.mark.parametrize("what", [[], ["text", "name"], ["text", "text"], ["answer"]])
def test_an_erasure_says_in_one_way_what_it_erased(what):
    with pytest.raises(Malformed) as caught:
        encode("erasure", **{**SAMPLES["erasure"], "what": what})
    assert caught.value.field == "what"


@pytest.mark.parametrize("counts", [[], [1, 2], [1, 2, 3, 4], [1] * 2001])
def test_a_snapshot_has_one_count_for_each_docket_number(counts):
    with pytest.raises(Malformed):
        encode("vote.snapshot", **{**SAMPLES["vote.snapshot"], "counts": counts})


def test_the_counts_of_a_snapshot_add_up():
    with pytest.raises(Malformed) as caught:
        encode("vote.snapshot", **{**SAMPLES["vote.snapshot"], "votes": 16})
    assert caught.value.field == "votes"


@pytest.mark.parametrize(
    ("groups", "people"),
    [([2], None), (None, [4]), ([], []), ([1, 2], [5]), ([2, 1], [5, 5]), ([4], [5]), ([0], [5])],
)
def test_a_snapshot_counts_the_people_of_each_group_among_its_questions(groups, people):
    fields = {**SAMPLES["vote.snapshot"], "groups": groups, "people": people}
    with pytest.raises(Malformed):
        encode("vote.snapshot", **fields)
    assert encode("vote.snapshot", **{**fields, "groups": [1, 3], "people": [4, 11]})


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": 1, "sup": None, "appeal": 1},
        {"seq": 3, "sup": 2, "appeal": 1},
        {"seq": 2, "sup": 1, "appeal": 1, "by": "Rule", "rule": "link", "auto": True},
    ],
)
def test_a_decision_on_an_appeal_is_a_persons_and_replaces_what_was_appealed(changes):
    with pytest.raises(Malformed):
        encode("decision", **{**SAMPLES["decision"], **changes})
    assert encode("decision", **{**SAMPLES["decision"], "seq": 2, "sup": 1, "appeal": 1})


def test_an_anonymous_question_has_no_commitment_to_a_name():
    with pytest.raises(Malformed) as caught:
        encode("question.submitted", **{**SAMPLES["question.submitted"], "anon": True})
    assert caught.value.field == "name"


@pytest.mark.parametrize("name", ["groups", "people"])
def test_a_snapshot_without_groups_says_nothing_of_them(name):
    with pytest.raises(Malformed) as refused:
        encode("vote.snapshot", **{**SAMPLES["vote.snapshot"], name: []})
    assert refused.value.field == "people"


@pytest.mark.parametrize(
    ("kind", "name", "value", "form"),
    [
        ("withdrawn", "n", 0, "a whole number from 1"),
        ("refused", "counts", {}, "counts by a code of a-z and _"),
        ("event.state", "to", "shut", "draft or open or live or closed"),
        ("event.opened", "title", "x", "64 lower-case hex digits"),
        ("question.revised", "flags", 3, "a list of up to 100 of a code of a-z and _"),
    ],
)
def test_a_field_of_another_form_is_told_which_it_has_to_have(kind, name, value, form):
    with pytest.raises(Malformed) as refused:
        encode(kind, **{**SAMPLES[kind], name: value})
    assert refused.value.message == f"The field {name} must be {form}."


def test_a_hundred_codes_are_counted_and_no_more():
    counts = {f"{'abcdefghijk'[n // 10]}{'abcdefghij'[n % 10]}": 1 for n in range(101)}
    with pytest.raises(Malformed):
        encode("refused", counts=counts)
    del counts["ka"]
    assert entry.decode(encode("refused", counts=counts)).fields["counts"] == counts


def test_a_leaf_may_have_as_many_bytes_as_fit(monkeypatch):
    leaf = encode("withdrawn", n=7)
    monkeypatch.setattr(entry, "MAX_LEAF_BYTES", len(leaf))
    assert entry.decode(encode("withdrawn", n=7)).fields == {"n": 7}
    with pytest.raises(Malformed):
        encode("withdrawn", n=17)
    monkeypatch.setattr(entry, "MAX_LEAF_BYTES", len(leaf) - 1)
    with pytest.raises(Malformed, match="at most"):
        entry.decode(leaf)


@pytest.mark.parametrize("version", [b"2", b"true", b'"1"', b"1.0", b"null"])
def test_a_leaf_of_another_version_is_refused_as_that(version):
    leaf = encode("withdrawn", n=7).replace(b'"v":1', b'"v":' + version)
    with pytest.raises(Malformed) as refused:
        entry.decode(leaf)
    assert refused.value.field == "v"


def test_a_snapshot_of_an_event_without_questions_is_empty():
    assert encode("vote.snapshot", **{"from": 1}, to=0, counts=[], votes=0, root=HASH)


def test_the_largest_snapshot_fits_in_an_entry_bundle():
    most = 2**53 // 2000
    fields = {"from": 1, "to": 2000, "counts": [most] * 2000, "votes": most * 2000, "root": HASH}
    assert len(encode("vote.snapshot", **fields)) < entry.MAX_LEAF_BYTES == 2**16 - 1


def test_a_leaf_that_does_not_fit_in_an_entry_bundle_is_refused(monkeypatch):
    monkeypatch.setattr(entry, "MAX_LEAF_BYTES", 40)
    with pytest.raises(Malformed, match="at most 40 bytes"):
        encode("withdrawn", n=1)
    with pytest.raises(Malformed, match="at most 40 bytes"):
        entry.decode(b"{" + b" " * 40 + b"}")


LEAF = encode("withdrawn", n=7).decode()


@pytest.mark.parametrize(
    "data",
    [
        LEAF + "\n",
        " " + LEAF,
        LEAF.replace(",", ", "),
        LEAF.replace(":7", ":7.0"),
        LEAF.replace(":7", ":7e0"),
        LEAF.replace(":7", ":07"),
        LEAF.replace(":7", ":-0"),
        LEAF.replace(":7", ":NaN"),
        LEAF.replace(":7", ":Infinity"),
        LEAF.replace(":7", ":null"),
        LEAF.replace(":7", ':"7"'),
        LEAF.replace(":7", ":" + "7" * 5000),
        LEAF.replace('"n":7', '"n":7,"n":7'),
        LEAF.replace('"n":7', '"n":8,"n":7'),
        LEAF.replace('"n"', '"\\u006e"'),
        LEAF.replace("spring", "sp\\u0072ing"),
        LEAF.replace('"v":1', '"v":2'),
        LEAF.replace('"v":1', '"v":true'),
        LEAF.replace('"v":1', '"v":1.0'),
        LEAF.replace(',"v":1', ""),
        LEAF.replace("withdrawn", "unknown"),
        LEAF.replace('"withdrawn"', "3"),
        LEAF.replace('"k"', '"kind"'),
        LEAF.replace('"n":7', '"answer":null,"n":7'),
        LEAF.replace('"n":7', '"kind":"withdrawn","n":7'),
        '{"v":1,' + LEAF[1:].replace(',"v":1', ""),
        "\ufeff" + LEAF,
        "",
        "[]",
        "1",
        "null",
        '"a"',
        "[" * 60_000,
        LEAF[:-1],
        LEAF + LEAF,
    ],
)
def test_any_other_spelling_of_a_leaf_is_refused(data):
    with pytest.raises(Malformed):
        entry.decode(data.encode())


@pytest.mark.parametrize("kind", list(SAMPLES))
def test_a_byte_more_less_or_other_leaves_no_second_spelling_of_a_leaf(kind):
    data = encode(kind, **SAMPLES[kind])
    changed = set()
    for at in range(len(data) + 1):
        for byte in b' ",01aA\\':
            put = bytes([byte])
            changed |= {data[:at] + put + data[at:], data[:at] + put + data[at + 1 :]}
    for other in changed - {data}:
        try:
            read = entry.decode(other)
        except Malformed:
            continue
        assert entry.encode(read.kind, read.ev, read.t, **read.fields) == other


def test_bytes_that_are_no_utf_8_are_refused():
    with pytest.raises(Malformed):
        entry.decode(LEAF.encode("utf-16"))
    with pytest.raises(Malformed):
        entry.decode(LEAF.encode().replace(b"spring", b"spr\xffng"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_decoding_anything_leaks_only_our_error(data):
    with pytest.raises(Malformed):
        entry.decode(data)


@given(
    st.sampled_from(list(entry.KINDS)),
    st.dictionaries(st.sampled_from([name for _, name in FIELDS]), json_values, max_size=4),
)
def test_encoding_anything_leaks_only_our_error_and_what_is_encoded_reads_back(kind, changes):
    try:
        data = encode(kind, **{**SAMPLES[kind], **changes})
    except Malformed:
        return
    assert encode(kind, **entry.decode(data).fields) == data


# A strategy for each form, so that the round trip also covers what no sample shows.
whole = st.integers(0, 2**53 - 1)
positive = st.integers(1, 2**53 - 1)
code = st.from_regex(r"[a-z_]{1,40}", fullmatch=True)
STRATEGIES = {
    forms.WHOLE: whole,
    forms.POSITIVE: positive,
    forms.YES_NO: st.booleans(),
    forms.HEX64: st.binary(min_size=32, max_size=32).map(bytes.hex),
    forms.CODE: code,
    forms.MINUTE: st.datetimes().map(lambda time: time.strftime("%Y-%m-%dT%H:%MZ").rjust(17, "0")),
    forms.ORIGIN: st.from_regex(
        r"[a-z0-9.]{1,20}(:[0-9]{2,5})?(/[a-z0-9-]{1,9}){0,3}/log/[a-z0-9]{1,9}", fullmatch=True
    ),
    forms.ISSUER: st.from_regex(
        r"https?://[a-z0-9.:]{1,20}(/[A-Za-z0-9._~%-]{0,9}){0,3}", fullmatch=True
    ),
    forms.LANGUAGE: st.from_regex(r"[a-z]{2,3}(-[A-Z]{2})?", fullmatch=True),
    forms.STAFF: st.from_regex(r"Owner|(Moderator|Presenter|Auditor) [A-Z]{1,2}", fullmatch=True),
    forms.DECIDER: st.from_regex(r"Rule|Owner|Moderator [A-Z]{1,2}", fullmatch=True),
    forms.ERASER: st.from_regex(r"Author|Owner|Moderator [A-Z]{1,2}", fullmatch=True),
    entry.KINDS["erasure"]["what"].form: st.sampled_from([["name"], ["text"], ["name", "text"]]),
}
BY_NAME = {
    "flags": st.lists(code, max_size=5, unique=True),
    "fields": st.lists(code, max_size=5, unique=True).map(sorted),
    "counts": st.dictionaries(code, positive, min_size=1, max_size=5),
    "groups": st.none(),
    "people": st.none(),
}


def strategy_for(name, form):
    if form in STRATEGIES:
        return STRATEGIES[form]
    if name in BY_NAME:
        return BY_NAME[name]
    if form.name == "a whole number from 2":
        return st.integers(2, 2**53 - 1)
    return st.sampled_from(form.name.split(" or "))


def make_consistent(kind, fields):
    if kind == "decision":
        by_rule = fields["by"] == "Rule"
        fields["auto"] = by_rule
        fields["rule"] = "link" if by_rule else None
        fields["into"] = 3 if fields["verdict"] == "merge" else None
        fields["sup"] = fields["seq"] - 1 or None
        fields["appeal"] = fields["sup"] if not by_rule and fields["policy"] % 2 else None
        if fields["verdict"] == "filter":
            fields["reason"] = "off_topic"
    if kind == "review":
        fields["reason"] = "off_topic" if fields["verdict"] == "filter" else None
    if kind == "vote.snapshot":
        fields["from"] = min(fields["from"], 2**52)
        fields["counts"] = [5] * (fields["to"] % 7)
        fields["to"] = fields["from"] + len(fields["counts"]) - 1
        fields["votes"] = sum(fields["counts"])
        groups = [fields["from"]] if fields["counts"] and fields["votes"] % 2 else None
        fields["groups"], fields["people"] = groups, groups and [6]
    if kind == "admission":
        fields["size"] = fields["size"] if fields["how"] == "tickets" else 0
        issuer = fields.pop("issuer", "https://login.example.org")
        fields["issuer"] = issuer if fields["how"] == "provider" else None
    if kind == "admission.forgotten" and "size" in fields:
        fields["size"] = max(fields["size"], fields["used"])
    if kind == "question.submitted" and fields["anon"]:
        fields["name"] = None
    if kind == "redaction":
        fields["by"], fields["second"] = "Moderator A", "Owner"
        fields["seq"] = 2 if fields["what"] in entry.NUMBERED else None
        fields["shown"] = HASH if fields["spans"] else None
    return {name: value for name, value in fields.items() if value is not None}


@st.composite
def entries(draw):
    kind = draw(st.sampled_from(list(entry.KINDS)))
    fields = {
        name: draw(strategy_for(name, spec.form))
        for name, spec in entry.KINDS[kind].items()
        if not spec.optional or draw(st.booleans())
    }
    ev = draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,59}", fullmatch=True))
    return kind, ev, draw(STRATEGIES[forms.MINUTE]), make_consistent(kind, fields)


@given(entries())
def test_every_entry_reads_back_as_it_was_written(made):
    kind, ev, t, fields = made
    data = entry.encode(kind, ev, t, **fields)
    read = entry.decode(data)
    assert (read.kind, read.ev, read.t, dict(read.fields)) == (kind, ev, t, fields)
    assert data.isascii()


@pytest.mark.parametrize("tag", ["de", "de-CH", "gsw-CH", "zh-Hant-TW", "es-419", "ca-valencia"])
def test_a_leaf_names_the_languages_that_browsers_name(tag):
    assert forms.LANGUAGE.admits(tag)


@pytest.mark.parametrize(
    "tag", ["d", "germ", "ann-schmidt-said", "en-x-anna", "en-u-ca-buddhist", "en_US", "en-", "x"]
)
def test_a_language_tag_has_no_room_for_a_sentence(tag):
    assert not forms.LANGUAGE.admits(tag)


@pytest.mark.parametrize(
    "origin",
    [
        "questions.example.org/log/spring",
        "localhost:8010/log/registry",
        "[::1]:8010/log/spring",
        "example.org/meetings/qa/log/spring-2026",
    ],
)
def test_an_origin_is_where_a_log_is_served(origin):
    assert forms.ORIGIN.admits(origin)


@pytest.mark.parametrize(
    "origin",
    [
        "questions.example.org",
        "https://questions.example.org/log/spring",
        "questions.example.org/log/",
        "questions.example.org/log/Spring",
        "questions.example.org/log/spring/",
        "anna@questions.example.org/log/spring",
        "a b/log/spring",
        "/log/spring",
        "a" * 250 + "/log/spring",
    ],
)
def test_an_origin_is_nothing_else(origin):
    assert not forms.ORIGIN.admits(origin)


def test_a_commitment_is_the_one_that_the_format_says():
    case = VECTORS["commitment"]
    assert entry.commit_text(SALT, **COMMITTED) == case["commitment"]
    assert (SALT.hex(), COMMITTED["text"]) == (case["salt"], case["text"])


def test_a_commitment_opens_with_its_own_salt_field_event_and_text_only():
    made = entry.commit_text(SALT, "text", EV, "Why?")
    assert entry.opens(made, SALT, "text", EV, "Why?")
    assert not entry.opens(made, SALT[::-1], "text", EV, "Why?")
    assert not entry.opens(made, SALT, "name", EV, "Why?")
    assert not entry.opens(made, SALT, "text", "autumn", "Why?")
    assert not entry.opens(made, SALT, "text", EV, "Why? ")
    assert not entry.opens(made.upper(), SALT, "text", EV, "Why?")
    assert not entry.opens("é\ud800", SALT, "text", EV, "Why?")


@given(st.text())
def test_a_commitment_opens_in_every_normal_form_of_its_text(text):
    made = entry.commit_text(SALT, "text", EV, text)
    assert entry.opens(made, SALT, "text", EV, unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("salt", "field", "ev", "text"),
    [
        (SALT[:31], "text", EV, "Why?"),
        (SALT + b"\0", "text", EV, "Why?"),
        (b"", "text", EV, "Why?"),
        (SALT, "text\nspring", EV, "Why?"),
        (SALT, "", EV, "Why?"),
        (SALT, "text", "spring\nWhy?", ""),
        (SALT, "text", EV, "\ud800"),
    ],
)
def test_a_commitment_to_what_could_be_read_in_two_ways_is_refused(salt, field, ev, text):
    with pytest.raises(Malformed):
        entry.commit_text(salt, field, ev, text)


def test_every_refusal_is_a_qa_error():
    assert issubclass(Malformed, QaError)
