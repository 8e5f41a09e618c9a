"""A pytest plugin with the Hypothesis profile of `make fuzz`: many examples, no deadline."""

from hypothesis import HealthCheck, settings

settings.register_profile("fuzz", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
