"""The policy that an event starts with: criteria that can be said aloud, rules that only flag.

``leadership_declined`` is there so that nobody needs to lie with another code. The categories are
those of the EU's DSA transparency database since July 2025.
"""

from typing import Any, Final

_ILLEGAL: Final = "DECISION_GROUND_ILLEGAL_CONTENT"
_TERMS: Final = "DECISION_GROUND_INCOMPATIBLE_CONTENT"

_OTHER_TERMS: Final = "OTHER_VIOLATION_TC"
_PRIVACY: Final = "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
_SPEECH: Final = "ILLEGAL_OR_HARMFUL_SPEECH"


def _reason(
    code: str,
    label: str,
    meaning: str,
    template: str,
    *,
    category: str = _OTHER_TERMS,
    ground: str = _TERMS,
    min_explanation: int = 1,
) -> dict[str, Any]:
    return {
        "code": code,
        "label": label,
        "meaning": meaning,
        "template": template,
        "min_explanation": min_explanation,
        "dsa": {"decision_ground": ground, "category": f"STATEMENT_CATEGORY_{category}"},
    }


def _rule(kind: str, explanation: str, **params: object) -> dict[str, Any]:
    return {
        "id": kind,
        "kind": kind,
        "explanation": explanation,
        "decides": None,
        "params": params,
    }


_REASON_CODES: Final = [
    _reason(
        "duplicate",
        "Already asked",
        "Another question in this event asks the same thing and stands on the board.",
        "The same question is already on the board, so please support that one.",
    ),
    _reason(
        "answered_elsewhere",
        "Answered elsewhere",
        "A full answer was given already, in this meeting or somewhere that everyone can read.",
        "This was already answered in a place that everyone here can read.",
    ),
    _reason(
        "off_topic",
        "Not about this meeting",
        "The question is about something that this meeting was not called for.",
        "This is not about the subject of this meeting.",
    ),
    _reason(
        "individual_case",
        "About one person's case",
        "The question is about a single person's situation, which should not be discussed in front"
        " of everyone.",
        "This is about one person's case, which is better settled in private than in front of"
        " everyone.",
    ),
    _reason(
        "personal_data",
        "Personal data",
        "The question tells something about a person that is nobody else's business, such as a"
        " phone number or an illness.",
        "This tells something private about a person; it can be asked again without it.",
        category=_PRIVACY,
    ),
    _reason(
        "harassment",
        "Attacks a person",
        "The question insults, threatens or ridicules somebody instead of asking.",
        "This attacks a person; the matter behind it can be asked without that.",
        category="CYBER_VIOLENCE",
    ),
    _reason(
        "hate",
        "Attacks a group",
        "The question demeans people for what they are, such as their origin, religion, gender,"
        " disability or sexuality.",
        "This demeans people for what they are.",
        category=_SPEECH,
    ),
    _reason(
        "spam",
        "Spam or not a question",
        "The text is advertising, a test, random letters or the same thing many times over.",
        "This is advertising, a test or not a question at all.",
    ),
    _reason(
        "unlawful",
        "Against the law",
        "Showing this text would break a law, which the explanation names.",
        "Showing this text would be against the law.",
        category=_SPEECH,
        ground=_ILLEGAL,
    ),
    _reason(
        "legal_constraint",
        "May not be discussed by law",
        "The question is fair, but law, a court or a regulator forbids the organisation to talk"
        " about it now.",
        "The question is fair, but the organisation may not talk about this now for legal reasons.",
    ),
    _reason(
        "confidential",
        "Confidential",
        "An answer would reveal something that is secret for now, or the question itself does.",
        "This touches something that is still confidential.",
    ),
    _reason(
        "leadership_declined",
        "Leadership declined to take it",
        "The question breaks no rule: the people on stage chose not to answer it.",
        "The question breaks no rule; the people on stage chose not to take it.",
    ),
    _reason(
        "out_of_time",
        "No time left",
        "The question breaks no rule: the meeting ended before it could be taken.",
        "The question breaks no rule; there was not enough time to take it.",
    ),
    _reason(
        "other",
        "Another reason",
        "None of the other reasons fits; the explanation says in full what the reason is.",
        "None of the usual reasons fits this question, and a moderator decided against showing it.",
        min_explanation=15,
    ),
]

_WORDS: Final = {
    "en": ["arsehole", "asshole", "bullshit", "cunt", "fuck", "fucked", "fucker", "fucking", "shit",
           "twat", "wanker"],
    "de": ["Arschloch", "Fotze", "Hurensohn", "Scheiße", "Wichser"],
    "es": ["cabrón", "gilipollas", "hijoputa", "mierda", "pendejo"],
    "fr": ["connard", "connasse", "enculé", "merde", "salope"],
}  # fmt: skip

_RULES: Final = [
    _rule(
        "exact_duplicate",
        "Flags a question whose words were asked before, whatever its capitals and full stops.",
    ),
    _rule(
        "near_duplicate",
        "Flags a question that is nearly the same, letter by letter, as one asked before.",
        likeness_percent=88,
        min_characters=15,
    ),
    _rule("email_address", "Flags an e-mail address, because it may be personal data."),
    _rule("phone_number", "Flags a phone number, because it may be personal data.", regions=[]),
    _rule("link", "Flags a link, because it may be advertising or lead somewhere harmful."),
    _rule(
        "shouting",
        "Flags a text that is written mostly in capitals.",
        min_letters=20,
        capitals_percent=70,
    ),
    _rule(
        "repeated_text",
        "Flags one character or word repeated many times in a row.",
        characters=6,
        words=4,
    ),
    _rule(
        "banned_words",
        "Flags swear words from the list below, as whole words only.",
        words=_WORDS,
    ),
]

DEFAULT_POLICY_DOCUMENT: Final[dict[str, Any]] = {
    "introduction": (
        "Every question gets a number and a place on the public record, whatever is decided about"
        " it. A moderator reads each question before it is shown. A question is declined only for"
        " one of the reasons below, and the reason and an explanation are shown with it. Automatic"
        " rules point things out to the moderators; they decide nothing."
    ),
    "deadline_minutes": 15,
    "appeal_window_minutes": 1_440,
    "appeal_deadline_minutes": 30,
    "appeal_supporters": 5,
    "second_review_percent": 10,
    "deciders": ["owner", "moderator"],
    "filtered_words": "at_once",
    "second_person_redaction": "somebody_else",
    "second_person_appeal": "somebody_else",
    "reason_codes": _REASON_CODES,
    "rules": _RULES,
}
