"""Gates' words for Spanish, French, German and Italian reviews; there are no fitted weights for these languages."""

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
        verdict=r"meisterwerk\w*|meisterhaft\w*|beste\w*|schlechteste\w*|gut\w*|schlecht\w*|groß\w*|lustig\w*|komisch\w*|"
        r"köstlich\w*|bewegend\w*|brillant\w*|großartig\w*|ausgezeichnet\w*|langweilig\w*|zäh\w*|langsam\w*|"
        r"faszinierend\w*|schön\w*|berührend\w*|vorhersehbar\w*|misslungen\w*|gelung\w+|gelingt|enttäusch\w+|charm\w+|"
        r"subtil\w*|klug\w*|intensiv\w*|stark\w*|originell\w*|plump\w*|prätentiös\w*|scheiter\w+|humor\w*|"
        r"zärtlich\w*|unvergesslich\w*|mittelmäßig\w*|spannend\w*|packend\w*|witzig\w*|überrasch\w+|rhythmus|sehenswert\w*",
        boilerplate=r"abonnier\w+|newsletter|folgt? uns|klick\w+|weiterlesen|mehr lesen|teil(?:t|en sie) |"
        r"verfügbar (?:auf|bei)|jetzt im kino|regie\s*:|darsteller\s*:|laufzeit\s*:",
    ),
    "it": Tongue(
        pointing="lui|lei|loro|egli|ella|essi|esse|quest[oaie]|quell[oaie]|quei|quegli|suo|sua|suoi|sue|entramb[ie]|lì|"
        "là|qui|altr[ie]|nessun[oa] (?:di|dei|delle)|tal[ei]|gli altri|i due|le due|l['’](?:ultim|altr)[oa]|ciò",
        connective="e|ed|ma|però|tuttavia|quindi|dunque|così|allora|poi|dopo|infine|inoltre|anche|eppure|comunque|invece|"
        "perché|o|né|insomma|in conclusione|in definitiva|in sintesi|alla fine|per esempio|ad esempio|infatti|"
        "nonostante (?:ciò|questo|tutto)|al contrario|d['’]altra parte|d['’]altro canto|del resto|certo|"
        "per (?:questo|ciò)|mentre",
        spoiler=r"spoilers?|(?:alla|fino alla) fine|si scopre che|si rivela (?:essere|che)|"
        r"(?:l['’]assassin[oa]|il colpevole|il killer) (?:è|era)|muore (?:in|a|per|nel|nella)|"
        r"scena finale|epilogo|ultim[oa] (?:scena|inquadratura|atto)|colpo di scena",
        plot="incontra|incontrano|arriva|arrivano|scopre|scoprono|uccide|uccidono|muore|fugge|fuggono|torna|ritorna|"
        "trova|trovano|decide|decidono|si innamora|viaggia|vive|vivono|lavora|indaga|marito|moglie|figlio|figlia|"
        "padre|madre|fratello|sorella|fidanzat[oa]|villaggio|paese|polizia|poliziotto|detective|assassino|amic[oia]|vicino",
        verdict=r"capolavor\w+|miglior\w*|peggior\w*|buon\w*|brutt\w+|grand\w+|divertent\w+|delizios\w+|commovent\w+|"
        r"brillant\w+|magnific\w+|eccellent\w+|noios\w+|lent[oaie]|affascinant\w+|bell\w+|bei|emozionant\w+|"
        r"prevedibil\w+|fallit\w+|riuscit\w+|riesce|delud\w+|delusion\w+|incant\w+|sottil\w+|intelligent\w+|intens\w+|"
        r"potent\w+|original\w+|goff\w+|pretenzios\w+|impeccabil\w+|umorismo|tenerezza|imperdibil\w+|indimenticabil\w+|"
        r"mediocr\w+|vibrant\w+|ammirevol\w+|sorprend\w+|ritmo|avvincent\w+|splendid\w+",
        boilerplate=r"iscriv\w+|abbonat\w+|newsletter|seguici|clicca|leggi (?:di più|tutto)|condivid\w+|"
        r"disponibile su|al cinema da|regia di|durata\s*:|cast\s*:",
    ),
}


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


def judges(text: str, language: str) -> bool:
    """Whether a line holds a word of judgement."""
    return _pattern(language, "verdict").search(text) is not None
