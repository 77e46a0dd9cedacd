"""Dates as pages write them, turned into instants of a known precision.

Chinese, ISO 8601 and RFC 822 forms, relative forms, and the month names of the languages that
news is written in.  Nothing here guesses which of several dates is the article's: that is
``published``'s business.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from bot.model import Precision, Published

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january জানুয়ারি كانون-الثاني jan januar januari janvier janv enero ene gennaio gen janeiro ocak styczeń stycznia sty января янв січня ledna leden januára január ianuarie tammikuu tammikuuta jaanuar janvāris sausio siječnja januara јануар јануара ιανουαρίου ιαν जनवरी يناير جانفي ژانویه ינואר มกราคม ม.ค. tháng-1 януари jänner jän январь januar",
            "february ফেব্রুয়ারি شباط feb februar februari février févr fév febrero febbraio fevereiro fev şubat luty lutego lut февраля фев лютого února únor februára február februarie helmikuu helmikuuta veebruar februāris vasario veljače februara фебруар фебруара φεβρουαρίου φεβ फरवरी फ़रवरी فبراير فيفري فوریه פברואר กุมภาพันธ์ ก.พ. февруари febr февраль",
            "march মার্চ آذار mar märz maart mars marzo março mart marzec marca marzec марта мар березня března březen marca március martie maaliskuu maaliskuuta märts marts kovo ožujka marta март марта μαρτίου μαρ मार्च مارس مارچ מרץ มีนาคม มี.ค. mrz mrt márc mär",
            "april এপ্রিল نيسان apr avril abril abr aprile nisan kwiecień kwietnia kwi апреля апр квітня dubna duben apríla április aprilie huhtikuu huhtikuuta aprill aprīlis balandžio travnja aprila април априла απριλίου απρ अप्रैल أبريل أفريل ابريل آوریل אפריל เมษายน เม.ย. avr апрель ápr",
            "may মে أيار mai mei mayo maggio mag maio mayıs maj maja мая май травня května květen mája május toukokuu toukokuuta maijs gegužės svibnja maja мај маја μαΐου μαΐ मई مايو ماي مای מאי พฤษภาคม พ.ค. máj maí mei",
            "june জুন حزيران jun juni juin junio giugno giu junho haziran czerwiec czerwca cze июня июн червня června červen júna június iunie kesäkuu kesäkuuta juuni jūnijs birželio lipnja juna јун јуна ιουνίου ιουν जून يونيو جوان ژوئن יוני มิถุนายน มิ.ย. юни júní jún июнь",
            "july জুলাই تموز jul juli juillet juil julio luglio lug julho temmuz lipiec lipca lip июля июл липня července červenec júla július iulie heinäkuu heinäkuuta juuli jūlijs liepos srpnja jula јул јула ιουλίου ιουλ जुलाई يوليو جويلية ژوئیه יולי กรกฎาคม ก.ค. юли júlí júl июль",
            "august আগস্ট آب aug augustus août agosto ago ağustos sierpień sierpnia sie августа авг серпня srpna srpen augusta augusztus elokuu elokuuta augusts rugpjūčio kolovoza avgusta август августа αυγούστου αυγ अगस्त أغسطس أوت اوت אוגוסט สิงหาคม ส.ค. ágúst agustus ogos",
            "september সেপ্টেম্বর أيلول sep sept septembre septiembre settembre set setembro eylül wrzesień września wrz сентября сен вересня září septembra szeptember septembrie syyskuu syyskuuta septembris rugsėjo rujna септембар септембра σεπτεμβρίου σεπ सितंबर سبتمبر سپتامبر ספטמבר กันยายน ก.ย. septemvri септември szept сентябрь",
            "october অক্টোবর oct oktober octobre octubre ottobre ott outubro out ekim październik października paź октября окт жовтня října říjen októbra október octombrie lokakuu lokakuuta oktoober oktobris spalio listopada-hr oktobra октобар октобра οκτωβρίου οκτ अक्टूबर أكتوبر اکتبر אוקטובר ตุลาคม ต.ค. октомври okt október октябрь",
            "november নভেম্বর nov novembre noviembre novembro kasım listopad listopada lis ноября ноя листопада listopadu novembra noiembrie marraskuu marraskuuta novembris lapkričio studenoga новембар новембра νοεμβρίου νοε नवंबर نوفمبر نوامبر נובמבר พฤศจิกายน พ.ย. ноември nóvember ноябрь",
            "december ডিসেম্বর dec dezember dez décembre déc diciembre dic dicembre dezembro aralık grudzień grudnia gru декабря дек грудня prosince prosinec decembra decembrie joulukuu joulukuuta detsember decembris gruodžio prosinca децембар децембра δεκεμβρίου δεκ दिसंबर ديسمبر دسامبر דצמבר ธันวาคม ธ.ค. декември desember des декабрь",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_CLOCK = (
    r"(?:\D{0,9}?(?P<hour>[01]?\d|2[0-4])\s*(?:[:：时時点]|[hH](?=[0-5]\d)|\.(?=[0-5]\d(?![\d.%\u4e00-\u9fff])))"
    r"\s*(?P<minute>[0-5]\d)(?:\s*[:：分]\s*(?P<second>[0-5]\d))?)?"
)
_ISO = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<month>\d\d?)-(?P<day>\d\d?)"
    r"(?:(?:[T\s]+(?:(?:HKT|CST|SGT|JST|KST|北京时间)\s+)?|-(?=\d\d:\d\d:\d\d))(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d(?!\d))?)?(?!\d)"
)
#: ISO 8601, section 5.2.1: the basic format.
_COMPACT_ISO = re.compile(
    r"(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:[T ]?(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
_YEAR_FIRST = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)\s*(?:年|[-./／－–]|년)\s*(?P<month>1[0-2]|0?[1-9])\s*(?:月|[-./／－–]|월)\s*"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s*(?:日|일|\.)?" + _CLOCK
)
_COMPACT = re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
                      r"(?:T?(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?)?(?!\d)")  # fmt: skip
_DAY_FIRST = re.compile(
    r"(?<![\d.])(?P<day>3[01]|[12]\d|0?[1-9])\s*(?P<sep>[./-])\s*(?P<month>1[0-2]|0?[1-9])\s*(?P=sep)\s*(?P<year>(?:19|20)\d\d)(?!\d)"
    + _CLOCK
)
_MONTH_FIRST_SLASH = re.compile(
    r"(?<![\d.])(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])/(?P<year>(?:19|20)\d\d)(?!\d)"
    + _CLOCK
)
#: Letters, and the vowel signs of India and Thailand, which are none to Python.
_WORD = r"(?:[^\W\d_]|[\u0900-\u0dff\u0e31-\u0e4e])+\.?(?:[^\W\d_]\.)?(?:/[^\W\d_]+)?"
_NAMED_DAY_FIRST = re.compile(
    rf"(?<!\d)(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|er|º|\.)?,?[\s-]*(?:de |di |d'|của )?\s*(?P<name>{_WORD}),?[\s-]*(?:de |del |г\. )?(?P<year>(?:19|20|25)\d\d)(?!\d)"
    + _CLOCK
)
_NAMED_MONTH_FIRST = re.compile(
    rf"(?P<name>{_WORD})\s+(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)(?!\d)"
    r"(?:\D{0,6}?(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?)?"
)
#: 2024. május 3., 2024 m. gegužės 3 d., 2024. gada 3. maijs
_NAMED_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<year>20\d\d)\.?\s*(?:m\.|gada)?\s*(?P<name>{_WORD})\s+(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\.?"
    + _CLOCK
)
_NAMED_LAST = re.compile(
    rf"(?<!\d)(?P<year>20\d\d)\.?\s*gada\s*(?P<day>3[01]|[12]\d|0?[1-9])\.\s*(?P<name>{_WORD})"
)
#: 03.05.24, with a year of this century
_SHORT_YEAR = re.compile(
    r"(?<![\d.])(?P<day>3[01]|[12]\d|0[1-9])(?P<sep>[./])(?P<month>1[0-2]|0[1-9])(?P=sep)(?P<short>[12]\d)(?![\d.])"
    + _CLOCK
)
_OTHER_DIGITS = re.compile("[٠-٩۰-۹०-९০-৯๐-๙]")
_AS_ASCII = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯๐๑๒๓๔๕๖๗๘๙", "0123456789" * 5)
_PM_BEFORE = re.compile(r"오후|下午|午後|晚上")
_NO_YEAR = re.compile(
    r"(?<![\d年.\-/])(?P<month>1[0-2]|0?[1-9])(?:月|[-/])(?P<day>3[01]|[12]\d|0?[1-9])(?:日|号)?(?!\d|[-/]\d)"
    + _CLOCK
)
_RELATIVE = re.compile(
    r"(?P<count>\d+)\s*(?P<unit>秒|分钟|分鐘|小时|小時|个小时|天|日)(?:之)?前|(?P<en>\d+|an?)\s+(?P<en_unit>second|minute|hour|day)s?\s+ago"
)
_NEAR_DAY = re.compile(
    r"(?P<word>刚刚|剛剛|今天|今日|昨天|昨日|前天|just now|today|yesterday)\s*(?:(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?)?",
    re.IGNORECASE,
)
_PM = re.compile(r"^\s*(?:p\.?\s?m\b|下午|晚)", re.IGNORECASE)
_AM = re.compile(r"^\s*a\.?\s?m\b", re.IGNORECASE)
_SECONDS = {"秒": 1, "分钟": 60, "分鐘": 60, "小时": 3600, "小時": 3600, "个小时": 3600, "天": 86400, "日": 86400,
            "second": 1, "minute": 60, "hour": 3600, "day": 86400}  # fmt: skip
#: as Java prints one
_ASCTIME = re.compile(
    r"[A-Z][a-z]{2} (?P<name>[A-Z][a-z]{2}) (?P<day>\d\d?) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
    r"(?: (?P<zone>UTC|GMT)| [A-Z]{3,4})? (?P<year>\d{4})"
)
_RFC_822 = re.compile(r"(?:[A-Z][a-z]{2},? )?\d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d")
_EARLIEST = 1990


def parse_instant(text: str, zone: tzinfo) -> Published | None:
    """Read a machine's date: ISO 8601, RFC 822, a Unix time; a naive one is in ``zone``."""
    text = text.strip()
    match = _ISO.match(text)
    if match:
        return _build(match, zone)
    other = _COMPACT_ISO.fullmatch(text) or _ASCTIME.fullmatch(text)
    if other:
        return _build(other, zone)
    if text.isdigit() and len(text) in (10, 13):
        try:
            at = datetime.fromtimestamp(int(text[:10]), tz=UTC).astimezone(zone)
        except (ValueError, OverflowError):
            return None
        return Published(at=at, precision=Precision.SECOND)
    if _RFC_822.match(text):
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return find_date(text, zone)
        return Published(
            at=at if at.tzinfo else at.replace(tzinfo=zone), precision=Precision.SECOND
        )
    return find_date(text, zone)


def find_date(text: str, zone: tzinfo, *, month_first: bool = False) -> Published | None:
    """Return the first full date in a line of visible text; None when it shows none."""
    found = _first_date(text, zone, month_first)
    return found[1] if found else None


def find_dates(
    text: str, zone: tzinfo, *, month_first: bool = False
) -> list[tuple[int, Published]]:
    """Return every full date of a line with its position, in order."""
    dates = []
    offset = 0
    while found := _first_date(text[offset:], zone, month_first):
        start, value, end = found
        dates.append((offset + start, value))
        offset += end
    return dates


def find_relative(text: str, now: datetime, zone: tzinfo) -> Published | None:
    """Read 今天 10:12, 2小时前, yesterday: forms that mean something only beside ``now``."""
    match = _RELATIVE.search(text)
    if match:
        count = match["count"] or match["en"]
        unit = match["unit"] or match["en_unit"]
        ago = timedelta(seconds=_SECONDS[unit] * (int(count) if count.isdigit() else 1))
        at = (now - ago).astimezone(zone)
        if _SECONDS[unit] >= 86400:
            return _day(at)
        return Published(at=at.replace(second=0, microsecond=0), precision=Precision.MINUTE)
    match = _NEAR_DAY.search(text)
    if not match:
        return None
    word = match["word"].lower()
    if word in ("刚刚", "剛剛", "just now"):
        return Published(
            at=now.astimezone(zone).replace(second=0, microsecond=0), precision=Precision.MINUTE
        )
    back = {"昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}.get(word, 0)
    at = (now.astimezone(zone) - timedelta(days=back)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    if match["hour"] is None:
        return _day(at)
    return Published(at=at.replace(hour=int(match["hour"]), minute=int(match["minute"]), second=int(match["second"] or 0)),
                     precision=Precision.SECOND if match["second"] else Precision.MINUTE)  # fmt: skip


def find_yearless(text: str, near: datetime, zone: tzinfo) -> Published | None:
    """Read 03-19 or 3月19日 14:02 as the latest such day that is not after ``near``."""
    match = _NO_YEAR.search(text)
    if not match:
        return None
    local = near.astimezone(zone)
    for year in (local.year, local.year - 1, local.year - 4):
        value = _assemble(year, match, zone)
        if value and value.at <= local + timedelta(days=1):
            return value
    return None


def _first_date(text: str, zone: tzinfo, month_first: bool) -> tuple[int, Published, int] | None:
    if not text.isascii() and _OTHER_DIGITS.search(text):
        text = text.translate(_AS_ASCII)
    best: tuple[int, Published, int] | None = None
    patterns = [_ISO, _YEAR_FIRST, _MONTH_FIRST_SLASH if month_first else _DAY_FIRST,
                _DAY_FIRST if month_first else _MONTH_FIRST_SLASH, _NAMED_DAY_FIRST, _NAMED_MONTH_FIRST]  # fmt: skip
    for pattern in patterns:
        for match in pattern.finditer(text):
            value = _build(match, zone)
            if value is not None:
                if best is None or match.start() < best[0]:
                    best = (match.start(), value, match.end())
                break
        if best is not None and pattern in (_ISO, _YEAR_FIRST):
            return best
    if best is None:
        for pattern in (_NAMED_YEAR_FIRST, _NAMED_LAST, _SHORT_YEAR):
            for match in pattern.finditer(text):
                if value := _build(match, zone):
                    return match.start(), value, match.end()
    return best


def _build(match: re.Match[str], zone: tzinfo) -> Published | None:
    groups = match.groupdict()
    year = 2000 + int(groups["short"]) if groups.get("short") else int(groups["year"])
    if year > 2500:
        year -= 543  # Buddhist era, as Thai pages count
    if groups.get("name"):
        name = groups["name"].lower().partition("/")[0]
        # In Hebrew "in" is a letter before the month.
        month = (
            _MONTHS.get(name)
            or _MONTHS.get(name.rstrip("."))
            or _MONTHS.get(name.removeprefix("ב"))
        )
        if month is None:
            return None
        return _assemble(year, match, zone, month=month)
    return _assemble(year, match, zone)


def _assemble(
    year: int, match: re.Match[str], zone: tzinfo, month: int | None = None
) -> Published | None:
    groups = match.groupdict()
    offset: tzinfo = zone
    named = groups.get("zone")
    if named:
        offset = UTC if named in ("Z", "UTC", "GMT") else _offset(named)
    hour = groups.get("hour")
    try:
        if hour is None:
            at = datetime(year, month or int(groups["month"]), int(groups["day"]), tzinfo=offset)
            precision = Precision.DAY
        else:
            tail = match.string[match.end() : match.end() + 8]
            hours = int(hour) % 24
            head = match.string[match.start() : match.start("hour")]
            if hours < 12 and (_PM.match(tail) or _PM_BEFORE.search(head)):
                hours += 12
            elif hours == 12 and _AM.match(tail):
                hours = 0
            second = groups.get("second")
            at = datetime(year, month or int(groups["month"]), int(groups["day"]), hours,
                          int(groups["minute"] or 0), int(second or 0), tzinfo=offset)  # fmt: skip
            precision = Precision.SECOND if second else Precision.MINUTE
    except ValueError:
        return None
    return Published(at=at, precision=precision) if year >= _EARLIEST else None


def _offset(text: str) -> timezone:
    digits = text[1:].replace(":", "")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0))
    return timezone(-delta if text[0] == "-" else delta)


def _day(at: datetime) -> Published:
    return Published(
        at=at.replace(hour=0, minute=0, second=0, microsecond=0), precision=Precision.DAY
    )
