"""Times as the tables keep them: whole microseconds since 1970."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """A time as the tables keep it: whole microseconds since 1970."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as whole microseconds since 1970 so that both databases sort and compare it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Refuse naive times: a time without a zone is a mistake, not a time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give back UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)
