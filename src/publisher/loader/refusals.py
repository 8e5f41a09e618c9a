"""Headlines that are about no single film: television, lists, several films, news and talk."""

import re

from publisher.loader.titles import SMALL

_ORDINAL = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|final|last|new|latest|\\d+(?:st|nd|rd|th)"
_COUNT = "\\d+|one|two|three|four|five|six|seven|eight|nine|ten"
_NUMBERED = re.compile(
    rf"\b(?:season|series|episodes?|ep\.?|book|volume\s\d+\sepisode)\s*#?\s*(?:{_COUNT})\b(?!\s*(?:things|days))|\bS\d{{1,2}}(?:\s?E\d{{1,3}})?\b|\b\d{{1,2}}x\d{{2}}\b",
    re.IGNORECASE,
)
_SERIES = re.compile(
    rf"\b(?:(?:{_ORDINAL})\s+(?:season|series|episodes?)|seasons?|season[- ](?:finale|premiere|opener|review|recap)|series\s+(?:finale|premiere|review|recap)"
    r"|episodes?|recaps?|finale|mini-?series|docu-?series|limited[- ]series|web[- ]series|tv|television|sitcom|k-?drama|showrunner|sketch show|reality show"
    r"|(?:netflix|hbo|hulu|amazon|apple|disney\+?|bbc|itv|anime|drama|comedy|crime|animated|streaming|original) series|new series|tv show)\b",
    re.IGNORECASE,
)
_A_SERIES = re.compile(
    r"(?<!film )(?<!movie )(?<!book )(?<!game )(?<!the )(?<!of )(?<!this )\bseries\b(?!['’]| of\b| favou?rites?\b)",
    re.IGNORECASE,
)
_LIST = re.compile(
    rf"""
      ^(?:the\s+|our\s+|my\s+)?(?:top|best|worst|greatest|most|favou?rites?|essential|biggest)\b(?:\s+(?:{_COUNT}|of|and|ten|new|\w+ing))*.*
        \b(?:films?|movies?|performances?|scenes?|moments?|directors?|actors?|actress(?:es)?|villains?|endings?|documentaries|comedies|horrors?|of\s+(?:all\s+time|the|\d{{4}})|\d{{4}})\b
    | ^(?:the\s+|our\s+|my\s+)?(?:{_COUNT}|twenty|fifty|a\s+hundred)\s+(?:\w+[\s-]+){{0,3}}(?:films?|movies|reasons|things\s+(?:we|you|to)|picks|hidden\s+gems|documentaries|directors|trailers|takeaways|thoughts)\b
    | \branked\b|\branking\b|\bcountdown\b|\byear[- ]in[- ]review\b|\bin\s+review\b|\bwatch\s?list\b|\bround-?up\b|\bwhat\s+to\s+(?:watch|see|stream)\b
    | \b(?:films?|movies?)\s+(?:to\s+(?:watch|see|stream)|of\s+(?:the\s+(?:year|month|week|decade|century)|\d{{4}}))\b|\bdouble[- ](?:feature|bill)\b|\bnew\s+(?:on|to)\s+(?:netflix|streaming|dvd|blu-?ray)\b
    | \b(?:best|worst|top)\b.*\b(?:of\s+(?:\d{{4}}|the\s+(?:year|month|decade|century))|so\s+far)\b|\bguide\s+to\b|\bcapsule\s+reviews\b|\bquick\s+takes\b|\bmarathon\b|\bretrospective\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NEWS = re.compile(
    r"""\b(?:
      trailers?|teasers?|interviews?|podcast|episode|previews?|box[- ]office|casting|casts?\s+(?:adds|announced|revealed)|release\s+dates?|first[- ]look
    | obituary|r\.?i\.?p\.?|dies|dead\s+at|death\s+of|nominat\w+|awards?|oscars?|golden\s+globes?|baftas?|emmys?|giveaway|competition|contest|win\s+(?:a|tickets)
    | q\s?&\s?a|in\s+conversation|talks?\s+(?:to|about|with)|speaks|chats?\s+(?:to|with|about)|on\s+(?:directing|writing|making|playing)|dispatch|diary|line-?up|announce[sd]?|announcement|explained
    | ending|easter\s+eggs?|predictions?|renewed|cancell?ed|cancell?ing|reboot|spin-?off|sequel\s+(?:announced|confirmed|in)|in\s+(?:the\s+works|talks|development|production)|joins|tapped|to\s+(?:star|direct|play|lead|write|produce)|set\s+(?:for|to)
    | gets?\s+(?:a\s+)?(?:release|trailer|date|sequel|poster)|lands\s+(?:at|on)|acquires?|picks?\s+up|acquired|crosses|grosses|billion|million|opening\s+weekend|tickets|posters?|clips?|soundtrack|featurette|behind\s+the\s+scenes
    | live\s?blog|quiz|poll|opinion|editorial|essay|feature|news|exclusive|this\s+week|events|showtimes|listings|a\s+life\s+(?:in|on)|tribute|profile|filmography|career|appreciation|reveals?|confirms?|responds|reacts?|controversy|lawsuit|sues|comments|everything\s+(?:we|you)\s+(?:know|need)|where\s+to\s+(?:watch|stream)|when\s+is
    | book\s+review|album|game\s+review|concert|theatre\s+review|restaurant
    )\b|^(?:why|how|what|who|where|when|should|can|is|are|does|do|will|did|the\s+(?:case|problem|trouble|importance|art|making|rise|return|history|future|evolution)\s+(?:for|with|of))\s""",
    re.VERBOSE | re.IGNORECASE,
)
_FESTIVAL = r"cannes|venice|berlin(?:ale)?|tiff|toronto|sundance|sxsw|tribeca|lff|nyff|telluride|locarno|oscars?|academy\s+awards|baftas?"
_RUBRIC = re.compile(
    rf"""
      ^(?:my|our|your|at\s+the|from\s+the|in\s+theat(?:er|re)s|in\s+cinemas|now|this\s+(?:week|month)|new(?:\s+(?:on|to|releases?|movies|films|in))|film|movie|cinema|screening|opening|coming|hidden\s+gems?
          |classic|criterion|director|critic'?s?|editor'?s?|staff|reader'?s?|guest|weekend|weekly|monthly|daily|late[- ]night|midnight|throwback|flashback|rewind|{_FESTIVAL})\b
    | \b(?:reviews?|festivals?|fest|collections?|corner|classics|rewinds?|throwbacks?|flashbacks?|watch|watched|picks?|notes|guides?|lists?|marathon|challenge|series|coverage|reports?|dispatch|diary|column|essays?
          |features?|retrospectives?|spotlights?|gems?|friday|monday|tuesday|wednesday|thursday|saturday|sunday|week|month|archives?|vault|issue|sheet|one-sheet|movies|films|documentaries|shorts|horror|halloween|christmas|awards|night|club|special|revisited|streaming)$
    | \b(?:podcast|interviews?|news|opinion|q\s?&\s?a|box\s+office|dvd|blu-?ray|uhd|vod|home\s+(?:video|entertainment)|first\s+look|hot\s+take|double\s+feature|underrated|overlooked|television|tv|screening\s+room|of\s+the\s+(?:week|month|day|year)
          |vol(?:ume)?\.?\s\d+|\#\d+|day\s+\d+|week\s+\d+)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_JOINED = re.compile(r"\s(?:and|vs\.?|versus|\+|/)\s", re.IGNORECASE)


def series(text: str) -> bool:
    """Whether the words speak of a television series."""
    return bool(_NUMBERED.search(text) or _SERIES.search(text) or _A_SERIES.search(text))


def numbered_series(text: str) -> bool:
    """Whether a title itself names a season or an episode by its number."""
    return bool(_NUMBERED.search(text)) or bool(
        re.search(r"\b(?:season|series)\s+(?:premiere|finale)\b", text, re.IGNORECASE)
    )


def is_list(text: str) -> bool:
    """Whether the words announce a list or a round-up."""
    return bool(_LIST.search(text))


def news(text: str) -> bool:
    """Whether the words announce news, an interview or a question rather than a review."""
    return bool(_NEWS.search(text))


def rubric(text: str) -> bool:
    """Whether the words could be the name of a column or a festival rather than a film."""
    return bool(_RUBRIC.search(text))


def may_be_two_titles(text: str) -> bool:
    """Whether "X and Y" may join two films: both sides short and capitalised, nothing that only one title has."""
    parts = _JOINED.split(text)
    if len(parts) != 2:
        return len(parts) > 2
    if parts[0].endswith(",") and "," not in parts[0][:-1]:
        return False
    right = parts[1].split()
    if (
        not right
        or right[0].casefold() in SMALL
        or right[0].casefold() in ("where", "what", "how", "his", "her", "other", "then", "now", "me")
    ):
        return False
    return len(right) <= 3 and len(parts[0].split()) <= 3 and right[0][:1].isupper()
