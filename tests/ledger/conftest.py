"""How hypothesis behaves here."""

from hypothesis import HealthCheck, settings

# A busy machine is not a failing test: what is pure is judged by its answers, not by its speed.
settings.register_profile("ledger", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ledger")
