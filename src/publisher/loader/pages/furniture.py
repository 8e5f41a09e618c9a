"""Which lines of a page are furniture: share buttons, boxes, calls to action, credits, and what follows an article."""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.DOTALL)


_NETWORKS = (
    "facebook|twitter|x|threads|bluesky|mastodon|instagram|tiktok|linkedin|linked in|pinterest|reddit|tumblr|pocket"
    "|whatsapp|telegram|messenger|flipboard|e-?mail|mail|print|copy(?: link| url)?|link(?: copied)?|letterboxd|youtube"
    "|rss|more|save|bookmark|like|tweet|pin(?: it)?|share"
)
_BUTTON = _any(
    "(?:share|tweet|pin|e-?mail|print|save|post) (?:this|it|now|via|on|to|with friends|the love)"
    rf"(?: (?:post|article|review|story|page|on|via|with|friends|to|:|{_NETWORKS}))*",
    r"(?:share|follow(?: us)?|like this|loading|sharing|spread the word)\s*[:.…]*",
    rf"(?:(?:{_NETWORKS})(?:\s*[·|,/•]\s*|\s+|$)){{1,12}}",
    r"(?:click to )?(?:share|tweet|e-?mail|print) (?:on|to|this|a link).{0,60}\(?opens in new window\)?",
    r"like this:?(?: like)?(?: loading\.*…?)?",
    r"\d+ (?:likes?|views?|shares?)",
    "(?:skip|jump|back|return|scroll) to (?:main |the )?(?:content|top|navigation|home(?:page)?|reviews|blog)",
)
_ADVERT = _any(
    "advertisements?",
    "ads? by .{1,30}",
    "sponsored(?: (?:content|post|links?))?",
    "paid partnership",
    "promoted",
    "(?:scroll|story|article|review) (?:to continue|continues?)(?: (?:below|reading|after|with).{0,40})?",
    "(?:a|this) (?:post|article|page) (?:may )?contains? (?:affiliate|sponsored) links?.{0,200}",
)
_ONWARDS = _any(
    r"(?:read|continue|keep|see|show|view|load) (?:more|reading|less|comments)(?:\s*(?:\.\.\.|…|→|»|>).*)?",
    r"(?:click here|tap here|go here|here) (?:to|for) (?:read|continue|see|view|the full|more|full)\b.{0,80}",
    "(?:read|see|find) (?:the |my |our |his |her )?(?:full|complete|entire|whole|original) "
    "(?:review|article|post|story|piece).{0,60}",
    r"\[(?:…|\.\.\.)\]",
    r"\[?read the rest.{0,60}",
    r"(?:previous|next|older|newer)(?: (?:post|article|review|story|page|entry))?s?\s*(?:[:→»←«].*)?",
    "(?:watch|see|view|check out) (?:the )?(?:official |full )?(?:trailer|teaser|clip)(?: for .{1,60})?"
    "(?: (?:below|here|above|now))?[:.!]*",
    "(?:you can )?(?:watch|check out|see) the (?:official )?trailer .{0,60}(?:below|here|above)[:.!]*",
)
_FORM = _any(
    "no comments(?: yet)?",
    r"(?:add|write) a comment\.*…?",
    "be the first to comment.{0,20}",
    "(?:type|enter) your e-?mail.{0,60}",
    "your e-?mail(?: address)?",
    "subscribe(?: now|d)?",
    "sign (?:up|in)",
    "log in",
)
_CREDIT = _any(
    r"all rights reserved\.?",
    r"(?:©|\(c\)|copyright\b).{1,120}",
    r"(?:tags?|tagged|labels?|categor(?:y|ies)|filed (?:under|in)|posted in|topics?|keywords)(?: with)?\s*:\s*.{0,300}",
    "(?:photos?|pictures?|images?|stills?|header image|featured image|main image|cover image|all images|artwork)"
    r"(?: credits?)?\s*(?::|by |via |courtesy|©|from ).{0,140}",
    r"\(?(?:photo|image|picture|still)s? (?:credit|courtesy|by|via|from|©).{0,140}",
    r"(?:credits?|courtesy(?: of)?)\s*:?\s+(?:©\s*)?[\w&.'’+/ -]{2,60}",
)
_CONSENT = _any(
    r"\bwe and (?:our|up to) (?:\d[\d,.]* )?(?:trusted |advertising )?(?:partners|vendors|third parties)\b",
    r"\bstore and/?(?:or )?access information on (?:a|your) device\b",
    r"\bprecise (?:geo)?location data\b.{0,80}\b(?:identification|device|scanning)\b",
    r"\b(?:we|this (?:site|website)) uses? cookies\b.{0,300}\b(?:consent|accept|agree|settings|experience"
    r"|preferences)\b",
    r"\b(?:click|by clicking|tap).{0,40}\b(?:accept all|to consent|i agree|reject all|manage (?:options"
    r"|preferences))\b",
    r"\bwir und unsere (?:\d+ )?partner\b|\bnous et nos (?:\d+ )?partenaires\b|\bnosotros y nuestros (?:\d+ )?socios\b"
    r"|\bnoi e i nostri (?:\d+ )?partner\b|\bwij en onze (?:\d+ )?partners\b",
)
"""What consent walls and cookie notices say."""
_VOTES = _any(
    r"(?:please )?rate this(?: (?:post|review|film|movie|article))?",
    r"(?:average (?:rating|score)|(?:user|reader|visitor|audience) (?:rating|review|score)s?)\b.{0,80}",
    r"\d(?:\.\d+)?(?:\s*/\s*\d+)?\s*\(?\s*\d+ votes?\s*\)?",
    r"(?:(?:imdb|rotten tomatoes|metacritic|metascore|rt|tmdb|letterboxd|cinemascore)"
    r"(?: (?:user )?(?:score|rating|average))?\s*[:–—-]?\s*\d[\d.,/%()\s]*(?:votes?)?\s*[|·•,;/]?\s*)+",
)
"""Scores that others gave."""
_APPEARED = _any(
    r"(?:the|this) (?:post|review|article|piece|story|entry)\b.{0,200}?\b(?:appeared|published|posted"
    r"|syndicated)\b.{1,200}",
    r".{1,200}? was originally published (?:in|on) .{1,100} on medium\b.{0,200}",
    "(?:originally|first) (?:published|posted|appeared) (?:on|at|in|by|for)\b.{1,200}".replace("\b", r"\b"),
)
_THINGS = (
    "newsletters?|mailing list|e-?mail list|channel|podcasts?|patreon|ko-?fi|web ?site|blog|page|posts?|articles?"
    "|reviews?|content|coverage|substack|discord|socials?|social media|feed|facebook|twitter|instagram|tiktok"
    "|youtube|letterboxd|threads|bluesky|mastodon|spotify|apple podcasts|itunes|inbox|list|app|shop|store|merch"
    "|features|interviews"
)
_REQUEST = (
    "subscrib(?:e|ing)|sign(?:ing)? up|follow(?:ing)?|join(?:ing)?|support(?:ing)?|donat(?:e|ing)|becom(?:e|ing)"
    "|consider|head(?:ing)?|visit(?:ing)?|check(?:ing)? out|click(?:ing)?|shar(?:e|ing)|lik(?:e|ing)|tun(?:e|ing) in"
    "|connect|listen(?:ing)? to|find|catch|get|read|browse|explore|discover|stay (?:tuned|up to date)|keep up"
    "|let (?:us|me) know|leave|drop|tell us|buy(?:ing)?|hit"
)
_POLITE = (
    "please |you can |and |why not |be sure to |don['’]?t forget to |make sure (?:to|you) "
    "|if you.{3,60}?, (?:please )?(?:consider )?"
)
_CALL = _any(
    "(?:do you )?(?:want|need|craving|looking for|hungry for|can['’]?t get enough|fancy|after) (?:even )?more\\b"
    ".{0,200}",
    "(?:do you )?(?:love|enjoy(?:ed)?|liked?|appreciate) "
    "(?:what you|what we|this (?:post|article|review|story|piece)|our)\\b"
    ".{0,250}",
    rf"(?:{_POLITE})*(?:{_REQUEST})\b.{{0,140}}?\b(?:us|our|my|me|{_THINGS}|comments?|coffee|member|patron|supporter"
    r"|subscriber|bell|here)\b.{0,200}",
    "(?:what (?:did|do) you think|have you seen|did you (?:like|enjoy)|are you (?:excited|planning)|let (?:us|me) know"
    r"|sound off)\b.{0,200}",
    "(?:thanks|thank you) (?:so much )?for (?:reading|stopping by|visiting|your support).{0,200}",
    r".{0,80}\bis (?:a )?reader[- ]supported\b.{0,250}",
    r"this (?:post|newsletter|publication) is (?:public|free)\b.{0,200}",
    rf"for more (?:on |film |movie )?.{{0,60}}\b(?:{_THINGS})\b.{{0,120}}",
    rf"more (?:{_THINGS}) (?:from|by|on|at)\b.{{0,120}}",
)
_CERTAIN = _any(
    r"\b(?:our|my|the|this|us|me)\b.{0,60}\b(?:newsletter|mailing list|patreon|ko-?fi|channel|podcast|web ?site|blog"
    r"|substack|discord|socials?|instagram|twitter|facebook|youtube|letterboxd|tiktok|bluesky|comments?)\b",
    r"\bmore (?:film |movie |tv )?reviews\b",
    r"\b(?:subscribe|sign up|follow (?:us|me)|patreon|newsletter|buy (?:us|me) a coffee|let (?:us|me) know)\b",
    r"\bthanks? (?:you )?(?:so much )?for reading\b",
    r"\breader[- ]supported (?:publication|newsletter|site|magazine|website)\b|\b(?:free or )?paid subscriber\b",
    r"^follow (?:[\w@.]+ ){1,4}on (?:twitter|x|instagram|letterboxd|bluesky|facebook|mastodon|threads|tiktok"
    r"|youtube)\b",
)
_PLAIN_THING = re.compile(rf"\b(?:us|our|{_THINGS})\b", re.IGNORECASE)
_AFTERWARDS = _any(
    "related(?: (?:posts?|articles?|reviews?|stories|reading|content|links?|films|movies))?",
    "you (?:may|might|could|['’]ll)?\\s*(?:also )?(?:like|love|enjoy|be interested in)(?: (?:these|this|reading))?",
    r"more (?:from|like|by|on|stories|reviews|articles|posts)\b[^.,;!?]{0,50}",
    "(?:read|up|watch) (?:next|also|this next)",
    "see also",
    "recommended(?: (?:for you|reading|posts|articles|reviews))?",
    "don['’]?t miss",
    "popular(?: posts| now)?",
    "(?:recent|latest|other|similar|trending|featured|top) (?:posts?|articles?|reviews?|stories|news)",
    "trending(?: now)?",
    "(?:\\d+ |leave a |post a |write a |add a )?(?:comments?|repl(?:y|ies)|responses?)(?: \\(\\d+\\)| on .{1,120})?",
    "join the (?:conversation|discussion)",
    "post navigation",
    "about (?:the )?(?:author|critic|writer|reviewer|me|us)",
    "share (?:this|on)(?: (?:post|article|review|story))?",
    "keep reading",
    "discover more(?: from .{1,60})?",
    "archives?|categories|tags|newsletter",
    "follow us(?: on .{1,60})?",
    "subscribe(?: to .{1,80}| by e-?mail)?",
    "sign up .{1,80}",
)
_MARKS = re.compile(r"^[\s\-–—•·*→»>|#]+|[\s:→»>|.…!\-–—]+$")


def is_furniture(text: str, *, linked: float = 0.0) -> bool:
    """Whether a line is furniture wherever it stands: buttons, boxes, picture credits, "appeared first on"."""
    if len(text) <= 3000 and _CONSENT.search(text):
        return True
    if len(text) > 420:
        return False
    bare = _MARKS.sub("", text)
    if not bare:
        return True
    if any(p.fullmatch(bare) for p in (_BUTTON, _ADVERT, _ONWARDS, _FORM, _CREDIT, _VOTES, _APPEARED)):
        return True
    return linked > 0.8 and bool(_AFTERWARDS.fullmatch(bare))


def is_call(text: str, *, at_end: bool, linked: float = 0.0) -> bool:
    """Whether a paragraph asks the reader to do something for the site rather than speaks of the film.

    Away from the end of the text it must name the site's own things; near the end a plain request is enough.
    """
    if len(text) > 420 or not _CALL.match(_MARKS.sub("", text)):
        return False
    asks = bool(re.search(r"[!?]$|^please\b", text.rstrip(), re.IGNORECASE)) and bool(_PLAIN_THING.search(text))
    return bool(_CERTAIN.search(text)) or (at_end and (linked > 0.3 or (asks and len(text) <= 200)))


def begins_afterwards(text: str) -> bool:
    """Whether a heading-like line opens what follows an article: related posts, comments, the author's portrait."""
    if len(text) > 120:
        return False
    bare = _MARKS.sub("", text)
    return 0 < len(bare) <= 80 and text.rstrip()[-1] != "." and bool(_AFTERWARDS.fullmatch(bare))
