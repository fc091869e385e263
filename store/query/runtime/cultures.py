"""The cultures of FORMAT: names of months and days, date patterns, and how numbers are written.

Source: learn: t-sql/functions/format-transact-sql (en-US, en-GB, de-DE, zh-CN) and .NET's standard date and numeric
format strings; ASSUMED for the others: the patterns that Windows gives them.
"""

from __future__ import annotations

from dataclasses import dataclass

_ENGLISH_MONTHS = "January February March April May June July August September October November December"
_ENGLISH_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"


@dataclass(frozen=True, slots=True)
class Culture:
    """`money` and `percent` hold a {} for the number; short names of None are the first three letters."""

    short: str  # d
    long: str  # D
    time: str  # t
    full_time: str  # T
    thousands: str = ","
    point: str = "."
    money: str = "{}"
    money_places: int = 2
    percent: str = "{} %"
    negative_money: str = "-{}"
    month_names: str = _ENGLISH_MONTHS
    day_names: str = _ENGLISH_DAYS
    month_day: str = "d MMMM"  # M
    short_months: str = ""
    short_days: str = ""

    @property
    def months(self) -> list[str]:
        return self.month_names.split()

    @property
    def days(self) -> list[str]:
        """Monday first."""
        return self.day_names.split()

    def month(self, number: int, *, short: bool) -> str:
        """1 to 12 by name."""
        if short and self.short_months:
            return self.short_months.split()[number - 1]
        return self.months[number - 1][: 3 if short else None]

    def day(self, number: int, *, short: bool) -> str:
        """0 (Monday) to 6 by name."""
        if short and self.short_days:
            return self.short_days.split()[number]
        return self.days[number][: 3 if short else None]


_GERMAN = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
_FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
_ITALIAN = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
_DUTCH = "januari februari maart april mei juni juli augustus september oktober november december"
_PORTUGUESE = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
_SWEDISH = "januari februari mars april maj juni juli augusti september oktober november december"
_EASTERN = " ".join(f"{number}月" for number in range(1, 13))
_EASTERN_LONG = "yyyy'年'M'月'd'日'"

_POLISH = "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień"
_DANISH = "januar februar marts april maj juni juli august september oktober november december"
_NORWEGIAN = "januar februar mars april mai juni juli august september oktober november desember"
_FINNISH = "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu"

CULTURES = {
    "en-us": Culture(
        "M/d/yyyy", "dddd, MMMM d, yyyy", "h:mm tt", "h:mm:ss tt", money="${}", negative_money="({})",
        month_day="MMMM d",
    ),
    "en-gb": Culture("dd/MM/yyyy", "dd MMMM yyyy", "HH:mm", "HH:mm:ss", money="£{}", percent="{}%"),
    "en-au": Culture("d/MM/yyyy", "dddd, d MMMM yyyy", "h:mm tt", "h:mm:ss tt", money="${}", percent="{}%"),
    "en-ca": Culture("yyyy-MM-dd", "MMMM d, yyyy", "h:mm tt", "h:mm:ss tt", money="${}", month_day="MMMM d"),
    "en-ie": Culture("dd/MM/yyyy", "dddd d MMMM yyyy", "HH:mm", "HH:mm:ss", money="€{}", percent="{}%"),
    "en-nz": Culture("d/MM/yyyy", "dddd, d MMMM yyyy", "h:mm tt", "h:mm:ss tt", money="${}", percent="{}%"),
    "de-de": Culture(
        "dd.MM.yyyy", "dddd, d. MMMM yyyy", "HH:mm", "HH:mm:ss", ".", ",", "{} €", month_names=_GERMAN,
        day_names="Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag", month_day="d. MMMM",
        short_months="Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez", short_days="Mo Di Mi Do Fr Sa So",
    ),
    "fr-fr": Culture(
        "dd/MM/yyyy", "dddd d MMMM yyyy", "HH:mm", "HH:mm:ss", "\u00a0", ",", "{} €", month_names=_FRENCH,
        day_names="lundi mardi mercredi jeudi vendredi samedi dimanche",
        short_months="janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        short_days="lun. mar. mer. jeu. ven. sam. dim.",
    ),
    "es-es": Culture(
        "dd/MM/yyyy", "dddd, d 'de' MMMM 'de' yyyy", "H:mm", "H:mm:ss", ".", ",", "{} €", month_names=_SPANISH,
        day_names="lunes martes miércoles jueves viernes sábado domingo", month_day="d 'de' MMMM",
    ),
    "it-it": Culture(
        "dd/MM/yyyy", "dddd d MMMM yyyy", "HH:mm", "HH:mm:ss", ".", ",", "{} €", percent="{}%", month_names=_ITALIAN,
        day_names="lunedì martedì mercoledì giovedì venerdì sabato domenica",
    ),
    "nl-nl": Culture(
        "d-M-yyyy", "dddd d MMMM yyyy", "HH:mm", "HH:mm:ss", ".", ",", "€ {}", percent="{}%", month_names=_DUTCH,
        day_names="maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        short_days="ma di wo do vr za zo",
    ),
    "da-dk": Culture(
        "dd-MM-yyyy", "d. MMMM yyyy", "HH:mm", "HH:mm:ss", ".", ",", "{} kr.", month_names=_DANISH, month_day="d. MMMM",
        day_names="mandag tirsdag onsdag torsdag fredag lørdag søndag", short_days="ma ti on to fr lø sø",
    ),
    "nb-no": Culture(
        "dd.MM.yyyy", "dddd d. MMMM yyyy", "HH:mm", "HH:mm:ss", "\u00a0", ",", "kr {}", month_names=_NORWEGIAN,
        month_day="d. MMMM", day_names="mandag tirsdag onsdag torsdag fredag lørdag søndag",
    ),
    "fi-fi": Culture(
        "d.M.yyyy", "d. MMMM'ta 'yyyy", "H.mm", "H.mm.ss", "\u00a0", ",", "{} €", month_names=_FINNISH,
        month_day="d. MMMM'ta'", day_names="maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai",
        short_months="tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
        short_days="ma ti ke to pe la su",
    ),
    "pl-pl": Culture(
        "dd.MM.yyyy", "d MMMM yyyy", "HH:mm", "HH:mm:ss", "\u00a0", ",", "{} zł", percent="{}%", month_names=_POLISH,
        day_names="poniedziałek wtorek środa czwartek piątek sobota niedziela",
        short_months="sty lut mar kwi maj cze lip sie wrz paź lis gru", short_days="pon. wt. śr. czw. pt. sob. niedz.",
    ),
    "pt-br": Culture(
        "dd/MM/yyyy", "dddd, d 'de' MMMM 'de' yyyy", "HH:mm", "HH:mm:ss", ".", ",", "R$ {}", percent="{}%",
        month_names=_PORTUGUESE, month_day="d 'de' MMMM",
        day_names="segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    ),
    "sv-se": Culture(
        "yyyy-MM-dd", "'den 'd MMMM yyyy", "HH:mm", "HH:mm:ss", "\u00a0", ",", "{} kr", month_names=_SWEDISH,
        day_names="måndag tisdag onsdag torsdag fredag lördag söndag",
    ),
    "zh-cn": Culture(
        "yyyy/M/d", _EASTERN_LONG, "H:mm", "H:mm:ss", money="¥{}", percent="{}%",
        month_names="一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月", short_months=_EASTERN,
        day_names="星期一 星期二 星期三 星期四 星期五 星期六 星期日", short_days="周一 周二 周三 周四 周五 周六 周日",
        month_day="M'月'd'日'",
    ),
    "ja-jp": Culture(
        "yyyy/MM/dd", _EASTERN_LONG, "H:mm", "H:mm:ss", money="¥{}", money_places=0, percent="{}%",
        month_names=_EASTERN, day_names="月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
        short_days="月 火 水 木 金 土 日",
        month_day="M月d日",
    ),
}  # fmt: skip
