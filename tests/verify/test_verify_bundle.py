from qa.ledger.checks import verify_bundle, open_bundle
from qa.exports.bundle import make_bundle
from tests.verify.town_hall import hold_town_hall
def test_x(ctx, clock):
    hall = hold_town_hall(ctx, clock)
    b = hall.bundle()
    data = make_bundle(ctx, "all-hands")
    print(len(b.leaves), len(data), {k: len(v) for k, v in __import__("qa.ledger.bundle").ledger.bundle.encode_members(b).items()})
    step, again = open_bundle(data)
    print(step)
    assert again == b
    for s in verify_bundle(b, hall.pins): print(s.number, s.title, s.passed, s.sentence)
    assert 0
