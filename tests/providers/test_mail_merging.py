"""An edition that a service fills in says to each reader what her finished message says, to the letter."""

import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.providers.mail_editions import FIELDS, HTML, TEXT, Made, edition, told
from tests.providers.mail_merged import MERGED
from tests.providers.mail_recorded import RECORDED

from publisher.errors import CannotMerge, Rejected
from publisher.formatters.message.envelope import LONGEST_VALUE
from publisher.model import Filling, MergingProvider, Reader
from publisher.providers.email._hosted.content import Content
from publisher.providers.email._hosted.merging import EditionMerger
from publisher.providers.email._hosted.service import Hosted
from publisher.text import clean

KINDS = sorted(MERGED)
USUAL = edition()
MARKS = [
    *("%recipient.h0%", "%recipient%", "%", "100%", "%%", "%unsubscribe_url%", "%20", "%E2"),
    *("{{h0}}", "{{ params.h0 }}", "{{", "}}", "{", "}", "\\{{h0}}", "{{{h0}}}", "{{{{", "-h0-", "[h0]", "<%h0%>"),
    *('"', "'", "\\", "&", "&amp;", "<b>", ">", "\n", "\r\nBcc: x@y.example", "\t", "\u202e", "\x00"),
    *("ä", "🎬", "Ω", "$1", "\\1", "\\g<0>", "=?utf-8?q?x?=", ",", ";", "  ", ".", "a" * 200),
]
GOOD = "https://news.example.com/u"
PATHS = ["", "", "?x=%20", "?x=%recipient", "?x={{t0}}", "?x='", "?x=1&amp;y=2"]
HOSTILE = st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=8)), max_size=6).map("".join)
OWN = st.lists(st.one_of(st.sampled_from([*MARKS, *FIELDS.values()]), st.text(max_size=8)), max_size=8).map("".join)


def provider(kind: str) -> Hosted:
    return RECORDED[kind].provider("http://127.0.0.1").model_copy(update={"merge": True})


def merger(kind: str, made: Made = USUAL) -> EditionMerger:
    found = made.merger(provider(kind))
    assert isinstance(found, EditionMerger)
    return found


def same(kind: str, made: EditionMerger, fillings: list[Filling]) -> None:
    """Fails unless each reader of a call gets what her finished message says, however the marks are replaced."""
    call = made.call(fillings)
    for fill in MERGED[kind].fills:
        for filling, seen in zip(fillings, MERGED[kind].seen(call, fill), strict=True):
            assert seen == ours(kind, filling)


def ours(kind: str, filling: Filling) -> Content:
    """The finished message's content, with our ids where the emulator puts the fields that they go in."""
    made, rules = told(filling), MERGED[kind]
    recipient = dataclasses.replace(made.recipient, name=rules.name(made.recipient.name))
    headers = made.without(*rules.dropped) | {"X-Ours": f"{rules.key(filling.key)} {filling.message_id}"}
    return dataclasses.replace(made, recipient=recipient, headers=headers)


@pytest.mark.parametrize("kind", KINDS)
def test_usual_readers_fit_and_read_the_same(kind: str) -> None:
    made = merger(kind)
    plain = [
        USUAL.fill("ann@example.net", "Ann Lee", 1, field_city="Köln"),
        USUAL.fill("bob@example.org", "", 2),
        USUAL.fill("dr@example.org", "J. R. Smith", 3, field_city="Ω" * 500),
        USUAL.fill("zoe@example.org", "Zoë", 4, field_city="%20"),
    ]
    special = [
        USUAL.fill("eva@example.org", "Pat O'Hara", 5),
        USUAL.fill("kai@example.org", "Kai", 6, field_city="Köln & Umgebung"),
        USUAL.fill("lea@example.org", "Lea", 7, unsubscribe_url="https://news.example.com/u/7?a=1&b=%20"),
        USUAL.fill("max@example.org", "Max", 8, field_city="<b>"),
    ]

    fit = [filling for filling in plain + special if made.fits(filling)]
    assert fit == (plain if MERGED[kind].neutral else plain + special)
    same(kind, made, fit)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(
    name=HOSTILE,
    city=HOSTILE,
    path=st.sampled_from(["", "", "?x=%20", "?x=%recipient", "?x={{t0}}", "?x='", "?x=1&amp;y=2"]),
)
@example(name="%recipient.t1%", city="%recipient.", path="")
@example(name="{{t1}}", city="{{", path="")
@example(name='Ann "the %recipient.h0%" Lee', city="\\", path="")
def test_hostile_values_come_out_to_the_letter_or_in_a_finished_message(
    kind: str, name: str, city: str, path: str
) -> None:
    made, leave = merger(kind), f"https://news.example.com/u/1{path}"
    try:
        hers = USUAL.fill("ann@example.net", name, 1, field_city=city, unsubscribe_url=leave)
    except Rejected:
        assume(False)
    if made.fits(hers):
        same(kind, made, [USUAL.fill("bob@example.org", "Bob", 2), hers])


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(subject=OWN, text=OWN, page=OWN)
@example(subject="For %recipient.t0%", text="", page="")
@example(subject="For __merge_name_3f9a1c2b__", text="100%__merge_name_3f9a1c2b__%", page="{__merge_name_3f9a1c2b__}")
@example(subject="", text="\\__merge_name_3f9a1c2b__", page="{{__merge_name_3f9a1c2b__}}")
def test_our_own_text_comes_out_to_the_letter_or_the_edition_is_not_merged(
    kind: str, subject: str, text: str, page: str
) -> None:
    try:
        made = edition(clean.line(subject), clean.text(text), clean.text(page))
        hers = [made.fill(number=1, name="Ann Lee"), made.fill("bob@example.org", "Bob Co", 2)]
        found = merger(kind, made)
    except (Rejected, CannotMerge):
        assume(False)
    if all(found.fits(filling) for filling in hers):
        same(kind, found, hers)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mark", ["%recipient.name%", "{{name}}", "{% if x %}", "-name-"])
def test_a_mark_of_the_services_in_our_text_is_seen(kind: str, mark: str) -> None:
    """Either it is no mark of this service's, and comes out to the letter, or the edition goes in finished messages."""
    for texts in ({"text": TEXT + mark}, {"html": HTML + mark}, {"subject": mark}, {"name": mark}):
        made = edition(**texts)
        if MERGED[kind].stray.search(mark):
            with pytest.raises(CannotMerge, match="mark of its own"):
                merger(kind, made)
        else:
            same(kind, merger(kind, made), [made.fill()])


@pytest.mark.parametrize("kind", KINDS)
def test_a_subject_with_a_merge_field_is_each_readers_own(kind: str) -> None:
    made = edition(f"{FIELDS['name']}, the week in {FIELDS['field_city']}")
    fillings = [
        made.fill(name="Ann", field_city="Rome"),
        made.fill("bob@example.org", "Bob", 2, field_city="Ulm, Bonn"),
    ]

    same(kind, merger(kind, made), fillings)
    assert fillings[1].subject == "Bob, the week in Ulm, Bonn"


@pytest.mark.parametrize("kind", KINDS)
def test_a_giant_field_is_a_variable_only_where_the_service_has_room_for_it(kind: str) -> None:
    made, giant = merger(kind), USUAL.fill(field_city="ä" * LONGEST_VALUE)

    assert made.fits(giant) == (kind not in {"mailgun", "sendgrid"})
    if made.fits(giant):
        same(kind, made, [giant])
    with pytest.raises(Rejected):
        USUAL.fill(field_city="a" * (LONGEST_VALUE + 1))


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_takes_so_many_readers_and_nobody_twice(kind: str) -> None:
    made = merger(kind)
    many = [USUAL.fill(f"r{n}@example.org", number=n) for n in range(made.batch + 1)]
    twice = [USUAL.fill("Ann@example.org", number=1), USUAL.fill("ann@example.org", number=2)]

    assert [len(part) for part in made.parts(many)] == [made.batch, 1]
    assert [len(part) for part in made.parts(twice)] == [1, 1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_weighs_no_more_than_the_service_takes(kind: str) -> None:
    made = merger(kind)
    many = [USUAL.fill(f"r{n}@example.org", number=n, field_city="x" * 1500) for n in range(made.batch)]
    made.weight = made.base + 12 * made.size(many[0])  # type: ignore[misc]
    parts = list(made.parts(many))

    assert all(len(made.call(part).body or b"") <= made.weight for part in parts)
    assert sum(len(part) for part in parts) == len(many)
    assert len(parts) > 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_edition_that_is_heavier_than_a_call_is_not_merged(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(merger(kind)), "weight", 100)

    with pytest.raises(CannotMerge, match="heavier"):
        merger(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_readers_make_the_same_call(kind: str) -> None:
    made = [merger(kind).call([USUAL.fill(), USUAL.fill("bob@example.org", number=2)]) for _ in range(2)]

    assert made[0].body == made[1].body


@pytest.mark.parametrize(
    "address", ["ann+films@example.net", "a'b@example.net", ".a..b@example.net", "a%b@example.net"]
)
def test_an_odd_address_gets_a_finished_message_from_mailgun(address: str) -> None:
    assert not merger("mailgun").fits(USUAL.fill(address))


@pytest.mark.parametrize("name", ["Müller, Änne", 'Ann "Lee"', "Ann \\ Lee"])
def test_a_name_that_mailgun_garbles_gets_a_finished_message(name: str) -> None:
    assert not merger("mailgun").fits(USUAL.fill(name=name))
    with pytest.raises(CannotMerge, match="name"):
        merger("mailgun", edition(sender="Müller, Änne <digest@example.com>"))


def test_only_who_can_do_it_says_so() -> None:
    made = {kind: recorded.provider("http://127.0.0.1") for kind, recorded in RECORDED.items()}

    assert {kind for kind, one in made.items() if isinstance(one, MergingProvider)} == set(KINDS)
    assert [kind for kind in KINDS if not made[kind].model_dump()["merge"]] == ["brevo"]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    name=st.text(max_size=1005), city=HOSTILE, leave=st.sampled_from([GOOD, GOOD, "javascript:x", "", GOOD + "u" * 999])
)
@example(name="x" * 1001, city="", leave=GOOD)
@example(name="Ann", city="a" * (LONGEST_VALUE + 1), leave=GOOD)
@example(name="Ann", city="", leave=GOOD + "u" * 999)
def test_a_filling_is_refused_exactly_when_the_finished_message_is(name: str, city: str, leave: str) -> None:
    made = edition(f"For {FIELDS['name']} of {FIELDS['field_city']}")
    given_values = {"name": name, "email": "ann@example.net", "unsubscribe_url": leave, "field_city": city}
    reader = Reader(id=1, email="ann@example.net", name=name)

    def refusal(make: Callable[..., object]) -> str:
        try:
            make(reader, given_values, "<1@example.com>", 1, "weekly/1")
        except Rejected as error:
            return f"{error.what} {error.code}"
        return ""

    assert refusal(made.composer.filling) == refusal(made.composer.message)
