"""The words that gates and features go by, in English; every list is casefolded."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


PERSON_STARTS = (
    "he|she|they|him|her|his|hers|their|theirs|them|himself|herself|themselves|"
    "he['’](?:s|d|ll)|she['’](?:s|d|ll)|they['’](?:re|ve|d|ll)"
)
POINTING_STARTS = (
    "these|those|such|there|here|both|neither|another|others|the (?:former|latter|other|same|two|pair|duo|trio|rest)|"
    "one of (?:them|these|those)|one of (?:his|her|their)|each of (?:them|these|those)|some of (?:them|these|those)|"
    "all of (?:this|that|them|these|those)|the (?:first|second|third|last) (?:of|is|was)|"
    "either (?:way|one)|none of (?:this|that|these|those|them)|much of (?:this|that)|most of (?:this|that|them)|"
    "at (?:this|that) point|from (?:there|here)|after (?:that|this)|because of (?:this|that)|despite (?:this|that)"
)
CONNECTIVES = (
    "and|but|so|yet|or|nor|then|also|however|therefore|thus|hence|because|which|who|whose|whom|where|"
    "instead|moreover|"
    "furthermore|besides|nevertheless|nonetheless|still|meanwhile|afterwards?|eventually|finally|"
    "after all|in fact|indeed|"
    "for example|for instance|of course|as a result|in addition|on the other hand|on the one hand|on the contrary|"
    "similarly|likewise|that said|that being said|all that (?:being )?said|having said that|"
    "in other words|in conclusion|"
    "to sum up|overall|as such|regardless|even so|otherwise|additionally|consequently|accordingly|conversely|rather|"
    "plus|again|too|equally|next|later|soon|firstly|secondly|lastly|thirdly|first off|for one|as well|in short|"
    "to be (?:fair|sure|clear|honest)|granted|sure|fair enough|anyway|anyways|anyhow|alas|compounding matters|"
    "in the end|at the same time|once again|then again|worse still|better still|as mentioned|as i said|"
    "in contrast|by contrast|"
    "in turn|in this (?:respect|regard|case|way|sense)|in that (?:respect|regard|case|way|sense)|oh|well|"
    "ok|okay|speaking of|"
    "to that end|apart from that|aside from that|other than that|on top of that|with that|for that|in doing so|aside"
)
SPOILER = (
    r"spoil(?:er|ers|ed|s|t)?|(?:plot )?twist(?: ending)? (?:is|comes|reveals|ending|that)|(?:final|big|"
    r"last|third[- ]act|end) (?:reveal|twist)|"
    r"turns? out (?:to be|that|the|he|she|they|it)|(?:is|are|was|were) (?:the (?:real )?(?:killer|"
    r"murderer|traitor|villain|culprit)|(?:actually )?dead all along|secretly)|"
    r"(?:in|at|by|near|until|before|towards?) (?:the (?:very )?end|the (?:film|movie)['’]s end|the finale|"
    r"the final (?:scene|shot|act|moments?|reel|minutes|frames?|third)|"
    r"the climax|the last (?:scene|shot|act|minutes|reel|frames?|third))|"
    r"ends? (?:with|up|when|by|as|in|on)|ended (?:with|up|when)|(?:he|she|they|who) (?:dies|die|is killed|"
    r"are killed|kills (?:him|her|them)sel(?:f|ves)|survives?|betrays?)|"
    r"dies (?:in|at|of|by|after|from)|(?:is|are|was) (?:ultimately |later |finally )?revealed (?:to|as|"
    r"that)|climax|denouement|final (?:scene|shot|battle|showdown|frames?|line|words)|"
    r"the (?:killer|murderer|culprit)(?:['’]s)? (?:is|was|identity|reveal|turns)|(?:plot )?reveal that|"
    r"murdered by|killed off"
)
BOILERPLATE = (
    r"subscribe|sign(?:ing)? up|newsletter|follow (?:us|me)|check(?:ing)? (?:it |this |them )?out|click|"
    r"read (?:more|the full|my|our|the)|"
    r"our (?:web)?site|patreon|donate|share this|leave a comment|let (?:me|us) know|want more|"
    r"more (?:film |movie )?reviews|comments? below|"
    r"streaming now|now streaming|(?:is|are) streaming|currently streaming|stream (?:it|this) on|"
    r"available (?:now |to (?:rent|stream|buy|watch) )?(?:on|to (?:rent|stream|buy|watch))|available now|"
    r"(?:in|on) (?:cinemas|theaters|theatres|blu-?ray|dvd|vod|netflix|hulu|amazon prime|prime video|"
    r"disney\+?|max|hbo max|shudder|criterion channel|apple tv\+?)"
    r"(?: (?:now|from|on|near|this|everywhere))|on (?:netflix|hulu|prime video|disney ?\+|shudder|hbo max|"
    r"peacock|paramount ?\+|apple tv ?\+|mubi|tubi)|"
    r"opens (?:on|in)|released? (?:on|in) (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*|"
    r"watch(?: the)? trailer|"
    r"trailer (?:below|above|here)|sponsored|affiliate|cookies?|copyright|all rights reserved|"
    r"photos? (?:by|courtesy)|"
    r"image (?:credit|courtesy|via)|advertisement|this (?:review|post|article|blog)|"
    r"originally (?:published|posted|appeared)|"
    r"in this review|press (?:screening|copy)|screener|review copy|podcast|spoiler[- ]free|star rating|"
    r"(?:my|our) (?:full |original |earlier )?(?:review|piece|interview|podcast|column|colleague|co-?host|"
    r"editor) (?:of|"
    r"here|on|and|about)|(?:regular|long-?time|dear|loyal|faithful) readers?|readers (?:of this|may recall|will know)|"
    r"we both (?:agree|liked|loved|hated|thought|gave)|as (?:i|we)(?:['’]ve| have)? (?:said|wrote|written|noted|"
    r"mentioned|argued|"
    r"discussed)|as (?:mentioned|noted|discussed|stated) (?:above|earlier|before|below|previously)|see (?:my|our|"
    r"also|above|"
    r"below)|(?:in|from) last (?:week|month|time|issue)['’]s|this (?:site|newsletter|column|podcast|channel|"
    r"website|episode)|"
    r"(?:on|over at|here on|here at) (?:the|my|our|this) (?:site|blog|podcast|channel|newsletter|show)|"
    r"(?:you can|go) (?:read|find|listen|watch) (?:it|my|our|more)|"
    r"my rating|i (?:give|gave|rate|rated) (?:it|this|the (?:film|movie))|"
    r"out of (?:5|five|10|ten|4|four|100)|\d+ stars?|(?:one|two|three|four|five)(?: and a half)? stars"
)
BOILERPLATE_MARKS = r"https?://|www\.|@\w|©|®|™|\.com\b|#\w+|\[\^\w+\]|\[\d+\]|^\W*\d+\.\s|\bpp?\. ?\d+|\bISBN\b|★|☆|⭐"
BYLINE = (
    r"^\W*(?:by|review by|reviewed by|written by|words by|posted by|published by|directed by|starring|"
    r"screenplay by|story by)\s|"
    r"^\s*[-–—•*]\s|\b\d+ min(?:ute)?s? read\b|\b\d+ (?:hour|day|week|month|year)s? ago\b|"
    r"^\W*(?:rating|score|grade|verdict|directors?|cast|runtime|running time|genres?|release date|"
    r"writers?|stars|studio|"
    r"rated|certificate|bottom line|pros|cons|synopsis|plot|final thoughts?|year|country|language|music|"
    r"cinematography|note|update|edit|p\.?s|(?:highly )?recommended (?:for|if)|best for|for fans of|watch (?:it |"
    r"this )?if|"
    r"who (?:should|is it|it['’]s) (?:watch|see|for)|streaming|where to watch|final score|overall)\s*[:.–—-]|"
    r"^\W*(?:★|☆|⭐)|\b\d(?:\.\d+)?\s?/\s?(?:5|10|4|100|20)\b|\b\d+(?:\.\d+)? out of \d|^\W*side[- ]?note"
)
VERDICT_STRICT = (
    "best|worst|fine|finest|great|greatest|good|bad|better|worse|weak\\w*|strong\\w*|brilliant\\w*|"
    "superb\\w*|terrific|excellent|outstanding|perfect\\w*|"
    "masterpiece|gem|triumph|classic|dull|boring|tedious|mess|delight\\w*|entertain\\w*|hilari\\w*|funny|"
    "funnier|funniest|awful|terribl\\w*|"
    "wonderful\\w*|remarkabl\\w*|stunning\\w*|charm\\w*|engag\\w*|compelling|disappoint\\w*|fun|"
    "predictable|original|fresh|smart|clever|power\\w*|"
    "moving|touching|solid|worth\\w*|recommend\\w*|fail\\w*|succeed\\w*|beautiful\\w*|gorgeous|poetic|"
    "subtle|intimate|rich|thoughtful\\w*|restrain\\w*|"
    "overlong|slow|flat|lifeless|forgettable|unforgettable|memorable|linger\\w*|absorb\\w*|gripping|"
    "riveting|intens\\w*|haunt\\w*|enjoy\\w*|"
    "masterful\\w*|ambitious\\w*|flaw\\w*|wit|witty|warm\\w*|heart\\w*|emotional\\w*|satisfy\\w*|"
    "impress\\w*|tense|taut|lazy|clumsy|bland|shallow|deep|"
    "profound\\w*|sharp\\w*|bold\\w*|visual\\w*|spectacle|thrill\\w*|problem|trouble|shame|waste\\w*|"
    "effective\\w*|convincing\\w*|credible|pleas\\w*|"
    "magic\\w*|energy|style|stylish|mediocre|pretentious|sentimental|works?|love|loved|hate|laugh\\w*"
)
PLOT_VERBS = (
    "finds?|found|discovers?|meets?|falls? (?:in love|for)|murders?|kills?|decides?|named|played by|"
    "returns?|moves?|escapes?|arrives?|begins?|steals?|hires?|marries|"
    "leaves|joins?|learns?|tries|sets? out|takes (?:a|the) (?:job|trip)|travels?|lives? (?:in|with)|works? as|"
    r"is (?:a|an) [\w-]+ (?:who|living|working|from)|must|teams? up|follows (?:her|him|them|a|an|the)|"
    r"tells the story|cent(?:er|re)s? (?:on|around)|"
    "set in|opens (?:in|with)|navigates?|struggles?|grows up|goes|gets|runs|discovered|killed|murdered|"
    "stumbles|embarks?|flees|"
    "rescues?|investigates?|agrees|attempts|vows|heads|gathers|wakes|hunts|attacks|sends|plots|seeks|"
    "becomes|forced|turns to|inherits|encounters"
)
PLOT_NOUNS = (
    "wife|husband|mother|father|son|daughter|brother|sister|boyfriend|girlfriend|detective|police|"
    "village|town|job|school|children|friends?|"
    "cops?|gang|widow|uncle|aunt|parents|neighbou?r|sheriff|soldiers?|agent|killer|boss|fiancee?|family|"
    "teenagers?|couple|stranger"
)
NEGATIONS = (
    r"not|no|never|hardly|barely|scarcely|nothing|none|neither|nor|without|lacks?|fails?|almost|nearly|if only|"
    r"should have|could have|would have|but|except|unless|far from|anything but|\w+n['’]t|cannot"
)
HINGES = "but|yet|though|although|despite|while|however|albeit|except|unless|still|even if|whereas|nevertheless"
FILM_WORDS = (
    "film|films|movie|movies|picture|pictures|feature|cinema|flick|documentary|thriller|comedy|drama|"
    "horror|western|sequel|prequel|remake|"
    "adaptation|biopic|musical|romance|noir|script|screenplay|story|direction|director|performances?|"
    "performance|acting|cast|pacing|"
    "cinematography|score|dialogue|entry|franchise|production|entertainment|storytelling|filmmaking"
)
WHOLE_FILM = (
    "film|movie|picture|feature|flick|documentary|thriller|comedy|drama|sequel|prequel|remake|adaptation|"
    "biopic|musical|entry|"
    "installment|instalment|production"
)
POSITIVE = (
    "best|fine|finest|great|greatest|greatly|good|brilliant|brilliantly|superb|superbly|terrific|"
    "excellent|excels?|outstanding|perfect|perfectly|masterpiece|gem|"
    "triumph|triumphs|classic|delight|delights|delightful|entertains?|entertaining|entertainment|"
    "hilarious|funny|funniest|wonderful|wonderfully|remarkable|remarkably|"
    "stunning|charm|charming|engaging|compelling|fun|fresh|smart|clever|powerful|moving|touching|solid|"
    "worth|worthwhile|worthy|recommend|recommended|"
    "succeeds?|beautiful|beautifully|beauty|gorgeous|poetic|subtle|intimate|rich|thoughtful|memorable|"
    "lingers?|absorbing|gripping|riveting|intense|"
    "haunting|love|loved|lovely|loves|enjoy|enjoyed|enjoyable|masterful|masterfully|masterclass|witty|"
    "wit|warm|warmth|satisfying|satisfies|impressive|impresses|tense|taut|"
    "profound|sharp|bold|thrilling|thrills|effective|effectively|convincing|magic|magical|stylish|"
    "elevates?|captivating|mesmerizing|amazing|awesome|incredible|incredibly|"
    "fantastic|phenomenal|favou?rite|spectacular|breathtaking|exciting|exhilarating|joy|joyous|genius|"
    "shines?|shining|steals|delivers|works|grounded|inventive|"
    "imaginative|unforgettable|pitch-perfect|flawless|exceptional|exceptionally|nuanced|transcends?|"
    "rewarding|rewards|crackles?|sizzles?|electric|"
    "strong|stronger|strongest|strength|strengths|well|impeccable|refreshing|refreshingly|surprisingly|"
    "hooked|immersive|resonates?|resonant|resonance|"
    "understated|elegant|elegance|lush|vivid|sublime|glorious|vibrant|crowd-pleaser|heartfelt|"
    "heartwarming|poignant|honest|authentic|craft|crafted"
)
NEGATIVE = (
    "worst|bad|badly|worse|weak|weakest|weakness|weaknesses|dull|bore|boring|boredom|tedious|tedium|mess|"
    "messy|awful|awfully|terrible|terribly|disappoint|disappoints|"
    "disappointing|disappointed|disappointment|predictable|fail|fails|failed|failure|overlong|slow|flat|"
    "lifeless|forgettable|flaw|flaws|flawed|lazy|clumsy|bland|"
    "shallow|problem|problems|problematic|trouble|shame|waste|wasted|wastes|mediocre|mediocrity|"
    "pretentious|sentimental|cliche|cliched|clichés?|clichéd|hate|hated|miss|misses|missing|"
    "missed|lack|lacks|lacking|lackluster|lacklustre|drags?|dragged|dragging|stumbles?|falters?|suffers?|"
    "unfunny|uninspired|unconvincing|underwhelms?|underwhelming|underwhelmed|"
    "ridiculous|silly|stupid|nonsense|nonsensical|incoherent|confusing|confused|muddled|convoluted|"
    "contrived|plodding|sluggish|stale|tired|tiresome|generic|formulaic|"
    "derivative|unnecessary|pointless|annoying|irritating|grating|sloppy|shoddy|cheap|hackneyed|poor|"
    "poorly|horrible|dreadful|painful|painfully|"
    "frustrating|frustrated|frustration|unfortunately|sadly|regrettably|hollow|empty|inert|wooden|"
    "stilted|overwrought|overstuffed|bloated|rushed|uneven|"
    "unsatisfying|insufferable|unwatchable|avoid|skip|disjointed|disaster|debacle|squanders?|squandered|"
    "undermines?|undercuts?|undercooked|half-baked|"
    "laughable|cringe|cringeworthy|cartoonish|gratuitous|misguided|misfire|misfires|ill-conceived|drab|"
    "dreary|dud|insipid|monotonous|never"
)
RESERVATION = (
    r"(?:one|only|lone|sole|minor|few|small|biggest|main|single|real) (?:minor |real |small |big |major |"
    r"slight )?(?:drawbacks?|weakness(?:es)?|gripes?|complaints?|flaws?|quibbles?|"
    r"problems?|issues?|criticisms?|missteps?|nitpicks?|downsides?|caveats?|knocks?|negatives?|"
    r"disappointments?|detractors?|misgivings?)|"
    r"(?:my|if i have|if i had|if there['’]?s?(?: is)?|if there was) (?:\w+ ){0,4}(?:gripes?|complaints?|"
    r"drawbacks?|criticisms?|quibbles?|issues?|flaws?|nitpicks?|problems?)|"
    r"quibbles?|nitpick(?:s|ing|y)?|drawbacks?|(?:some|many|certain|other|impatient) (?:viewers|people|"
    r"audiences|fans|critics|folks) (?:may|might|will|could|would)|"
    r"could have (?:been|done|used)|might have been|(?:i|i['’]d|we) (?:wish|wished|would have liked|"
    r"would have preferred|would've liked)|not without (?:its|flaws)|isn['’]t perfect|"
    r"not perfect|falls? short|would have benefit(?:t)?ed|overstays|to nitpick|that['’]s not to say|"
    r"isn['’]t to say|the only thing|if anything"
)
LONE_COMPLAINT = (
    r"(?:one|only|lone|sole|few|single) (?:minor |real |small |slight )?(?:drawbacks?|"
    r"weakness(?:es)?|gripes?|complaints?|"
    r"flaws?|quibbles?|criticisms?|missteps?|nitpicks?|downsides?|caveats?|misgivings?)|"
    r"(?:my|if i have|if i had|if there['’]?s?(?: is)?|if there was) (?:\w+ ){0,4}(?:gripes?|complaints?|drawbacks?|"
    r"criticisms?|quibbles?|nitpicks?)|(?:minor|small|slight) (?:drawbacks?|quibbles?|gripes?|complaints?|flaws?)"
)
SETUP = (
    r"(?:starts?|begins?|opens?|started|began|opened) (?:out |off )?(?:well|strong\w*|promising\w*|great|"
    r"good|with (?:a )?promise)|on paper|"
    r"(?:sounds?|looks?|seems?|seemed|looked|sounded) (?:like |as if )?(?:a )?(?:good|great|promising|fun|"
    r"perfect|interesting|amazing)|"
    r"(?:i|we) (?:had (?:high|low|no)|expected|was expecting|hoped|was hoping|wanted to (?:like|love)|"
    r"went in(?:to)?|thought (?:it|this))|"
    r"should(?:'ve| have)? (?:be|been|work|worked|make|made)|could(?:'ve)? (?:be|make)|may (?:sound|seem|"
    r"read|look)|might (?:sound|seem|read|look)|"
    r"at first(?: glance)?|initially|it helps that|to its credit|credit where|expectations?"
)
STOPWORDS = {
    "en": word_set("the and of to is that it in with for as but this was are be an by on at not"),
    "es": word_set("el la los las que y en un una del por con para es su se lo al como más pero"),
    "fr": word_set("le la les des et un une du que est dans qui pour par sur au avec ce il plus pas"),
    "de": word_set("der die das und ist in ein eine nicht mit von zu den auf für sich dem des als auch"),
    "it": word_set("il la che di e un una per non con del è si in lo della gli sono come più ma"),
    "pt": word_set("o a os as que e em um uma do da para com não é por se no na mais mas"),
    "nl": word_set("de het een en van in is dat op te met voor niet zijn aan die er maar om als"),
}
