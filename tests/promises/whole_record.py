"""The record of a meeting as a stranger has it: the bundle and the report, verified offline."""

from qa.exports.bundle import read_bundle
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Evidence, Pins
from qa.report.json_form import report_json
from qa.services import logs
from qa.services.context import Context
from qa.services.reports import build_report


def verify(ctx: Context, slug: str) -> None:
    """Fail when the verifier finds anything wrong with the bundle, or with the report's numbers."""
    pins = Pins(
        log=Verifier.parse(logs.log_vkey(ctx, slug)),
        registry=Verifier.parse(logs.log_vkey(ctx, logs.REGISTRY)),
    )
    evidence = Evidence(report=report_json(build_report(ctx, slug, topics="none")))
    steps = verify_bundle(read_bundle(ctx, slug), pins, evidence)
    failed = [step for step in steps if step.passed is False]
    assert failed == [], failed
