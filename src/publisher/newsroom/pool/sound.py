"""The reviews of an edition without the pictures and links that would spoil it, and what was left out and why."""

import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from publisher.config import Config
from publisher.errors import SendError
from publisher.model import Review
from publisher.newsroom.pool.pictures import is_kept
from publisher.preflight import addresses

PATIENCE = (2, 2, 3)
LONGEST = 4
"""Seconds that all pictures of an edition together may take."""
AT_ONCE = 8
REMEMBERED = 600
"""Seconds for which an answer counts."""
_GONE = (404, 410)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sound:
    """What may stand in an edition, and in a line each what may not."""

    reviews: tuple[Review, ...]
    left_out: tuple[str, ...]
    answers: Mapping[str, str]
    """What was wrong with each picture that was asked for, by its address; nothing where it was there."""
    unasked: bool
    """Whether there are pictures that nobody has asked for."""


def sound(
    reviews: Sequence[Review], *, config: Config, private: Collection[str], answers: Mapping[str, str], ask: bool
) -> Sound:
    """The reviews whose own link a mail may carry, each with its picture where that loads over https.

    With `ask` the servers of the pictures are asked; without, their earlier `answers` count, and a look at a draft
    asks no other machine. `private` are the hosts that may be on this network: of them nothing is asked, preflight has
    its own rules. A picture of which `[site] pictures` has a copy is not asked for either.
    """
    kept, said = [], []
    for review in reviews:
        why = _refused(review.url, private) if review.url else ""
        if why:
            do = f'publisher reviews set {review.id} url="https://…"'
            said.append(f"“{review.headline}” was left out: its link {why}; {do}")
        else:
            kept.append(review)
    pictures = {review.id: review.image.url for review in kept if review.image}
    faults = {key: _refused(url, private, picture=True) for key, url in pictures.items()}
    asking = {url for key, url in pictures.items() if not faults[key] and _is_asked(url, config, private)}
    known = _asked(sorted(asking), config) if ask else {url: answers[url] for url in asking if url in answers}
    for key, url in pictures.items():
        if why := faults[key] or known.get(url, ""):
            review = next(each for each in kept if each.id == key)
            kept[kept.index(review)] = replace(review, image=None)
            do = f"publisher reviews set {key} image=https://…"
            said.append(f"the picture of “{review.headline}” was left out: {why}; {do}")
    return Sound(reviews=tuple(kept), left_out=tuple(said), answers=known, unasked=asking != known.keys())


def _refused(url: str, private: Collection[str], *, picture: bool = False) -> str:
    """Why no mail may carry an address; empty where it may."""
    parts, name = addresses.split(url), addresses.host(url)
    if name in private or (picture and parts.scheme not in ("http", "https")):
        return ""
    if not name or parts.scheme not in ("http", "https"):
        return "is no web address"
    if addresses.is_private(name):
        return f"leads to {name}, which readers cannot reach" if not picture else f"readers cannot reach {name}"
    if parts.scheme == "http":
        return "is not https" if not picture else f"{name} is asked over http, and mail programs block that"
    return "carries a name or a password" if parts.username or parts.password else ""


def _is_asked(url: str, config: Config, private: Collection[str]) -> bool:
    return urlsplit(url).scheme == "https" and addresses.host(url) not in private and not is_kept(url, config)


def _asked(urls: Sequence[str], config: Config) -> dict[str, str]:
    """What is wrong with each address, all asked side by side; who has not answered in time does not answer."""
    if not urls:
        return {}
    now = int(time.monotonic() // REMEMBERED)
    pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="picture")
    asked = {url: pool.submit(_fault, url, config.site.url, now) for url in urls}
    done, _ = wait(asked.values(), timeout=LONGEST)
    pool.shutdown(wait=False, cancel_futures=True)
    silent = f"{{}} does not answer within {LONGEST} s"
    return {url: each.result() if each in done else silent.format(addresses.host(url)) for url, each in asked.items()}


@lru_cache(maxsize=512)
def _fault(url: str, site: str, _when: int) -> str:
    """Why a picture cannot be loaded; empty where its server has it, or does not say."""
    from publisher.http.door import Http, Timeout, agent  # an edition without pictures needs no HTTP client

    with Http(agent(site), Timeout(*PATIENCE)) as http:
        try:
            answer = http.request("HEAD", url, headers={"Accept": "image/*"})
        except SendError as error:
            return f"{addresses.host(url)}: {error.what}"
    return f"{addresses.host(url)} does not have it (status {answer.status})" if answer.status in _GONE else ""
