"""The tables of a configuration as frozen nouns with their defaults. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from publisher.config.formats import (
    Address,
    Addresses,
    Colour,
    Duration,
    Hours,
    Language,
    Mailbox,
    MomentText,
    ReturnPath,
    Schedules,
    ScheduleText,
    WebUrl,
    Words,
    Zone,
)

Whole = Annotated[int, Field(ge=0)]


class Settings(BaseModel):
    """One table of the configuration; a kind's own settings may build on it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Site(Settings):
    """`[site]`: whose reviews they are."""

    name: str = Field(default="", description="The site's name as readers know it; the masthead of a digest.")
    url: WebUrl | Literal[""] = Field(default="", description="Its address.")
    language: Language = Field(
        default="en", description="The language of its reviews, as a code such as `en` or `pt-BR`."
    )
    timezone: Zone = Field(
        default="UTC", description="The zone that schedules and bare dates count in, such as `Europe/London`."
    )
    postal_address: str = Field(
        default="", description="A street address or PO box; a digest refuses to go out without it."
    )
    accent: Colour = Field(default="#a3262a", description="The one colour beside ink and paper.")
    logo: str | None = Field(
        default=None, description="Web address of a picture for the masthead; without it the name stands as text."
    )
    pictures: str | None = Field(
        default=None,
        description="Copies of the site's pictures by file name, for previews and cards without a network.",
    )

    @property
    def zone(self) -> ZoneInfo:
        """The zone that wall clock times count in."""
        return ZoneInfo(self.timezone)


class Editor(Settings):
    """`[editor]`: who is told, once each, what waits or went wrong."""

    email: Addresses = Field(default=(), description="One address or several.")


class StoreTable(Settings):
    """`[store]`: where everything is kept."""

    url: str = Field(
        default="sqlite:///var/publisher.db",
        description="`sqlite:///PATH`, or `postgresql+psycopg://…` for several machines.",
    )
    keep: Duration = Field(
        default=timedelta(days=400),
        description="How long it is kept who got which edition; of older editions only the numbers are.",
    )


class Web(Settings):
    """`[web]`: the public pages."""

    url: WebUrl | Literal[""] = Field(default="", description="Where unsubscribe, approval and archive links point.")


class QuoteChoice(Settings):
    """`[quotes]`: who ranks pull quotes; without a chooser, we do."""

    chooser: WebUrl | Literal[""] = Field(
        default="",
        description="A chat-completions endpoint that may reorder the quotes that passed the gates, by number alone, "
        "such as `http://127.0.0.1:11434/v1`. It is sent the film's title, the verdict, the review and up to eight "
        "lines of it.",
    )
    chooser_model: str = Field(default="", description="The model that it is asked for.")
    chooser_key: str = Field(default="", repr=False, description="Its key, where it wants one.")
    chooser_timeout: Duration = Field(
        default=timedelta(seconds=10), description="How long it has; without an answer our own ranking stands."
    )


class Delivery(Settings):
    """`[delivery]`: how long a message is tried."""

    retry_first: Duration = Field(
        default=timedelta(minutes=1), description="The wait after a first temporary failure; it doubles."
    )
    retry_max: Duration = Field(default=timedelta(hours=4), description="The longest wait between two tries.")
    give_up_after: Duration = Field(default=timedelta(hours=72), description="After this a reader counts as refused.")
    lease: Duration = Field(
        default=timedelta(seconds=60), description="How long a sender that gives no sign of life keeps its messages."
    )


class Newsletter(Settings):
    """`[newsletters.NAME]`: one edition a slot, to its own readers."""

    name: str = Field(exclude=True)
    title: str = Field(default="", description="What readers call it; the site's name when it is absent.")
    sender: Mailbox = Field(validation_alias="from", description='The sender, `"Film Focus <digest@example.com>"`.')
    reply_to: Address | None = Field(default=None, description="Where answers go, if not to the sender.")
    return_path: ReturnPath | None = Field(
        default=None,
        description="Where bounces go, the envelope's sender; `bounces+{token}@…` tells each reader's apart (VERP).",
    )
    provider: Words = Field(
        default=(),
        description="The name of a `[providers.…]` table, or a list of them: fail-over. May be absent if there is one.",
    )
    schedule: ScheduleText | None = Field(
        default=None,
        description='When it goes out: `"fri 09:00"`, `"tue,fri 18:30"`, `"daily 08:00"`; absent = only by hand.',
    )
    max_late: Duration = Field(
        default=timedelta(hours=6),
        description="A slot that is later than this is missed, and its reviews wait for the next.",
    )
    min_reviews: Whole = Field(default=1, description="With fewer new reviews the slot sends nothing.")
    max_reviews: Annotated[int, Field(ge=1)] = Field(
        default=8, description="The most that one edition shows; the others become plain links."
    )
    approve: bool = Field(default=False, description="Whether an editor must approve each edition.")
    if_not_approved: Literal["hold", "send"] = Field(
        default="hold", description="What happens at the slot without an approval."
    )
    proof: MomentText | None = Field(
        default=None, description='When the editor gets the finished draft, `"thu 17:00"`.'
    )
    editor_first: Duration = Field(default=timedelta(0), description="By how much the editor's copy goes ahead.")
    on_uncertain: Literal["hold", "resend"] = Field(
        default="hold", description="What is done for a reader whose message may have arrived."
    )
    catch_up: Literal["latest", "all", "skip"] = Field(
        default="latest", description="Which of several overdue slots still run."
    )
    per_reader_time: bool = Field(
        default=False, description="Whether each reader gets it at the slot's hour in her own zone."
    )
    layout: Literal["classic", "picture", "text-first"] = Field(default="classic", description="The template's layout.")


class SourcePolicy(Settings):
    """What every `[[sources]]` table may say besides its kind's own settings."""

    every: Duration = Field(default=timedelta(hours=1), description="How often it is asked.")
    allow_private: bool = Field(default=False, description="Whether it may live on loopback or a private network.")
    flood_limit: Whole = Field(default=10, description="More new reviews than this in one fetch wait for the editor.")
    grace: Duration = Field(
        default=timedelta(hours=48),
        description="How far before the last good fetch a review may be dated and still be new.",
    )
    settle: Duration = Field(default=timedelta(0), description="How long a new review rests before it is used.")
    only_categories: Words = Field(default=(), description="Only entries of these categories.")
    skip_categories: Words = Field(default=(), description="No entries of these categories.")


class ChannelPolicy(Settings):
    """What every `[social.NAME]` table may say besides its kind's own settings."""

    slots: Schedules = Field(default=(), description="When it posts; absent = when a review appears.")
    approve: bool = Field(default=False, description="Whether an editor must approve each post.")
    spacing: Duration = Field(default=timedelta(0), description="The least time between two posts.")
    quiet: Hours | None = Field(default=None, description='Hours without posts, `"22:00-08:00"`.')
    max_age: Duration = Field(
        default=timedelta(days=3), description="After an outage, older reviews are listed, not posted."
    )
    tags: Words = Field(default=(), description="Tags for the end of a post, two at most; none by itself.")
    design: Literal["paper", "night", "block"] = Field(default="paper", description="The design of its cards.")
    evergreen: bool = Field(
        default=False, description="Whether old reviews worth another post are proposed to the editor."
    )
    repeat_after: Duration = Field(
        default=timedelta(weeks=26), description="How long a proposed post may not show a quote again."
    )
    link: bool = Field(
        default=True, description="Whether posts carry the review's address; X takes thirteen times as much for one."
    )
    utm: dict[str, str] = Field(
        default_factory=dict, description='Added to the link once, `{ source = "bluesky", medium = "social" }`.'
    )


def field_names(model: type[BaseModel]) -> Mapping[str, Any]:
    """The keys that a table of this model may have, each with its field: aliases where there are any."""
    return {
        str(field.validation_alias or name): field
        for name, field in model.model_fields.items()
        if not (model is Newsletter and name == "name")
    }
