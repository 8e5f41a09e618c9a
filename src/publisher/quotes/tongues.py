"""Gates' words for Spanish, French, German, Italian, Portuguese and Dutch reviews; no weights are fitted for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import regex

_OPENING = r"^[\"'“‘„«(\[¡¿….\s]*"


@dataclass(frozen=True, slots=True)
class Tongue:
    """What a line may not begin with or hold, and the words of judgement that make it worth showing."""

    pointing: str
    connective: str
    spoiler: str
    plot: str
    verdict: str
    boilerplate: str


TONGUES: Mapping[str, Tongue] = {
    "es": Tongue(
        pointing="él|ella|ellos|ellas|est[oae]s?|es[oae]s?|aquell?[oa]s?|su|sus|ambos|ambas|ahí|allí|aquí|ninguno|"
        "ninguna|otros?|otras?|tales?|le|les|lo|los (?:dos|demás|otros)|l[oa]s? (?:primer[oa]|segund[oa]|últim[oa])",
        connective="y|e|pero|sin embargo|no obstante|así que|así|por (?:eso|ello|tanto|lo tanto|otro lado|otra parte)|"
        "además|también|entonces|luego|después|aunque así|en conclusión|en definitiva|en resumen|en fin|finalmente|"
        "por último|al final|porque|o|ni|sino|mientras tanto|de hecho|aun así|a pesar de (?:ello|eso|todo)|eso sí|"
        "en cambio|por ejemplo|ahora bien|total",
        spoiler=r"spoilers?|destripe|al final (?:de la película|descubr\w+|muer\w+|result\w+)|resulta (?:ser|que)|"
        r"(?:el|la) asesin[oa] (?:es|era|resulta)|(?:muere|mueren|asesinad[oa]) (?:en|a manos|por)|desenlace|"
        r"escena final|giro final|últim[oa] (?:escena|plano|acto)",
        plot="conoce|conocen|llega|llegan|descubre|descubren|mata|matan|muere|huye|huyen|regresa|vuelve a|encuentra|"
        "encuentran|decide|deciden|se enamora|viaja|viajan|vive|viven|trabaja|investiga|marido|esposa|mujer|hijo|hija|"
        "padre|madre|hermano|hermana|novio|novia|pueblo|policía|detective|asesino|asesina|amigo|amiga|amigos|vecino",
        verdict=r"obra maestra|mejor\w*|peor\w*|buen\w*|mal[oa]?s?|gran(?:de|des)?|divertid\w+|deliciosa?|delicioso|"
        r"conmovedor\w*|brillante\w*|magnífic\w+|excelente\w*|aburrid\w+|tedios\w+|lent[oa]s?|fascinante\w*|hermos\w+|"
        r"bell[oa]s?|emocionante\w*|previsible\w*|fallid\w+|decepci\w+|encant\w+|sutil\w*|inteligente\w*|intens\w+|"
        r"poderos\w+|original\w*|torpe\w*|pretencios\w+|impecable\w*|genial\w*|logr\w+|fracas\w+|humor|ternura|"
        r"imprescindible|recomend\w+|inolvidable\w*|mediocre\w*|vibrante\w*|admirable\w*|sorprend\w+|ritmo",
        boilerplate=r"suscr[ií]b\w+|bolet[ií]n|s[ií]guenos|s[ií]gueme|haz clic|leer más|comp[aá]rt\w+|disponible en|"
        r"en cines|dirigid[oa] por|reparto\s*:|duración\s*:",
    ),
    "fr": Tongue(
        pointing="il|elle|ils|elles|celui(?:-ci|-là)?|celle(?:-ci|-là)?|ceux(?:-ci|-là)?|celles(?:-ci|-là)?|son|sa|ses|"
        "leurs?|ces|cela|ça|les deux|tous deux|toutes deux|d['’]autres|aucun d|là|eux|lui|l['’]un d|"
        "(?:le|la|les) (?:premi[eè]re?|second|seconde|dernier|dernière)s? (?:est|était|sont)",
        connective="et|mais|or|donc|car|ni|ou|pourtant|cependant|toutefois|néanmoins|ainsi|alors|puis|ensuite|enfin|"
        "en revanche|par contre|d['’]ailleurs|en effet|de plus|du coup|aussi|en conclusion|en somme|bref|"
        "en définitive|finalement|au final|par exemple|malgré (?:cela|ça|tout)|parce que|en outre|reste que|"
        "à la fin|quant à",
        spoiler=r"spoilers?|divulg\w+|(?:à|jusqu['’]à) la (?:toute )?fin|s['’]avère (?:être|que)|on apprend que|"
        r"(?:le|la) (?:tueu\w+|meurtri\w+|assassin) (?:est|était)|meurt (?:dans|à|de)|dénouement|"
        r"(?:scène|plan|image) finale?|derni(?:er|ère)s? (?:scène|plan|acte|minutes)|retournement",
        plot="rencontre|rencontrent|arrive|arrivent|découvre|découvrent|tue|tuent|meurt|fuit|s['’]enfuit|revient|"
        "retourne|décide|décident|tombe amoureu\\w+|part|voyage|vit|vivent|travaille|enquête|mari|femme|épouse|fils|"
        "fille|père|mère|frère|sœur|soeur|fiancée?|village|police|policier|détective|tueur|assassin|amie?s?|voisine?",
        verdict=r"chef-d['’](?:œ|oe)uvre|meilleur\w*|pire\w*|bon(?:ne)?s?|mauvais\w*|grand\w*|drôle\w*|délicieu\w+|"
        r"émouvant\w*|brillant\w*|magnifique\w*|excellent\w*|ennuyeu\w+|lent\w*|fascinant\w*|beau|bel|belles?|beauté|"
        r"touchant\w*|prévisible\w*|raté\w*|décev\w+|déçoi\w+|charm\w+|subtil\w*|intelligent\w*|intens\w+|puissant\w*|"
        r"origina\w+|maladroit\w*|prétentieu\w+|réussi\w*|échou\w+|échec|humour|tendresse|incontournable\w*|"
        r"inoubliable\w*|médiocre\w*|vibrant\w*|admirable\w*|surpren\w+|rythme|jubilatoire\w*|superbe\w*",
        boilerplate=r"abonnez|s['’]abonner|inscrivez|infolettre|newsletter|suivez[- ]nous|cliquez|lire la suite|"
        r"partagez|disponible sur|en salles?|réalisé par|durée\s*:|avec\s*:",
    ),
    "de": Tongue(
        pointing="er|sie|ihm|ihn|ihr|ihre[mnrs]?|sein|seine[mnrs]?|diese[mnrs]?|jene[mnrs]?|dies|das (?!(?:drehbuch|"
        "ergebnis|ensemble|kino|spielfilmdebüt|regiedebüt|finale|ganze|werk|drama|thema|tempo|bild)\\b)|beide[nr]?|"
        "dort|hier|solche[mnrs]?|andere[nrs]?|keine[rs]? von|letztere[nrs]?|erstere[nrs]?|da(?:bei|für|mit|gegen|ran|"
        "rauf|rin|rüber|von|vor|zu|nach|neben)",
        connective="und|aber|doch|jedoch|denn|oder|also|so|dann|danach|trotzdem|dennoch|allerdings|außerdem|zudem|"
        "deshalb|daher|deswegen|darum|schließlich|endlich|am ende|im gegenteil|andererseits|einerseits|zum beispiel|"
        "tatsächlich|insgesamt|fazit|kurzum|alles in allem|unterm strich|letztlich|letztendlich|weil|sondern|auch|"
        "immerhin|gleichzeitig|stattdessen|hingegen|dagegen|übrigens|zugegeben|nur",
        spoiler=r"spoilers?|stellt sich heraus|(?:am|bis zum) (?:ende|schluss)|(?:der|die) (?:mörder\w*|täter\w*) "
        r"(?:ist|war)|stirbt|schlussszene|schlusswendung|letzte[nr]? (?:szene|einstellung|akt)|auflösung|entpuppt",
        plot="trifft|treffen|kommt|kommen|entdeckt|entdecken|tötet|ermordet|stirbt|flieht|kehrt|findet|beschließt|"
        "verliebt|reist|lebt|leben|arbeitet|ermittelt|mann|gatten?|frau|ehemann|ehefrau|sohn|tochter|vater|mutter|"
        "bruder|schwester|freund|freundin|freunde|dorf|polizei|polizist|kommissar\\w*|detektiv|mörder|nachbar\\w*",
        verdict=r"meisterwerk\w*|meisterhaft\w*|beste\w*|schlechteste\w*|gut\w*|schlecht\w*|groß\w*|lustig\w*|"
        r"komisch\w*|"
        r"köstlich\w*|bewegend\w*|brillant\w*|großartig\w*|ausgezeichnet\w*|langweilig\w*|zäh\w*|langsam\w*|"
        r"faszinierend\w*|schön\w*|berührend\w*|vorhersehbar\w*|misslungen\w*|gelung\w+|gelingt|enttäusch\w+|charm\w+|"
        r"subtil\w*|klug\w*|intensiv\w*|stark\w*|originell\w*|plump\w*|prätentiös\w*|scheiter\w+|humor\w*|"
        r"zärtlich\w*|unvergesslich\w*|mittelmäßig\w*|spannend\w*|packend\w*|witzig\w*|überrasch\w+|rhythmus|"
        r"sehenswert\w*",
        boilerplate=r"abonnier\w+|newsletter|folgt? uns|klick\w+|weiterlesen|mehr lesen|teil(?:t|en sie) |"
        r"verfügbar (?:auf|bei)|jetzt im kino|regie\s*:|darsteller\s*:|laufzeit\s*:",
    ),
    "it": Tongue(
        pointing="lui|lei|loro|egli|ella|essi|esse|quest[oaie]|quell[oaie]|quei|quegli|suo|sua|suoi|sue|entramb[ie]|lì|"
        "là|qui|altr[ie]|nessun[oa] (?:di|dei|delle)|tal[ei]|gli altri|i due|le due|l['’](?:ultim|altr)[oa]|ciò",
        connective="e|ed|ma|però|tuttavia|quindi|dunque|così|allora|poi|dopo|infine|inoltre|anche|eppure|comunque|"
        "invece|"
        "perché|o|né|insomma|in conclusione|in definitiva|in sintesi|alla fine|per esempio|ad esempio|infatti|"
        "nonostante (?:ciò|questo|tutto)|al contrario|d['’]altra parte|d['’]altro canto|del resto|certo|"
        "per (?:questo|ciò)|mentre",
        spoiler=r"spoilers?|(?:alla|fino alla) fine|si scopre che|si rivela (?:essere|che)|"
        r"(?:l['’]assassin[oa]|il colpevole|il killer) (?:è|era)|muore (?:in|a|per|nel|nella)|"
        r"scena finale|epilogo|ultim[oa] (?:scena|inquadratura|atto)|colpo di scena",
        plot="incontra|incontrano|arriva|arrivano|scopre|scoprono|uccide|uccidono|muore|fugge|fuggono|torna|ritorna|"
        "trova|trovano|decide|decidono|si innamora|viaggia|vive|vivono|lavora|indaga|marito|moglie|figlio|figlia|"
        "padre|madre|fratello|sorella|fidanzat[oa]|villaggio|paese|polizia|poliziotto|detective|assassino|"
        "amic[oia]|vicino",
        verdict=r"capolavor\w+|miglior\w*|peggior\w*|buon\w*|brutt\w+|grand\w+|divertent\w+|delizios\w+|commovent\w+|"
        r"brillant\w+|magnific\w+|eccellent\w+|noios\w+|lent[oaie]|affascinant\w+|bell\w+|bei|emozionant\w+|"
        r"prevedibil\w+|fallit\w+|riuscit\w+|riesce|delud\w+|delusion\w+|incant\w+|sottil\w+|intelligent\w+|intens\w+|"
        r"potent\w+|original\w+|goff\w+|pretenzios\w+|impeccabil\w+|umorismo|tenerezza|imperdibil\w+|indimenticabil\w+|"
        r"mediocr\w+|vibrant\w+|ammirevol\w+|sorprend\w+|ritmo|avvincent\w+|splendid\w+",
        boilerplate=r"iscriv\w+|abbonat\w+|newsletter|seguici|clicca|leggi (?:di più|tutto)|condivid\w+|"
        r"disponibile su|al cinema da|regia di|durata\s*:|cast\s*:",
    ),
    "pt": Tongue(
        pointing="ele|ela|eles|elas|est[ea]s?|ess[ea]s?|isso|isto|aquel[ea]s?|aquilo|seus?|suas?|dele|dela|deles|delas|"
        "ambos|ambas|aí|ali|lá|aqui|nenhum|nenhuma|outros?|outras?|tal|tais|os dois|as duas|[oa]s? (?:primeir[oa]|"
        "segund[oa]|últim[oa]) (?:é|era)|nele|nela|nisso|nesse|nessa",
        connective="e|mas|porém|contudo|todavia|no entanto|entretanto|assim|por isso|portanto|por outro lado|"
        "além disso|"
        "também|então|depois|em seguida|ainda assim|mesmo assim|em conclusão|em suma|enfim|finalmente|por fim|"
        "no fim|no final|porque|ou|nem|pois|aliás|de fato|apesar disso|por exemplo|já|só que|afinal",
        spoiler=r"spoilers?|no (?:final|fim) d[oe] filme|acaba (?:por )?(?:morr\w+|descobr\w+)|revela-se|"
        r"descobre-se que|"
        r"(?:o|a) assassin[oa] (?:é|era)|morre (?:em|no|na|pelas)|desfecho|cena final|reviravolta final|"
        r"últim[oa] (?:cena|plano|ato)",
        plot="conhece|conhecem|chega|chegam|descobre|descobrem|mata|matam|morre|foge|fogem|regressa|retorna|volta a|"
        "encontra|encontram|decide|decidem|se apaixona|apaixona-se|viaja|viajam|vive|vivem|trabalha|investiga|marido|"
        "esposa|mulher|filho|filha|pai|mãe|irmão|irmã|namorado|namorada|aldeia|vila|cidade|polícia|detetive|assassino|"
        "amigo|amiga|amigos|vizinho",
        verdict=r"obra-prima|melhor\w*|pior\w*|bom|boa|bons|boas|m[áa]u?s?|grandes?|divertid\w+|delicios\w+|"
        r"comovente\w*|"
        r"brilhante\w*|magn[ií]fic\w+|excelente\w*|aborrecid\w+|chat[oa]s?|tedios\w+|lent[oa]s?|fascinante\w*|"
        r"bel[oa]s?|"
        r"bonit[oa]s?|emocionante\w*|previs[ií]ve\w+|falh\w+|decepcion\w+|desilu\w+|encant\w+|sutil\w*|subtil\w*|"
        r"inteligente\w*|intens\w+|poderos\w+|original\w*|desajeitad\w+|pretensios\w+|impec[áa]ve\w+|geni\w+|"
        r"consegu\w+|fracass\w+|humor|ternura|imperd[ií]ve\w+|recomend\w+|inesquec[ií]ve\w+|med[ií]ocre\w*|vibrante\w*|"
        r"admir[áa]ve\w+|surpreend\w+|ritmo|beleza|d[óo]i",
        boilerplate=r"subscrev\w+|assin[ea]|newsletter|siga-nos|segue-nos|clique|clica|le(?:ia|r) mais|partilh\w+|"
        r"compartilh\w+|dispon[ií]vel (?:em|na|no)|nos cinemas|dirigid[oa] por|elenco\s*:|duração\s*:",
    ),
    "nl": Tongue(
        pointing="hij|zij|ze|hem|haar|hun|hen|zijn|deze|die|dit|dat (?!is|maakt|de|het|een)|daar\\w*|hier\\w*|er|"
        "beide[n]?|zulke|"
        "andere[n]?|geen van|dezelfde|laatstgenoemde|de (?:eerste|tweede|laatste) (?:is|was)",
        connective="en|maar|want|of|dus|toch|echter|daarom|daarnaast|bovendien|ook|vervolgens|daarna|tenslotte|"
        "ten slotte|uiteindelijk|kortom|al met al|samenvattend|concluderend|aan de andere kant|bijvoorbeeld|immers|"
        "desondanks|niettemin|omdat|intussen|ondertussen|overigens|inderdaad|sterker nog|tegelijk(?:ertijd)?|zo|dan",
        spoiler=r"spoilers?|blijkt (?:te|dat)|(?:aan het|tot het|op het) (?:einde|slot)|de (?:moordenaar|"
        r"dader) (?:is|was)|"
        r"sterft|slotscène|ontknoping|laatste (?:scène|shot|akte|minuten)|plotwending(?:en)? (?:is|dat)",
        plot="ontmoet|ontmoeten|komt|komen|ontdekt|ontdekken|doodt|vermoordt|sterft|vlucht|vluchten|keert|vindt|"
        "besluit|"
        "besluiten|wordt verliefd|reist|woont|wonen|werkt|onderzoekt|man|vrouw|echtgenoot|echtgenote|zoon|dochter|"
        "vader|"
        "moeder|broer|zus|vriend|vriendin|vrienden|dorp|politie|agent|detective|moordenaar|buurman|buurvrouw",
        verdict=r"meesterwerk\w*|meesterlijk\w*|best\w*|slechtst\w*|goed|goede|slecht\w*|groots\w*|grappig\w*|"
        r"heerlijk\w*|"
        r"ontroerend\w*|briljant\w*|prachtig\w*|uitstekend\w*|saai\w*|traag|trage|fascinerend\w*|mooi\w*|"
        r"aangrijpend\w*|"
        r"voorspelbaar\w*|mislukt\w*|geslaagd\w*|teleurstell\w+|charm\w+|subtiel\w*|slim\w*|intens\w*|sterk\w*|"
        r"origine\w+|plomp\w*|pretentieu\w+|faalt|humor\w*|teder\w*|onvergetelijk\w*|middelmatig\w*|spannend\w*|"
        r"boeiend\w*|verrass\w+|ritme|aanrader|indrukwekkend\w*|zwak\w*|leuk\w*|vermakelijk\w*|knap\w*|fraai\w*",
        boilerplate=r"abonneer\w*|nieuwsbrief|volg ons|klik\w*|lees (?:meer|verder)|deel (?:dit|deze)|"
        r"te zien (?:op|bij|in)|"
        r"nu in de bioscoop|regie\s*:|cast\s*:|speelduur\s*:",
    ),
}

FILM = regex.compile(
    r"\b(?:films?|pel[ií]culas?|cintas?|largometrajes?|documental|comedias?|drama|thriller|com[ée]die|long-m[ée]trage|"
    r"filmen|spielfilm|kom[öo]die|dokumentarfilm|drama|pellicola|commedia|filme|longa-metragem|com[ée]dia|prent|"
    r"rolprent|"
    r"komedie|documentaire)\w*|映画|作品|फिल्म|फ़िल्म|सिनेमा|영화|电影|電影|影片",
    regex.I,
)
UNSPACED_VERDICTS: Mapping[str, str] = {
    "ja": "傑作|素晴らし|すばらし|見事|美し|退屈|"
    "最高|最悪|駄作|面白|感動|秀逸|残念|魅力|圧巻|名作|凡庸|優れ|心に残る|忘れがたい|物足りな|必見",
    "hi": "बेहतरीन|शानदार|कमज़ोर|कमजोर|खूबसूरत|ख़ूबसूरत|उबाऊ|दमदार|मनोरंजक|निराश|प्रभावशाली|उत्कृष्ट|अच्छी|बोरिंग|"
    "दिल को छू|लाजवाब|"
    "यादगार|ज़बरदस्त|जबरदस्त|फीकी|सुंदर|देखने लायक",
}
"""Words of judgement of languages whose lines the gates' words do not reach."""
HINGE = regex.compile(
    r"\b(?:pero|aunque|sino|mais|bien que|quoique|tandis que|aber|doch|obwohl|sondern|trotz|ma|per[òo]|bench[ée]|"
    r"sebbene|mas|"
    r"por[ée]m|embora|maar|hoewel|ondanks)\b",
    regex.I,
)


@cache
def _pattern(language: str, name: str) -> regex.Pattern[str]:
    words = getattr(TONGUES[language], name)
    head = _OPENING if name in {"pointing", "connective"} else r"\b"
    return regex.compile(rf"{head}(?:{words})(?!\w)", regex.I)


def failures(text: str, language: str) -> list[str]:
    """The names of the gates of its language that a line does not pass."""
    found = []
    if _pattern(language, "pointing").match(text):
        found.append("dangling start")
    if _pattern(language, "connective").match(text):
        found.append("connective start")
    if _pattern(language, "spoiler").search(text):
        found.append("spoiler")
    if not judges(text, language) and len(set(map(str.casefold, _pattern(language, "plot").findall(text)))) >= 2:
        found.append("plot")
    if _pattern(language, "boilerplate").search(text):
        found.append("boilerplate")
    return found


def judges(text: str, language: str) -> int:
    """How many words of judgement a line holds."""
    if language in TONGUES:
        return len(set(map(str.casefold, _pattern(language, "verdict").findall(text))))
    return len(set(regex.findall(UNSPACED_VERDICTS[language], text))) if language in UNSPACED_VERDICTS else 0
