"""How somebody signs in, put together for the page on which they change it."""

from qa.services import one_time_codes, passwords, provider_accounts
from qa.services.context import Context
from qa.services.identity import SignedIn, Way


def read_ways(ctx: Context, person: SignedIn) -> dict[str, object]:
    """Return the ways of whoever is signed in; ``current_needed`` is of setting a password."""
    name = passwords.sign_in_name(ctx, person.account_id)
    return {
        "passwords": ctx.config.passwords,
        "sign_in_name": name,
        "current_needed": name is not None and person.way != Way.LINK,
        "code": one_time_codes.is_asked_for(ctx, person.account_id),
        "code_needed": person.way != Way.LINK,
        "provider": ctx.config.openid is not None,
        "connected": provider_accounts.is_connected(ctx, person.account_id),
    }
