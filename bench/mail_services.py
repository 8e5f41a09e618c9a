"""Calls and bytes of an edition for 1,000 readers with each mail service: finished messages, and filled in there.

PYTHONPATH=. python bench/mail_services.py [--readers N]

The services are those of the contract tests: the recorded answers on the loopback, with no way to travel.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from tests.providers.mail_hosted import HostedBench, hosted
from tests.providers.mail_recorded import RECORDED
from tools import specimen

from publisher.formatters.email import digest
from publisher.formatters.message import envelope
from publisher.formatters.message.envelope import Composer
from publisher.model import Filling, MergingProvider, Reader, Receipt
from publisher.providers.email._hosted.service import Hosted

NAMES = ["Ann Lee", "Zoë Maurer", "", "J. R. Smith", "Mihály Kovács"]


def composer() -> Composer:
    """An edition of usual size, as it is sent."""
    email = digest.render(specimen.edition(), config=specimen.config(), newsletter=specimen.NEWSLETTER, templates=None)
    return Composer(
        envelope.compile_edition(
            email,
            envelope.MailingList(
                sender="Second Row <digest@secondrow.example>",
                reply_to="desk@secondrow.example",
                list_id="weekly.secondrow.example",
                newsletter="weekly",
            ),
            edition="weekly/2026-11-20",
            date=datetime(2026, 11, 20, 9, tzinfo=UTC),
        )
    )


def fillings(made: Composer, count: int) -> Iterator[Filling]:
    """Readers with names and addresses of their own."""
    for number in range(count):
        token = f"{number:08x}" * 5
        reader = Reader(id=number, email=f"reader{number}@mail{number % 50}.example", name=NAMES[number % len(NAMES)])
        links = {part: f"https://news.secondrow.example/{part}/{token}" for part in ("u", "p", "v")}
        given = {"name": reader.name, "email": reader.email, "unsubscribe_url": links["u"]}
        given |= {"preferences_url": links["p"], "view_url": links["v"]}
        message_id = envelope.message_id("weekly/2026-11-20", number, b"secret", "secondrow.example")
        yield made.filling(reader, given, message_id, number, f"weekly/2026-11-20/{number}")


def measured(bench: HostedBench, count: int, send: Callable[[], int]) -> str:
    """What came of a way of sending, as cells of a table."""
    began = time.perf_counter()
    taken = send()
    seconds = time.perf_counter() - began
    assert taken == len(set(bench.delivered())) == count, f"{taken} of {count} were taken"
    weight = sum(len(call.body) for call in bench.calls())
    return f"{len(bench.calls()):>6,} calls {weight / 1e6:>7.2f} MB {seconds:>6.2f} s"


def whole(provider: Hosted, readers: Sequence[Filling]) -> int:
    """Send finished messages; how many were taken."""
    line, taken = provider.connect(), 0
    for at in range(0, len(readers), provider.batch):
        messages = [filling.finished() for filling in readers[at : at + provider.batch]]
        taken += sum(isinstance(outcome, Receipt) for outcome in line.deliver(messages, lambda: None))
    return taken


def merged(provider: Hosted, made: Composer, readers: Sequence[Filling]) -> int:
    """Have the service fill in; how many were taken."""
    assert isinstance(provider, MergingProvider)
    merger = provider.merger(made.blank())
    line, taken = merger.connect(), 0
    fit = [filling for filling in readers if merger.fits(filling)]
    for at in range(0, len(fit), merger.batch):
        outcomes = line.merge(fit[at : at + merger.batch], lambda: None)
        taken += sum(isinstance(outcome, Receipt) for outcome in outcomes)
    return taken


def main() -> None:
    """Print a line for each service and way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=1000)
    count = parser.parse_args().readers
    made = composer()
    readers = list(fillings(made, count))
    print(f"{count:,} readers, {len(readers[0].finished().data) / 1e3:.1f} KB a message")
    for kind in sorted(RECORDED):
        with hosted(kind) as bench:
            print(f"{kind:10} finished {measured(bench, count, lambda: whole(bench.made, readers))}", flush=True)
        if isinstance(bench.made, MergingProvider):
            with hosted(kind, merge=True) as bench:
                found = measured(bench, count, lambda: merged(bench.made, made, readers))
                print(f"{kind:10} merged   {found}", flush=True)


if __name__ == "__main__":
    main()
