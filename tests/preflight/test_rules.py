"""Each rule finds its planted faults, and nothing is found where nothing is wrong."""

from dataclasses import replace

import pytest
from tests.preflight.clean import NOW, Parts, letter, parts, rendered, sent
from tests.preflight.planted import ALLOWED, FACTS, FAULTS, Fault

from publisher import preflight
from publisher.formatters.email import digest
from publisher.preflight import RULES, UNJUDGED, Context, Letter

AT = Context(now=NOW)
PLANTED = [
    pytest.param(rule, fault, id=f"{rule}: {name}") for rule, faults in FAULTS.items() for name, fault in faults.items()
]
ELSEWHERE = {"link-private"}


def found(message: Parts | bytes, context: Context = AT) -> set[str]:
    raw = message if isinstance(message, bytes) else message.raw
    return {finding.rule for finding in preflight.lint(raw, context=context)}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_planted_fault(rule: str) -> None:
    assert rule in {*FAULTS, *FACTS, *ELSEWHERE}


@pytest.mark.parametrize(("rule", "fault"), PLANTED)
def test_a_planted_fault_is_found(rule: str, fault: Fault) -> None:
    spoiled = fault(parts())
    letter = Letter(spoiled if isinstance(spoiled, bytes) else spoiled.raw)
    spots = list(RULES[rule].check(letter, AT))
    assert spots
    assert all(where and said for where, said in spots)


@pytest.mark.parametrize(
    ("rule", "facts"), [pytest.param(r, f, id=f"{r}: {n}") for r, cases in FACTS.items() for n, f in cases.items()]
)
def test_a_fault_that_shows_in_the_world_is_found(rule: str, facts: dict[str, object]) -> None:
    assert found(parts(), replace(AT, facts=facts)) == {rule}


@pytest.mark.parametrize("fault", ALLOWED.values(), ids=ALLOWED)
def test_what_is_private_by_permission_is_a_warning(fault: Fault) -> None:
    context = replace(AT, private_hosts=frozenset({"localhost", "films.example"}))
    findings = preflight.lint(fault(parts()).raw, context=context)  # type: ignore[union-attr]
    assert ("link-private", "warning") in {(each.rule, each.level) for each in findings}
    assert not [each for each in findings if each.level == "error"]
    assert {"link-address", "image-attributes"} & found(fault(parts()))


@pytest.mark.parametrize("count", [1, 6, 10])
@pytest.mark.parametrize("layout", digest.LAYOUTS)
def test_the_shipped_layouts_raise_no_alarm(layout: str, count: int) -> None:
    assert preflight.lint(sent(rendered(layout, count)).data, context=AT) == ()


def test_a_letter_raises_no_alarm() -> None:
    assert preflight.lint(sent(letter()).data, context=replace(AT, kind="letter")) == ()


def test_a_message_taken_apart_and_put_together_is_clean() -> None:
    assert found(parts()) == set()


def test_the_worst_comes_first() -> None:
    spoiled = parts().header("Precedence", None).header("Subject", None).page('name="description"', 'name="x"')
    levels = [finding.level for finding in preflight.lint(spoiled.raw, context=AT)]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert set(levels) == {"error", "warning", "note"}


def test_each_of_the_46_rules_is_judged_or_has_its_reason() -> None:
    assert {rule.number for rule in RULES.values()} | set(UNJUDGED) == set(range(47))
    assert not {rule.number for rule in RULES.values()} & set(UNJUDGED)


def test_without_a_moment_the_date_is_not_compared() -> None:
    assert preflight.lint(sent(rendered()).data) == ()
