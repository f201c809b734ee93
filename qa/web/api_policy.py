"""Routes about the policy: read a version, try a draft, publish it."""

from qa import errors
from qa.services import policies
from qa.web.answers.policy import Policy, PolicyTrial
from qa.web.routes import Answer, Caller, Who, route
from qa.web.schemas.policy import PolicyBody, PolicyDraftBody, PolicyQuery

POLICY = "/api/events/<slug>/policy"


@route(
    "GET",
    POLICY,
    query=PolicyQuery,
    answers={200: Policy},
    raises=(errors.UnknownPolicy,),
)
def read_policy(caller: Caller, slug: str, query: PolicyQuery) -> Answer:
    """Read the policy: the version in force or an earlier one, and the list of all versions."""
    return policies.get_policy(caller.ctx, slug, query.version)


@route(
    "POST",
    f"{POLICY}/try",
    who=Who.STAFF,
    body=PolicyDraftBody,
    answers={200: PolicyTrial},
)
def try_policy(caller: Caller, slug: str, body: PolicyDraftBody) -> Answer:
    """Check a draft and see what its rules would have flagged. Nothing changes."""
    draft = policies.read_draft(body.text, body.document)
    return policies.try_policy(caller.ctx, slug, caller.actor, draft)


@route(
    "PUT",
    POLICY,
    who=Who.STAFF,
    body=PolicyBody,
    answers={200: Policy},
    raises=(errors.StaleVersion, errors.EventClosed),
)
def publish_policy(caller: Caller, slug: str, body: PolicyBody) -> Answer:
    """Publish a new version of the policy, in force from now on."""
    draft = policies.read_draft(body.text, body.document)
    return policies.publish_policy(caller.ctx, slug, caller.actor, draft, body.version)
