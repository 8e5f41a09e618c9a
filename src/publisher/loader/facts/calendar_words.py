"""The words that dates are made of: months and weekdays of the languages of review sites, and zones."""


def _table(*languages: str) -> dict[str, int]:
    """Months by their folded names; a language is twelve space-separated sets of names joined by slashes."""
    found: dict[str, int] = {}
    clash: set[str] = set()
    for language in languages:
        for number, names in enumerate(language.split(), 1):
            for name in names.split("/"):
                if found.setdefault(name, number) != number:
                    clash.add(name)
    return {name: number for name, number in found.items() if name not in clash}


MONTHS = _table(
    """
    january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct
    november/nov december/dec
    """,
    """
    enero/ene febrero/feb marzo/mar abril/abr mayo/may junio/jun julio/jul agosto/ago septiembre/setiembre/sep/set
    octubre/oct noviembre/nov diciembre/dic
    """,
    """
    janeiro/jan fevereiro/fev março/marco/mar abril/abr maio/mai junho/jun julho/jul agosto/ago setembro/set
    outubro/out novembro/nov dezembro/dez
    """,
    """
    janvier/janv/jan février/fevrier/févr/fevr/fév/fev mars avril/avr mai juin/jui juillet/juil août/aout
    septembre/sept octobre/oct novembre/nov décembre/decembre/déc/dec
    """,
    """
    januar/jänner/jan februar/feb märz/maerz/mär/mrz april/apr mai juni/jun juli/jul august/aug september/sept/sep
    oktober/okt november/nov dezember/dez
    """,
    """
    gennaio/gen febbraio/feb marzo/mar aprile/apr maggio/mag giugno/giu luglio/lug agosto/ago settembre/set/sett
    ottobre/ott novembre/nov dicembre/dic
    """,
    """
    januari/jan februari/feb maart/mrt april/apr mei juni/jun juli/jul augustus/aug september/sep oktober/okt
    november/nov december/dec
    """,
    """
    januari/jan februari/feb mars/mar april/apr maj juni/jun juli/jul augusti/aug september/sep oktober/okt
    november/nov december/dec
    """,
    """
    januar/jan februar/feb marts/mar april/apr maj juni/jun juli/jul august/aug september/sep oktober/okt
    november/nov december/dec
    """,
    """
    januar/jan februar/feb mars/mar april/apr mai juni/jun juli/jul august/aug september/sep oktober/okt
    november/nov desember/des
    """,
    """
    stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec lipca/lipiec
    sierpnia/sierpień września/wrzesień października/październik listopada grudnia/grudzień
    """,
    """
    января/янв февраля/фев марта/мар апреля/апр мая/май июня/июн июля/июл августа/авг сентября/сен/сент
    октября/окт ноября/ноя декабря/дек
    """,
    """
    tammikuuta/tammi/tam helmikuuta/helmi/hel maaliskuuta/maalis/maa huhtikuuta/huhti/huh toukokuuta/touko/tou
    kesäkuuta/kesä/kes heinäkuuta/heinä/hei elokuuta/elo syyskuuta/syys/syy lokakuuta/loka/lok marraskuuta/marras
    joulukuuta/joulu/jou
    """,
)
"""Month numbers by casefolded name; a name that means different months in two languages is left out."""

_WEEKDAYS = """
    monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sunday sun
    lunes lun martes mar miércoles miercoles mié mie jueves jue viernes vie sábado sabado sáb sab domingo dom
    segunda seg terça terca ter quarta qua quinta qui sexta sex feira
    lundi mardi mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim
    montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonntag so
    lunedì lunedi martedì martedi mercoledì mercoledi giovedì giovedi gio venerdì venerdi sabato domenica
    maandag ma dinsdag woensdag wo donderdag vrijdag vr zaterdag za zondag zo
    maanantai ma tiistai ti keskiviikko ke torstai to perjantai pe lauantai la sunnuntai su
    mån tis ons tors tor fre lör lor sön son tirs lør løs
    måndag mandag tisdag tirsdag onsdag torsdag fredag lördag lørdag söndag søndag
    poniedziałek wtorek środa czwartek piątek sobota niedziela
    понедельник пн вторник вт среда ср четверг чт пятница пт суббота сб воскресенье вс
    """
WEEKDAYS = frozenset(_WEEKDAYS.split())

AMBIGUOUS = frozenset({"mar"})
"""Short names of a weekday (mardi, martes, martedì) and of a month: before another month it is the day."""

_NOISE = "posted published st nd rd th on at the of de del do e o le la il den der die um à a às as kl er г год года"
NOISE = frozenset(_NOISE.split())
"""Words that join the parts of a date and say nothing."""

ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MET": 60, "CEST": 120,
    "MEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300,
    "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "NST": -210, "NDT": -150, "ADT": -180,
    "JST": 540, "KST": 540, "HKT": 480, "AEST": 600, "AEDT": 660, "ACST": 570, "ACDT": 630, "AWST": 480,
    "NZST": 720, "NZDT": 780, "SAST": 120, "BRT": -180, "ART": -180,
}  # fmt: skip
"""Minutes east of UTC; RFC 822 fixes the American ones. IST, AST and single letters name several places: absent."""
