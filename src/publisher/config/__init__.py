"""`publisher.toml` as a frozen `Config`: keys with their lines, secrets by reference, mistakes with the right word."""

from publisher.config.formats import (
    Duration,
    ExactUrl,
    Hours,
    Rate,
    Schedules,
    ScheduleText,
    WebUrl,
    Words,
    parse_duration,
    parse_schedule,
)
from publisher.config.load import DEFAULT_PATH, load, root_of
from publisher.config.models import (
    ChannelPolicy,
    Delivery,
    Editor,
    Newsletter,
    QuoteChoice,
    Settings,
    Site,
    SourcePolicy,
    StoreTable,
    Web,
)
from publisher.config.tables import Config, RawTable, policy, settings
from publisher.config.words import did_you_mean, nearest, one_of

__all__ = [
    "DEFAULT_PATH",
    "ChannelPolicy",
    "Config",
    "Delivery",
    "Duration",
    "Editor",
    "ExactUrl",
    "Hours",
    "Newsletter",
    "QuoteChoice",
    "Rate",
    "RawTable",
    "ScheduleText",
    "Schedules",
    "Settings",
    "Site",
    "SourcePolicy",
    "StoreTable",
    "Web",
    "WebUrl",
    "Words",
    "did_you_mean",
    "load",
    "nearest",
    "one_of",
    "parse_duration",
    "parse_schedule",
    "policy",
    "root_of",
    "settings",
]
