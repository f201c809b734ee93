"""How often a password may be tried: for one account, and from one address.

Counted before the password is looked at, so that many tries at once are many tries, and equally
for names that nobody has. In memory or Redis only, there under keyed hashes; never at rest.
"""

from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute

from qa.errors import RateLimited
from qa.services.windows import Who, Windows

MINUTES: Final = 5
PER_ACCOUNT: Final = 10
PER_ADDRESS: Final = 60
"""Generous, since an office shares one address."""


class SignInTries:
    """Tries of the last five minutes."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._account = RateLimitItemPerMinute(PER_ACCOUNT, MINUTES)
        self._address = RateLimitItemPerMinute(PER_ADDRESS, MINUTES)

    def count(self, account: str, address: str) -> None:
        """Count one try. Raises: RateLimited."""
        self._hit(self._address, _from(address), "from your network")
        self._hit(self._account, _at(account), "at this account")

    def succeeded(self, account: str) -> None:
        """Forget the tries at an account whose password was right."""
        self._windows.forget(self._account, "sign in", _at(account))

    def _hit(self, item: RateLimitItem, who: Who, where: str) -> None:
        if not self._windows.hit(item, "sign in", who):
            left_s = self._windows.left_s(item, "sign in", who)
            raise RateLimited(
                f"Too many tries {where}. Try again in {left_s} s.",
                details={"retry_after_s": left_s},
            )


def _at(account: str) -> Who:
    return ("sign in at", account.encode())


def _from(address: str) -> Who:
    return ("sign in from", address.encode())
