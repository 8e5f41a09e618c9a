"""Laws of lists and leaving: nobody who left becomes active, whatever comes in, in whatever order and how often."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.store.engine import Store
from publisher.store.people import subscribers
from publisher.store.people.intake import Incoming, Taken, take_in
from publisher.store.people.subscribers import Reason

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PEOPLE = 4
NEWSLETTERS = ("weekly", "monthly")
WORLDS = count()

law = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

leaving = st.sampled_from([Reason.UNSUBSCRIBED, Reason.CLEANED, Reason.BOUNCED, Reason.COMPLAINED, Reason.MANUAL])
rows = st.tuples(
    st.integers(0, PEOPLE - 1),
    st.sampled_from(["confirmed", "pending"]),
    st.none() | leaving,
    st.sampled_from(["", "N"]),
)
lists = st.tuples(
    st.lists(rows, max_size=8), st.sampled_from([("weekly",), ("monthly",), NEWSLETTERS])
)  # what stands on it, and for which newsletters it is taken in
Row = tuple[int, Any, Reason | None, str]
List = tuple[list[Row], tuple[str, ...]]


class World:
    """Addresses of their own in a store that other examples have used."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.domain = f"w{next(WORLDS)}.example"

    def email(self, person: int) -> str:
        return f"p{person}@{self.domain}"

    def take(self, given_list: List) -> Taken:
        people, newsletters = given_list
        incoming = [
            Incoming(email=self.email(person), name=name, standing=standing, left=left)
            for person, standing, left, name in people
        ]
        with self.store.write() as db:
            return take_in(db, incoming, newsletters=newsletters, now=NOW, how="import")

    def states(self) -> list[list[str]]:
        with self.store.read() as db:
            found = [subscribers.get(db, self.email(person)) for person in range(PEOPLE)]
        return [["none"] if one is None else [one.state, *map(one.state_for, NEWSLETTERS)] for one in found]

    def active(self) -> set[tuple[int, str]]:
        states = dict(enumerate(self.states()))
        return {
            (person, newsletter)
            for person, (_, *each) in states.items()
            for newsletter, state in zip(NEWSLETTERS, each, strict=False)
            if state in {"confirmed", "pending"}
        }


def gone(taken: Sequence[List]) -> set[tuple[int, str]]:
    """Who left what, by the plain words of the lists."""
    left = set()
    for people, newsletters in taken:
        for person, _, why, _ in people:
            if why is not None:
                left |= {(person, n) for n in (newsletters if why is Reason.UNSUBSCRIBED else NEWSLETTERS)}
    return left


def joined(taken: Sequence[List]) -> set[tuple[int, str]]:
    return {
        (person, newsletter)
        for people, newsletters in taken
        for person, _, why, _ in people
        if why is None
        for newsletter in newsletters
    }


@law
@given(taken=st.lists(lists, max_size=5))
def test_active_is_exactly_who_is_on_a_list_and_left_none(sqlite_store: Store, taken: list[List]) -> None:
    world = World(sqlite_store)
    for each in taken:
        world.take(each)

    assert world.active() == joined(taken) - gone(taken)


@law
@given(taken=st.lists(lists, min_size=1, max_size=4), data=st.data())
def test_the_order_of_lists_does_not_matter(sqlite_store: Store, taken: list[List], data: st.DataObject) -> None:
    one, other = World(sqlite_store), World(sqlite_store)
    for each in taken:
        one.take(each)
    for each in data.draw(st.permutations(taken)):
        other.take(each)

    assert one.states() == other.states()


@law
@given(taken=st.lists(lists, min_size=1, max_size=3))
def test_a_list_taken_in_again_changes_nothing(sqlite_store: Store, taken: list[List]) -> None:
    world = World(sqlite_store)
    for each in taken:
        world.take(each)
    before = world.states()
    again = [world.take(each) for each in taken]

    assert world.states() == before
    assert [(one.confirmed, one.pending, one.suppressed) for one in again] == [(0, 0, 0)] * len(taken)


@law
@given(taken=lists)
def test_the_numbers_add_up(sqlite_store: Store, taken: List) -> None:
    done = World(sqlite_store).take(taken)

    assert done.confirmed + done.pending + done.suppressed + done.unchanged + done.kept_out == len(taken[0])


steps = st.one_of(
    st.tuples(st.just("list"), lists),
    st.tuples(st.just("leave"), st.integers(0, PEOPLE - 1), st.sampled_from(["", *NEWSLETTERS])),
    st.tuples(st.just("bounce"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("add"), st.integers(0, PEOPLE - 1), st.sampled_from(NEWSLETTERS)),
    st.tuples(st.just("erase"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("rejoin"), st.integers(0, PEOPLE - 1), st.sampled_from(NEWSLETTERS)),
)


class Out:
    """By plain bookkeeping: who left what, and whose mailbox could not be reached."""

    def __init__(self) -> None:
        self.left: set[tuple[int, str]] = set()
        self.unreached: set[int] = set()

    def leave(self, person: int, *newsletters: str) -> None:
        self.left |= {(person, newsletter) for newsletter in newsletters}

    @property
    def places(self) -> set[tuple[int, str]]:
        return self.left | {(person, newsletter) for person in self.unreached for newsletter in NEWSLETTERS}


@law
@given(story=st.lists(steps, max_size=12))
def test_only_a_reader_herself_comes_back(sqlite_store: Store, story: list[tuple[Any, ...]]) -> None:
    """Whatever happens, who was out of a newsletter is in again only by her own asking for that newsletter."""
    world, out = World(sqlite_store), Out()
    for step, *what in story:
        STEPS[step](world, out, *what)

        assert not world.active() & out.places


def _list(world: World, out: Out, taken: List) -> None:
    world.take(taken)
    people, newsletters = taken
    for person, _, why, _ in people:
        if why in {Reason.BOUNCED, Reason.CLEANED}:
            out.unreached.add(person)
        elif why is not None:
            out.leave(person, *(newsletters if why is Reason.UNSUBSCRIBED else NEWSLETTERS))


def _leave(world: World, out: Out, person: int, newsletter: str) -> None:
    with world.store.write() as db:
        found = subscribers.get(db, world.email(person))
        if found is not None:
            subscribers.unsubscribe(db, found.id, newsletter, NOW)
            out.leave(person, *([newsletter] if newsletter else NEWSLETTERS))


def _bounce(world: World, out: Out, person: int) -> None:
    with world.store.write() as db:
        subscribers.suppress(db, world.email(person), reason="bounced", now=NOW)
    out.unreached.add(person)


def _add(world: World, out: Out, person: int, newsletter: str) -> None:
    with world.store.write() as db:
        subscribers.add(db, world.email(person), newsletters=(newsletter,), now=NOW, consent={})


def _erase(world: World, out: Out, person: int) -> None:
    with world.store.write() as db:
        subscribers.erase(db, world.email(person), NOW)
    out.leave(person, *NEWSLETTERS)


def _rejoin(world: World, out: Out, person: int, newsletter: str) -> None:
    with world.store.write() as db:
        found = subscribers.get(db, world.email(person))
        if found is not None and subscribers.rejoin(db, found.id, newsletter, now=NOW, consent={}):
            out.left.discard((person, newsletter))
            out.unreached.discard(person)  # she answers again


STEPS: dict[str, Callable[..., None]] = {
    "list": _list, "leave": _leave, "bounce": _bounce, "add": _add, "erase": _erase, "rejoin": _rejoin,
}  # fmt: skip


def test_a_lot_is_taken_in_the_same_way_on_both_databases(store: Store) -> None:
    world = World(store)
    done = world.take(
        (
            [(0, "confirmed", None, "N"), (1, "pending", None, ""), (2, "confirmed", Reason.UNSUBSCRIBED, "N"),
             (3, "confirmed", Reason.CLEANED, ""), (0, "confirmed", None, ""), (2, "confirmed", None, "")],
            NEWSLETTERS,
        )
    )  # fmt: skip
    again = world.take(([(1, "confirmed", None, "N"), (0, "confirmed", Reason.COMPLAINED, "")], ("weekly",)))

    assert done == Taken(confirmed=1, pending=1, suppressed=2, unchanged=1, kept_out=1)
    assert again == Taken(confirmed=1, suppressed=1)
    assert world.states() == [
        ["complained"] * 3, ["confirmed", "confirmed", "pending"], ["unsubscribed"] * 3, ["bounced"] * 3,
    ]  # fmt: skip
    with store.read() as db:
        found = subscribers.get(db, world.email(1))
    assert found is not None
    assert found.name == "N"
