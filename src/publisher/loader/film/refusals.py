"""Headlines that are about no single film: television, lists, several films, news and talk."""

import re

from publisher.loader.facts.calendar_words import MONTHS
from publisher.loader.film.titles import SMALL

_COUNT = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|final|last|new|latest|\d+(?:st|nd|rd|th))"
)


def _phrases(text: str) -> re.Pattern[str]:
    """One pattern for phrases written one after the other with bars between; a space stands for any space."""
    return re.compile(re.sub(r"(?<!\\) ", r"\\s+", re.sub(r"\s*\|\s*", "|", text.strip())), re.IGNORECASE)


_NUMBERED = re.compile(
    rf"\b(?:season|series|episodes?|ep\.?)\s*#?\s*{_COUNT}\b(?!\s*(?:things|days))"
    r"|\bS\d{1,2}(?:\s?E\d{1,3})?\b"
    r"|\b\d{1,2}x\d{2}\b"
    r"|\b(?:season|series)\s+(?:premiere|finale)\b",
    re.IGNORECASE,
)
_OF_TV = (
    r"(?:shows?|series|reviews?|recaps?|movies?|films?|dramas?|comed(?:y|ies)|thrillers?|sitcoms?|specials?|seasons?)"
)
"""After "TV" in capitals these make it television; other words in capitals may make it a title's: "TV Glow"."""
_SERIES = _phrases(
    rf"""
    \b{_ORDINAL} (?:season|series|episodes?)\b | \bseasons?\b | \bseason[- ](?:finale|premiere|opener|review|recap)\b
    | \bseries (?:finale|premiere|review|recap)\b | \bepisodes?\b(?! [IVX]+\b) | \brecaps?\b
    | \bfinale\b | \bmini-?series\b
    | \bdocu-?series\b | \b(?:limited|web)[- ]series\b | \btv\b(?! (?!{_OF_TV}\b)(?-i:[A-Z]))
    | \btelevision\b | \bsitcom\b | \bk-?drama\b
    | \bs[eé]rie\b | \b(?:staffel|temporada|saison|stagione|folge)\s\d
    | \bshowrunner\b | \bsketch show\b | \breality show\b | \bnew series\b | \btv show\b
    | \b(?:netflix|hbo|hulu|amazon|apple|disney\+?|bbc|itv) series\b
    | \b(?:anime|drama|comedy|crime|animated|streaming|original) series\b
    """
)
_A_SERIES = re.compile(
    r"(?<!film )(?<!movie )(?<!book )(?<!game )(?<!the )(?<!of )(?<!this )\bseries\b(?!['’]| of\b| favou?rites?\b)",
    re.IGNORECASE,
)
_LISTED = (
    r"(?:films?|movies?|performances?|scenes?|moments?|directors?|actors?|actress(?:es)?|villains?|endings?"
    r"|documentaries|comedies|horrors?|of (?:all time|the|\d{4})|\d{4})"
)
_COUNTED = (
    r"(?:films?|movies|reasons|things (?:we|you|to)|picks|hidden gems|documentaries|directors|trailers|takeaways"
    r"|thoughts)"
)
_LIST = _phrases(
    rf"""
    ^(?:(?:the|our|my) )?(?:top|best|worst|greatest|most|favou?rites?|essential|biggest)\b.*\b{_LISTED}\b
    | ^(?:(?:the|our|my) )?(?:{_COUNT}|twenty|fifty|a hundred) (?:[\w’'-]+[\s-]){{0,3}}{_COUNTED}\b
    | \b(?:best|worst|top)\b.*\b(?:of (?:\d{{4}}|the (?:year|month|decade|century))|so far)\b
    | \b(?:films|movies) to (?:watch|see|stream)\b
    | \b(?:films?|movies?) of (?:the (?:year|month|week|decade|century)|\d{{4}})\b
    | \branked\b | \branking\b | \bcountdown\b | \bin review\b | \byear[- ]in[- ]review\b | \bwatch\s?list\b
    | \bround-?up\b | \bwhat to (?:watch|see|stream)\b | \bdouble[- ](?:feature|bill)\b | \bguide to\b
    | \bnew (?:on|to) (?:netflix|streaming|dvd|blu-?ray)\b | \bcapsule reviews\b | \bquick takes\b | \bmarathon\b
    | \bretrospective\b
    """
)
_NEWS = _phrases(
    r"""
    \b(?:trailers?|teasers?|interviews?|podcast|episode(?! [IVX]+\b)|previews?|casting|obituary)\b
    | \b(?:dies|competition|contest)\b
    | \b(?:awards?|oscars?|golden globes?|baftas?|emmys?|giveaway|nominat\w+|win (?:a|tickets)|predictions?)\b
    | \b(?:box[- ]office|release dates?|first[- ]look|casts? (?:adds|announced|revealed)|r\.?i\.?p\b|dead at|death of)\b
    | \b(?:q\s?&\s?a|in conversation|talks? (?:to|about|with)|chats? (?:to|with|about)|speaks)\b
    | \bon (?:directing|writing|making|playing)\b | \b(?:dispatch|diary|line-?up|announce[sd]?|announcement|explained)\b
    | \b(?:ending|easter eggs?|renewed|scrapped|delayed|shelved|axed|postponed
    |cancell?ed|cancell?ing|reboot|spin-?off|sequel (?:announced|confirmed|in))\b
    | \bin (?:the works|talks|development|production)\b | \b(?:joins|tapped|set (?:for|to))\b
    | \bto (?:star|direct|play|lead|write|produce)\b | \bgets? (?:a )?(?:release|trailer|date|sequel|poster)\b
    | \b(?:lands (?:at|on)|acquires?|picks? up|acquired|crosses|grosses|billion|million|opening weekend|tickets)\b
    | \b(?:posters?|clips?|soundtrack|featurette|behind the scenes|live\s?blog|quiz|poll|opinion|editorial|essay)\b
    | \b(?:feature|news|exclusive|this week|events|showtimes|listings|tribute|profile|filmography|career|appreciation)\b
    | \ba life (?:in|on)\b | \b(?:reveals?|confirms?|responds|reacts?|controversy|lawsuit|sues|comments)\b
    | \beverything (?:we|you) (?:know|need)\b | \bwhere to (?:watch|stream)\b | \bwhen is\b
    | \b(?:book|game|theatre) review\b | \b(?:album|concert|restaurant)\b
    | ^(?:why|how|what|who|where|when|should|can|is|are|does|do|will|did)\s
    | ^the (?:case|problem|trouble|importance|art|making|rise|return|history|future|evolution) (?:for|with|of)\s
    """
)
_FESTIVAL = (
    r"(?:cannes|venice|berlin(?:ale)?|tiff|toronto|sundance|sxsw|tribeca|lff|nyff|telluride|locarno|oscars?"
    r"|academy awards|baftas?)"
)
_RUBRIC = _phrases(
    rf"""
    ^(?:my|our|your|at the|from the|in theat(?:er|re)s|in cinemas|now|this (?:week|month))\b | ^{_FESTIVAL}\b
    | ^new(?: (?:on|to|releases?|movies|films|in))\b | ^(?:film|movie|cinema|screening|opening|coming|hidden gems?)\b
    | ^(?:classic|criterion|director|critic['’]?s?|editor['’]?s?|staff|reader['’]?s?|guest|weekend|weekly|monthly)\b
    | ^daily\b | ^(?:in memoriam|remembering|farewell|goodbye|obituary|spotlight|essay)\b
    | ^(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b(?! the\b)
    | \b(?:frights|shockers|chillers|screams|shrieks|thrills)$
    | ^(?:late[- ]night|midnight|throwback|flashback|rewind)\b
    | \b(?:reviews?|festivals?|fest|collections?|corner|classics|rewinds?|throwbacks?|flashbacks?|watch|watched|picks?)$
    | \b(?:notes|guides?|lists?|marathon|challenge|series|coverage|reports?|dispatch|diary|column|essays?|features?)$
    | \b(?:retrospectives?|spotlights?|gems?|week|month|archives?|vault|issue|sheet|one-sheet|movies|films)$
    | \b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|documentaries|shorts|horror|halloween|christmas)$
    | \b(?:awards|night|club|special|revisited|streaming|presents)$
    | \b(?:podcast|interviews?|news|opinion|q\s?&\s?a|box office|dvd|blu-?ray|uhd|vod|home (?:video|entertainment))\b
    | \b(?:first look|hot take|double feature|underrated|overlooked|television|tv|screening room)\b
    | \bof the (?:week|month|day|year)\b | \bvol(?:ume)?\.?\s\d+\b | \#\d+\b | \b(?:day|week) \d+\b
    """
)
_MONTH = "|".join(sorted({name for name in MONTHS if len(name) > 4} | {"may", "june", "july"}))
_YEAR = r"(?:['’]\d\d|(?:19|20)\d\d)"
_INSTALMENT = re.compile(
    rf"(?:parts?|vol(?:ume)?\.?|day|week|issue|episode|round|no\.?|\#)\s*(?:{_COUNT}|[ivx]+)(?:\s+of\s+{_COUNT})?"
    rf"|(?:(?:early|mid|late)[\s-])?(?:{_MONTH})(?:\s+{_YEAR})?|(?:spring|summer|autumn|fall|winter)\s+{_YEAR}"
    rf"|(?:the\s+)?finale(?:\s+{_YEAR})?|(?:opening|closing|first|last)\s+night"
    rf"|{_FESTIVAL}(?:\s+film)?(?:\s+festival)?(?:\s+{_YEAR})?",
    re.IGNORECASE,
)
"""What numbers, dates or places one instalment of a column."""
_ON_A_SERVICE = re.compile(
    r"\son (?:netflix|hulu|prime(?: video)?|amazon|apple tv|disney|hbo|max|peacock|shudder|mubi|paramount|tv|bbc|itv"
    r"|sky)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s(?:and|vs\.?|versus|\+|/)\s", re.IGNORECASE)
_ONLY_ONE = SMALL | {"where", "what", "how", "his", "her", "other", "then", "now", "me"}

_NO_REVIEW = _phrases(
    r"""
    [(\[,]\s*(?:18|19|20)\d\d\s*[-–—/]\s*(?:18|19|20)\d\d\b | \bfirst reactions?\b | \bembargo\b
    | \breviews? round-?ups?\b | \bcritics (?:weigh in|are (?:divided|saying)|react)\b | \bcritics['’] reactions?\b
    | ^(?:rip|r\.i\.p\.|obituary|in memoriam)\b | ^(?:an\s|our\s)?(?:interviews?|q\s?&\s?a)\b(?:\swith\b|:|\s[\|–—-])
    | \bin conversation with\b | \b(?:trilogy|retrospective|filmography)\b(?!['’:]\s)
    """
)
"""Life spans, news about others' reviews, obituaries, interviews, trilogies: whatever they name, none is reviewed."""


def is_no_review(headline: str) -> bool:
    """Whether the headline says that the post is no review of one film."""
    return bool(_NO_REVIEW.search(headline))


def series(text: str) -> bool:
    """Whether the words speak of a television series."""
    return bool(_NUMBERED.search(text) or _SERIES.search(text) or _A_SERIES.search(text))


def numbered_series(text: str) -> bool:
    """Whether the words name a season or an episode."""
    return bool(_NUMBERED.search(text))


def is_list(text: str) -> bool:
    """Whether the words announce a list or a round-up."""
    return bool(_LIST.search(text))


def news(text: str) -> bool:
    """Whether the words announce news, an interview or a question rather than a review."""
    return bool(_NEWS.search(text))


def rubric(text: str) -> bool:
    """Whether the words could be the name of a column or a festival rather than a film."""
    return bool(_RUBRIC.search(text))


def on_a_service(text: str) -> bool:
    """Whether the words say where something is shown: "X on Netflix"."""
    return bool(_ON_A_SERVICE.search(text))


def instalment(text: str) -> bool:
    """Whether the words only number, date or place an instalment of a column: "Part 2", "October 2023", "TIFF"."""
    return bool(_INSTALMENT.fullmatch(text.strip(" .:–—-")))


def may_be_two_titles(text: str) -> bool:
    """Whether "X and Y" may join two films: both sides short and capitalised, nothing that only one title has."""
    parts = _JOINED.split(text)
    if len(parts) != 2:
        return len(parts) > 2
    left, right = parts[0].split(), parts[1].split()
    if parts[0].endswith(",") and "," not in parts[0][:-1]:
        return False
    if not right or right[0].casefold() in _ONLY_ONE:
        return False
    return len(right) <= 3 and len(left) <= 3 and right[0][:1].isupper()
