"""The statement of anonymity of an event, from the configuration that is in force now."""

from typing import Any

from qa.domain.admission import Admission
from qa.domain.anonymity import InForce, make_statement
from qa.services.context import Context
from qa.services.unit import policy_in_force
from qa.store.queries.events import find_event


def statement(ctx: Context, slug: str) -> dict[str, Any]:
    """Return the sentences that hold for an event now. Raises: UnknownEvent."""
    config = ctx.config
    with ctx.db.read() as session:
        event = find_event(session, slug)
        policy = policy_in_force(ctx, session, event)
        found = InForce(
            admission=Admission(event.admission),
            anonymous_allowed=event.anonymous_allowed,
            named_allowed=event.named_allowed,
            rule_kinds=frozenset(rule.kind for rule in policy.rules),
            rules_decide=any(rule.decides for rule in policy.rules),
            held_back=policy.screening.held_back,
            questions_per_minute=config.limits.questions_per_minute,
            questions_per_event=config.limits.questions_per_event,
            counts_in_redis=config.redis_url is not None,
            keeps_old_bytes=not config.database_url.startswith("sqlite"),
            behind_proxy=config.trusted_proxies > 0,
            encrypted=config.secure,
        )
    return {"sentences": [each.as_dict() for each in make_statement(found)]}
