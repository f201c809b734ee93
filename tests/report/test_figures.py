"""Numbers as people write them: a true minus sign, and none before a zero."""

import pytest

from qa.report.figures import in_thousands, two_decimals


@pytest.mark.parametrize(
    ("value", "written"),
    [(-0.4839, "\u22120.48"), (0.4839, "0.48"), (-0.001, "0.00"), (-1, "\u22121.00"), (1, "1.00")],
)
def test_two_decimals_have_a_true_minus_sign_and_no_sign_before_a_zero(
    value: float, written: str
) -> None:
    assert two_decimals(value) == written


def test_a_whole_number_below_zero_has_a_true_minus_sign_too() -> None:
    assert in_thousands(-12_345) == "\u221212,345"
    assert in_thousands(0) == "0"
