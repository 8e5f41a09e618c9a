"""What is measured rather than prescribed: how many clients show the page as meant, and what a spam filter says."""

from collections.abc import Iterator

from publisher.preflight import clients
from publisher.preflight.letter import Letter
from publisher.preflight.registry import Context, Spot, rule, rule_in_context

LEAST_SUPPORT = 80.0
SPAM = 5.0


@rule("clients", number=0, level="warning", source="caniemail.com, scored like Mailpit's HTML check")
def support(letter: Letter) -> Iterator[Spot]:
    """Mail clients support at least 80 % of what the page uses."""
    found = clients.support(letter)
    if letter.html and found.score < LEAST_SUPPORT:
        worst = ", ".join(feature.title for feature in found.features[:3])
        yield "html", f"client support is {found.score:.0f} of 100; it costs most: {worst}"


@rule("clients-feature", number=0, level="warning", source="caniemail.com: what Gmail or Outlook cannot do and needs")
def features(letter: Letter) -> Iterator[Spot]:
    """The layout rests on nothing that a fifth of all clients do not know."""
    for feature in clients.support(letter).features:
        if feature.unsupported > clients.WIDELY_UNKNOWN and feature.matters:
            yield "html", f"{feature.title}: {feature.unsupported:.0f} % of clients do not know it"


@rule_in_context("spam-score", number=0, level="warning", source="SpamAssassin; asked by --spamassassin")
def spam(_: Letter, context: Context) -> Iterator[Spot]:
    """SpamAssassin gives no points, where it was asked."""
    found = context.facts.get("spamassassin")
    if found and found[0] > 0:
        yield "message", f"SpamAssassin gives {found[0]:.1f} points ({', '.join(found[1][:8])}); {SPAM:g} are spam"
