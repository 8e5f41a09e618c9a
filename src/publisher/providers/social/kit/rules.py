"""What networks say of themselves, found by their name; only the network that is asked about is imported."""

from dataclasses import replace

from publisher.errors import UsageError
from publisher.model import ChannelRules
from publisher.providers.kinds import SOCIAL


def networks() -> tuple[str, ...]:
    """Every network by its name, in alphabetical order; an outbox is none. Imports them all."""
    return tuple(kind.kind for kind in SOCIAL.all() if hasattr(kind, "counting"))


def public_networks() -> tuple[str, ...]:
    """The networks where anybody can read along, in alphabetical order."""
    return tuple(kind.kind for kind in SOCIAL.all() if getattr(kind, "public", False))


def known_rules(network: str) -> ChannelRules | None:
    """The rules of the network of exactly this name; None where there is none."""
    found: ChannelRules | None = getattr(SOCIAL.find(network), "counting", None)
    return found


def rules_for(network: str) -> ChannelRules:
    """The rules of a network by any of its names; raises UsageError for one that is not known."""
    name = network.strip().lower()
    meant = known_rules(name) or next((k.counting for k in SOCIAL.all() if name in getattr(k, "aliases", ())), None)
    if meant is None:
        raise UsageError(f"the network {network!r} is not known", do=f"use one of {', '.join(networks())}")
    return meant


def display_name(network: str) -> str:
    """A network's name as people write it."""
    return str(getattr(SOCIAL.find(network), "display_name", network.capitalize()))


def without_link_card(rules: ChannelRules) -> ChannelRules:
    """The same rules where a person or a folder gets the post: the link must stand in the text, and nothing is paid."""
    return replace(rules, link_in_card=False, price=None)
