"""Every network's rules, for tests that hold for all of them."""

from publisher.providers import social

RULES = {name: social.rules_for(name) for name in social.networks()}
