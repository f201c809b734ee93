"""One-time codes: the vectors of RFC 6238 and RFC 4226, and what makes a code good for one use."""

import pytest

from qa.domain.totp import STEP_S, code_at, enrolment_uri, matching_step, spell

SECRET = b"12345678901234567890"

# RFC 6238, appendix B, the rows for SHA1.
RFC_6238 = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}
# RFC 4226, appendix D.
RFC_4226 = [755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489]


def test_codes_are_those_of_the_rfcs() -> None:
    assert {at: code_at(SECRET, at // STEP_S, digits=8) for at in RFC_6238} == RFC_6238
    assert [int(code_at(SECRET, step)) for step in range(10)] == RFC_4226


@pytest.mark.parametrize(("steps_late", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(steps_late: int, good: bool) -> None:
    now_s = 1_795_000_020
    code = code_at(SECRET, now_s // STEP_S + steps_late)
    assert (matching_step(SECRET, code, now_s, last_step=0) is not None) is good


def test_a_code_is_not_taken_twice_and_neither_is_an_older_one() -> None:
    now_s = 1_795_000_020
    now = now_s // STEP_S
    older, newer = code_at(SECRET, now - 1), code_at(SECRET, now)
    assert matching_step(SECRET, newer, now_s, last_step=now - 1) == now
    assert matching_step(SECRET, newer, now_s, last_step=now) is None
    assert matching_step(SECRET, older, now_s, last_step=now) is None


@pytest.mark.parametrize("code", ["", "75522", "7552244", "abcdef", "７５５２２４", "\0" * 6])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert matching_step(SECRET, code, STEP_S, last_step=-1) is None


def test_a_code_may_be_typed_in_two_halves() -> None:
    assert matching_step(SECRET, " 755 224 ", STEP_S, last_step=-1) == 0


def test_a_secret_reaches_the_app_as_apps_expect_it() -> None:
    assert spell(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    uri = enrolment_uri(SECRET, "olga o/x", "qa.example.org:8443")
    assert uri == (
        "otpauth://totp/qa.example.org%3A8443:olga%20o%2Fx"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=qa.example.org%3A8443"
    )
