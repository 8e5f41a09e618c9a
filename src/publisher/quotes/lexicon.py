"""Closed groups of words that features count, and the word lists of `words` as sets."""

from functools import cache

import regex

from publisher.quotes import words
from publisher.quotes.words import word_set


@cache
def listed(name: str) -> frozenset[str]:
    """A list of `words` as a set of single words; `clichés?` gives both forms, other patterns are left out."""
    found: set[str] = set()
    for entry in str(getattr(words, name)).split("|"):
        if entry.endswith("s?"):
            found |= {entry[:-2], entry[:-1]}
        elif regex.fullmatch(r"[\w-]+", entry):
            found.add(entry)
    return frozenset(found)


PERSON = word_set("he she him her his hers himself herself he's she's he'd she'd he'll she'll")
PLURAL = word_set("they them their theirs themselves they're they've they'd")
IT = word_set("it its it's itself it'll it'd")
SELF = word_set("i me my i'm i've i'd i'll mine myself")
WE = word_set("we us our we're we've we'd you your you're you'll you've you'd yourself")
POINTING = word_set("this that these those such")
BACKWARD = word_set(
    "also too again another other others same former latter instead even equally similarly likewise further otherwise "
    "elsewhere here there then aforementioned said first second third latter's either neither both"
)
COMPARE = word_set("like as than unlike compared reminiscent")
BE = word_set("is are was were isn't aren't wasn't weren't it's that's there's be been")
VERDICT_VERBS = word_set(
    "feels feel felt proves prove proved remains makes made plays works offers delivers lacks suffers manages seems "
    "succeeds fails becomes gives keeps stands brings elevates captures deserves struggles falls leaves never"
)
CONCESSION = word_set("while although though despite even whatever however")
ANSWER = word_set("but however still yet instead unfortunately sadly thankfully fortunately alas nevertheless")
OPEN_PLACE = word_set("in on at after before during as when with from by for through under over upon into")
NOT = word_set(
    "not no never hardly barely without nothing cannot neither nor isn't wasn't doesn't don't didn't can't couldn't "
    "won't wouldn't aren't weren't hasn't haven't shouldn't"
)
STORY = word_set(
    "death dies died dead kill kills killed killer murder murders murdered ending finale climax reveal reveals "
    "revealed twist turns eventually finally ultimately later end ends escapes wedding funeral survives betrays fate "
    "victim"
)
SCENE = word_set("scene scenes sequence sequences shot shots moment moments opening opens opener closing finale")
CRAFT = word_set(
    "performance performances acting cast script screenplay direction director pacing cinematography score dialogue "
    "visuals editing soundtrack plot story characters character writing tone humor action effects production "
    "photography"
)
HYPE = word_set(
    "most best worst greatest finest ever perfect masterpiece truly utterly absolutely easily never always every"
)
TRIVIA = word_set(
    "box office budget oscar oscars award awards nominated released release studio sequel sequels based novel book "
    "directed written stars starring filmed production remake franchise trilogy episode season series"
)


@cache
def phrase(name: str) -> regex.Pattern[str]:
    """A list of `words` as one pattern of whole phrases."""
    return regex.compile(rf"\b(?:{getattr(words, name)})\b", regex.I)
