"""The promises of the design, each one tried as an adversary would try it."""

import pytest

pytest.register_assert_rewrite(
    *(f"{__name__}.{helper}" for helper in ("acts", "board_watch", "log_watch", "trial"))
)
