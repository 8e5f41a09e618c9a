from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from publisher.config import ChannelPolicy, Config, Rate, Settings, SourcePolicy, load, policy, settings
from publisher.errors import ConfigError

TEXT = """\
[site]
name = "Film Focus Online"
url = "https://www.example.com/"
timezone = "Europe/London"

[editor]
email = "ed@example.com"

[critics]
elliot1 = "Elliot Lines"

[[sources]]
name = "site"
kind = "feed"
url = "https://www.example.com/blog-feed.xml"
every = "30m"

[providers.mail]
kind = "smtp"
port = 2525
password = "${SMTP_PASSWORD}"
rate = "600/min"

[newsletters.weekly]
from = "Film Focus Online <digest@example.com>"
schedule = "fri 09:00"

[social.sky]
kind = "bluesky"
slots = ["tue 12:30", "sat 18:00"]
"""
ENV = {"SMTP_PASSWORD": "hunter2-very-secret"}


class Smtp(BaseModel):
    model_config = ConfigDict(frozen=True)
    host: str = "127.0.0.1"
    port: int = 25
    password: str | None = None
    rate: Rate | None = None
    hosts: tuple[str, ...] = ()


class Feed(Settings):
    url: str


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes TEXT with replacements into config/publisher.toml."""

    def written(*changes: tuple[str, str]) -> Path:
        text = TEXT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "config" / "publisher.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return written


def wrong(path: Path, env: Mapping[str, str] = ENV) -> str:
    """What is said about a configuration, all of its tables read."""
    with pytest.raises(ConfigError) as caught:
        read(path, env)
    assert caught.value.status == 2
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(str(path), "publisher.toml")


def read(path: Path, env: Mapping[str, str]) -> Config:
    config = load(path, env=env)
    settings(config.providers["mail"], Smtp, env=env)
    settings(config.sources[0], Feed, env=env)
    return config


def test_a_configuration_is_read(write: Callable[..., Path], tmp_path: Path) -> None:
    config = load(write(), env=ENV)
    weekly = config.newsletters["weekly"]

    assert config.root == tmp_path
    assert config.site.zone.key == "Europe/London"
    assert config.editor.email == ("ed@example.com",)
    assert config.critics == {"elliot1": "Elliot Lines"}
    assert (weekly.sender, weekly.provider, weekly.title) == (
        "Film Focus Online <digest@example.com>",
        ("mail",),
        "Film Focus Online",
    )
    assert (weekly.max_late, weekly.min_reviews, weekly.approve) == (timedelta(hours=6), 1, False)
    assert policy(config.sources[0], SourcePolicy).every == timedelta(minutes=30)
    assert policy(config.social["sky"], ChannelPolicy).slots == ("tue 12:30", "sat 18:00")


def test_a_kind_reads_its_own_settings(write: Callable[..., Path]) -> None:
    config = load(write(("port = 2525", 'port = 2525\nhosts = ["a", "b"]')), env=ENV)

    smtp = settings(config.providers["mail"], Smtp, env=ENV)

    assert (smtp.port, smtp.password, smtp.hosts) == (2525, ENV["SMTP_PASSWORD"], ("a", "b"))
    assert smtp.rate is not None
    assert smtp.rate.per_second == 10


def test_nothing_configured_is_a_configuration(tmp_path: Path) -> None:
    config = Config.defaults(tmp_path)

    assert config.root == tmp_path
    assert config.store.url == "sqlite:///var/publisher.db"
    assert not config.sources


def test_an_empty_file_says_the_same_as_none(write: Callable[..., Path], tmp_path: Path) -> None:
    path = write()
    path.write_text("")
    config, empty = load(path, env={}), Config.defaults(tmp_path)

    assert (config.site, config.store, config.delivery) == (empty.site, empty.store, empty.delivery)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "schedule =",
            "schedul =",
            "publisher.toml:26: there is no key `newsletters.weekly.schedul`; did you mean `schedule`?",
        ),
        ("[site]", "[sit]", "publisher.toml:1: there is no table `sit`; did you mean `site`?"),
        ("from =", "sender =", "did you mean `from`?"),
        ("port = 2525", 'port = "2525"', 'publisher.toml:20: `providers.mail.port` must be a whole number, not "2525"'),
        ("port = 2525", "prt = 2525", "did you mean `port`?"),
        (
            "every =",
            "evry =",
            "publisher.toml:16: there is no key `sources.site.evry`; did you mean `every`?",
        ),
        ('"30m"', "30", "publisher.toml:16: `sources.site.every` must be text in quotation marks, not 30"),
        ('"30m"', '"half an hour"', '`sources.site.every`: "half an hour" is not a duration; write it like'),
        ('"600/min"', '"fast"', 'publisher.toml:22: `providers.mail.rate`: "fast" is not a rate'),
        ("fri 09:00", "fir 09:00", "`fir` is no day; did you mean `fri`?"),
        ("Europe/London", "Londn", "publisher.toml:4: `site.timezone`"),
        ("Europe/London", "London", "did you mean `Europe/London`?"),
        ('"Film Focus Online <digest@example.com>"', '"Film Focus"', "is not an address; write it like"),
        ("from =", "#", "publisher.toml:24: `newsletters.weekly.from` is missing; add `from"),
        (
            "[newsletters.weekly]",
            '[newsletters.weekly]\nprovider = "mial"',
            "there is no provider `mial`; did you mean `mail`?",
        ),
        (
            "[newsletters.weekly]",
            '[newsletters.weekly]\non_uncertain = "hodl"',
            'must be `hold` or `resend`, not "hodl"; did you mean `hold`?',
        ),
        (
            "[newsletters.weekly]",
            "[newsletters.weekly]\nmin_reviews = -1",
            "`newsletters.weekly.min_reviews` must be at least 0, not -1",
        ),
        ("[newsletters.weekly]", "[newsletters.weekly]\napprove = 1", "must be true or false, not 1"),
        ("[newsletters.weekly]", '[newsletters."we/ekly"]', "cannot be a name; a name has letters"),
        ("[site]", '[site]\nname = "A"', "publisher.toml:3: `site.name` is written twice, in lines 2 and 3"),
        ("[editor]", "[site]", "publisher.toml:6: `site` is written twice, in lines 1 and 6"),
        (
            '"fri 09:00"',
            "fri 09:00",
            "publisher.toml:26: the file is not TOML: invalid value; write text in quotation marks",
        ),
        ("[[sources]]", "[sources]", "`sources` must be a list of tables; write `[[sources]]`"),
        ('kind = "feed"', "", "publisher.toml:12: `sources.site.kind` is missing"),
        ('name = "site"', "", "`sources[1].name` is missing; a name has letters"),
        ('"sat 18:00"', '"sad 18:00"', "publisher.toml:30: `social.sky.slots[2]`"),
        ('"Elliot Lines"', "5", "publisher.toml:10: `critics.elliot1` must be the critic's name as text, not 5"),
        (
            '"ed@example.com"',
            '["ed@example.com", "ed"]',
            'publisher.toml:7: `editor.email[2]`: "ed" is not a mail address',
        ),
    ],
)
def test_a_mistake_is_named_with_its_key_line_and_remedy(
    write: Callable[..., Path], old: str, new: str, said: str
) -> None:
    assert said in wrong(write((old, new)))


def test_a_word_where_a_table_belongs_is_a_mistake(write: Callable[..., Path]) -> None:
    path = write()
    path.write_text('editor = "ed@example.com"\n')

    assert 'publisher.toml:1: `editor` must be a table, not "ed@example.com"; write `[editor]`' in wrong(path)


def test_the_topmost_of_several_mistakes_is_told_with_their_number(write: Callable[..., Path]) -> None:
    said = wrong(write(("schedule =", "schedul ="), ("timezone", "timezon"), ("[critics]", "[critcs]")))

    assert "publisher.toml:4: there is no key `site.timezon` (and 2 more); did you mean" in said


def test_two_sources_of_one_name_are_a_mistake(write: Callable[..., Path]) -> None:
    said = wrong(write(("[providers.mail]", '[[sources]]\nname = "site"\nkind = "page"\n\n[providers.mail]')))

    assert "publisher.toml:19: two sources are named `site`, in lines 12 and 18" in said


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no configuration; `publisher init` writes one"):
        load(tmp_path / "publisher.toml", env={})


def test_a_file_that_is_not_text_is_a_mistake(write: Callable[..., Path]) -> None:
    path = write()
    path.write_bytes(b'[site]\nname = "\xff\xfe"\n')

    assert "publisher.toml:2: the file is not UTF-8 text" in wrong(path)


def test_the_path_may_come_from_the_environment(write: Callable[..., Path]) -> None:
    assert load(None, env={"PUBLISHER_CONFIG": str(write()), **ENV}).site.name == "Film Focus Online"


def test_the_root_is_the_folder_of_a_file_outside_config(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("\ufeff[site]\r\nname = 'A'\r\n", encoding="utf-8", newline="")

    assert load(path, env={}).root == tmp_path


def test_a_table_knows_the_lines_of_its_keys(write: Callable[..., Path]) -> None:
    config = load(write(), env=ENV)

    assert config.sources[0].where("every").endswith("config/publisher.toml:16")
    assert config.sources[0].where().endswith(":12")
    assert config.where("newsletters.weekly.schedule").endswith(":26")


def test_an_unknown_kind_is_answered_with_the_nearest(write: Callable[..., Path]) -> None:
    table = load(write(('kind = "smtp"', 'kind = "smpt"')), env=ENV).providers["mail"]

    assert str(table.wrong_kind(["smtp", "outbox"])).endswith(
        ":19: `providers.mail.kind`: there is no kind `smpt`; did you mean `smtp`?"
    )
    assert "it can be `a` or `b`" in str(table.wrong_kind(["a", "b"]))
