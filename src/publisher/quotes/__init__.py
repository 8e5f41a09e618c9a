"""Pull quotes that an editor would choose and that cannot lie: sentences, candidates, gates, score, pick, verify."""

from publisher.quotes.fromtext import editors_pick, find_again, from_text, is_editors, stands
from publisher.quotes.opening import opening
from publisher.quotes.pick import Ranking, is_sure, pick, rank, score_sentences
from publisher.quotes.plain import review_from_plain
from publisher.quotes.reader.network import switch_off, switch_on
from publisher.quotes.verdict import Opinion, opinion_of
from publisher.quotes.verify import verify
from publisher.quotes.weights import forget

__all__ = [
    "Opinion",
    "Ranking",
    "editors_pick",
    "find_again",
    "forget",
    "from_text",
    "is_editors",
    "is_sure",
    "opening",
    "opinion_of",
    "pick",
    "rank",
    "review_from_plain",
    "score_sentences",
    "stands",
    "switch_off",
    "switch_on",
    "verify",
]
