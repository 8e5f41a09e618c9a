"""An edition's counts for programs and for people."""

from publisher.model import Counts
from publisher.newsroom.counting import counts_in_words, counts_json


def test_every_state_is_in_the_json_and_they_add_up() -> None:
    said = counts_json(Counts(accepted=3, refused=1, todo=2))

    assert list(said) == ["intended", "accepted", "refused", "suppressed", "uncertain", "deferred", "todo", "cancelled"]
    assert said["intended"] == sum(number for name, number in said.items() if name != "intended") == 6


def test_people_read_only_of_states_that_somebody_is_in() -> None:
    assert counts_in_words(Counts(accepted=1200, uncertain=1)) == [
        "of 1,201 readers: 1,200 accepted, 1 may have arrived"
    ]
    assert counts_in_words(Counts(suppressed=1)) == ["of 1 reader: 1 unsubscribed or bounced"]
    assert counts_in_words(Counts()) == []
