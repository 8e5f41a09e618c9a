"""What every kind of channel promises, whatever network stands behind it."""

import logging
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import structlog
from tests.loopback import Asked, Loopback, Page, loopback
from tests.providers.social_cases import CARD, HTML, Case, cases

from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.model import Receipt, SocialProvider
from publisher.providers import social
from publisher.providers.social.kit.abilities import LooksBack

pytestmark = pytest.mark.slow

CASES = cases()
SPEAKING = [kind for kind, case in CASES.items() if case.call]


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


class Bench:
    """A channel of one kind on a recorded network, and all that was said meanwhile."""

    def __init__(self, kind: str, site: Loopback, folder: Path) -> None:
        self.case: Case = CASES[kind]
        self.site = site
        self.case.serve(site)
        self.provider: SocialProvider = self.case.open(site.url, folder)
        self.begun: list[list[str]] = []

    @property
    def published(self) -> list[Asked]:
        """The requests that ask for the post to be published."""
        return [
            asked
            for asked in self.site.asked
            if asked.method == "POST" and asked.path.partition("?")[0].rstrip("/") == self.case.call
        ]

    def answer(self, page: Page | Callable[[], Page] | None, path: str = "") -> None:
        """Answer that request, or one at another path, with this; None drops the line once it is read."""

        def answered(asked: Asked, handler: BaseHTTPRequestHandler) -> Page | None:
            return page() if callable(page) else page

        for known in {path or self.case.call, f"{path or self.case.call}/"} & {*self.site.pages}:
            self.site.pages[known] = answered

    def publish(self) -> Receipt:
        def begin() -> None:
            self.begun.append([asked.path for asked in self.published])

        return self.provider.publish(self.case.post, key="a-1", image=CARD.data, begin=begin)

    def outcome(self) -> SendError:
        with pytest.raises(SendError) as caught:
            self.publish()
        return caught.value


@pytest.fixture
def bench(
    request: pytest.FixtureRequest, site: Loopback, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[Bench]:
    """The bench; whatever the test does, no log shows a secret."""
    bench = Bench(request.param, site, tmp_path)
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as events:
        yield bench
    lines = [record.getMessage() for phase in ("setup", "call") for record in caplog.get_records(phase)]
    said = f"{lines}{events}{bench.provider!r}"
    assert [secret for secret in bench.case.secrets if secret in said] == []


def of(*kinds: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bench", kinds or tuple(CASES), indirect=True)


def test_every_kind_has_a_case() -> None:
    assert set(CASES) == set(social.kinds())


@of()
def test_it_says_what_it_is(bench: Bench) -> None:
    assert bench.provider.kind in social.kinds()
    assert isinstance(bench.provider.idempotent, bool)
    assert bench.provider.rules.limit > 0


@of()
def test_an_accepted_post_is_sent_once_and_begin_comes_before_it(bench: Bench) -> None:
    receipt = bench.publish()
    expected = bench.case.receipt

    assert receipt.provider_id == expected.provider_id
    assert not expected.url or receipt.url == expected.url
    assert bench.begun == [[]]
    assert len(bench.published) == (1 if bench.case.call else 0)


@of(*SPEAKING)
def test_the_words_arrive_as_they_were_shown(bench: Bench) -> None:
    bench.publish()

    assert bench.case.words(bench.published[0]) == bench.case.post.text


@of(*SPEAKING)
def test_nothing_leaves_when_the_ledger_says_no(bench: Bench) -> None:
    class ClaimLostError(Exception):
        pass

    def begin() -> None:
        raise ClaimLostError

    with pytest.raises(ClaimLostError):
        bench.provider.publish(bench.case.post, key="a-1", image=CARD.data, begin=begin)
    assert bench.published == []


@of(*SPEAKING)
def test_a_post_that_is_too_long_is_refused_before_anything_is_published(bench: Bench) -> None:
    long = replace(bench.case.post, text="long " * 20_000, length=100_000, facets=())

    with pytest.raises(Rejected):
        bench.provider.publish(long, key="a-1", image=None, begin=lambda: None)
    assert bench.published == []


@of(*SPEAKING)
def test_a_refusal_is_final(bench: Bench) -> None:
    bench.answer(bench.case.refused)

    assert isinstance(bench.outcome(), Rejected)
    assert len(bench.published) == 1


@of(*SPEAKING)
def test_a_busy_network_is_asked_again_when_it_says(bench: Bench) -> None:
    bench.answer(bench.case.throttled)
    outcome = bench.outcome()

    assert isinstance(outcome, TryLater)
    if bench.case.wait is None:
        assert outcome.after is None
    else:
        assert outcome.after is not None
        assert timedelta(seconds=bench.case.wait - 30) <= outcome.after <= timedelta(seconds=bench.case.wait)


@of(*SPEAKING)
@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_fault_of_the_network_leaves_it_uncertain(bench: Bench, status: int) -> None:
    bench.answer(Page(body=b"<html>Bad Gateway</html>", status=status))

    assert isinstance(bench.outcome(), Uncertain)


@of(*SPEAKING)
def test_an_answer_lost_after_the_post_left_is_uncertain(bench: Bench) -> None:
    bench.answer(None)

    assert isinstance(bench.outcome(), Uncertain)
    assert len(bench.published) == 1
    assert bench.begun == [[]]


@of(*SPEAKING)
def test_a_network_out_of_reach_has_nothing(bench: Bench, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        bench.provider = bench.case.open(f"http://127.0.0.1:{free.getsockname()[1]}", tmp_path)
        outcome = bench.outcome()

    assert isinstance(outcome, bench.case.out_of_reach)
    assert bench.published == []


@of(*SPEAKING)
def test_a_page_instead_of_an_answer(bench: Bench) -> None:
    bench.answer(HTML)

    if bench.case.unreadable is None:
        assert isinstance(bench.publish(), Receipt)
    else:
        assert isinstance(bench.outcome(), bench.case.unreadable)


@of(*[kind for kind in SPEAKING if kind != "apprise"])
def test_a_redirect_is_not_followed_and_blames_the_channel(bench: Bench) -> None:
    bench.answer(Page(status=301, headers={"Location": f"{bench.site.url}/elsewhere"}))

    assert isinstance(bench.outcome(), AccessDenied)
    assert "/elsewhere" not in bench.site.paths()


@pytest.mark.parametrize(
    ("bench", "page"), [(kind, page) for kind in SPEAKING for page in CASES[kind].gone], indirect=["bench"]
)
def test_a_dead_token_or_address_blames_the_channel_and_not_the_post(bench: Bench, page: Page) -> None:
    bench.answer(page)

    assert isinstance(bench.outcome(), AccessDenied)


@pytest.mark.parametrize(
    ("bench", "path"), [(kind, path) for kind in SPEAKING for path in CASES[kind].prepares], indirect=["bench"]
)
@pytest.mark.parametrize("page", [None, HTML, Page(status=503)], ids=["lost", "html", "503"])
def test_trouble_before_the_post_left_is_no_uncertainty(bench: Bench, path: str, page: Page | None) -> None:
    bench.answer(page, path)

    assert isinstance(bench.outcome(), TryLater)
    assert (bench.published, bench.begun) == ([], [])


@of(*SPEAKING)
@pytest.mark.parametrize("trouble", ["refused", "throttled", "gone", "lost"])
def test_no_error_shows_a_secret(bench: Bench, trouble: str) -> None:
    case = bench.case
    pages = {"refused": case.refused, "throttled": case.throttled, "gone": case.gone[0], "lost": None}
    bench.answer(pages[trouble])
    said = str(bench.outcome())

    assert [secret for secret in case.secrets if secret in said] == []
    assert bench.site.url not in said
    assert case.post.text[:20] not in said


@of(*[kind for kind in SPEAKING if CASES[kind].says])
def test_a_network_that_repeats_a_secret_is_not_repeated(bench: Bench) -> None:
    assert bench.case.says is not None
    bench.answer(bench.case.says(f"bad token {' '.join(bench.case.secrets)} given"))
    said = str(bench.outcome())

    assert [secret for secret in bench.case.secrets if secret in said] == []


@of()
def test_a_kind_is_safe_to_repeat_only_where_it_can_tell(bench: Bench) -> None:
    assert isinstance(bench.provider, LooksBack) == bench.case.looks_back
    assert bench.provider.idempotent == bench.case.idempotent
