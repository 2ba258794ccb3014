"""The language of every sentence a person reads: gettext catalogues in `locales/`, English in the source."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations, bindtextdomain, translation
from pathlib import Path

LANGUAGES = ("fi", "sv", "en")
_LOCALES = Path(__file__).parent / "locales"
# Typer's own words ("Usage", "Options") are looked up in the domain "messages": ours shares it, so one catalogue serves both.
_DOMAIN = "messages"

_catalogue: NullTranslations = NullTranslations()
_language = "en"


def use(language: str) -> None:
    """Speak this language (fi, sv or en) from now on; an uncompiled catalogue leaves English."""
    global _catalogue, _language  # noqa: PLW0603  # one process speaks one language
    _language = language
    # Typer reads the environment when it is first imported, so this must come before that.
    os.environ["LANGUAGE"] = language
    if language == "en":
        _catalogue = NullTranslations()
        return
    bindtextdomain(_DOMAIN, _LOCALES)
    _catalogue = _catalogue_of(language)


@cache  # gettext keeps what it has read, but looks for the file again each time
def _catalogue_of(language: str) -> NullTranslations:
    return translation(_DOMAIN, _LOCALES, [language], fallback=True)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language inside the block, as a letter or file for somebody else needs."""
    before = _language
    use(language)
    try:
        yield
    finally:
        use(before)


def language() -> str:
    """Return the language in use."""
    return _language


def has_catalogue(language: str) -> bool:
    """Tell whether the compiled catalogue of a language is installed."""
    return language == "en" or (_LOCALES / language / "LC_MESSAGES" / f"{_DOMAIN}.mo").is_file()


def _(message: str) -> str:
    """Return the message in the language in use."""
    return _catalogue.gettext(message)


def marked(message: str) -> str:
    """Return the message as it is; the mark puts words that a library looks up in our catalogue into our catalogue."""
    return message


TYPERS_OWN_WORDS = (
    marked("Arguments"),
    marked("Options"),
    marked("Commands"),
    marked("required"),
    marked("default: {default}"),
    marked("Missing command."),
    marked("No such command {name!r}."),
)


def n_(singular: str, plural: str, n: int, **words: str) -> str:
    """Return the form of a message that fits the number, with `{n}` and other words filled in."""
    return _catalogue.ngettext(singular, plural, n).format(n=n, **words)


def named(record: Mapping[str, object], language: str) -> str:
    """Return a record's name in a language: `name_sv`, `name_en` or, where that is empty, `name`."""
    return str(record.get(f"name_{language}") or record["name"])


def weekday(day: date) -> str:
    """Return the short name of the weekday in the language in use."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[day.weekday()]


def format_date(day: date) -> str:
    """Write a date as people do, with its weekday: `ti 15.11.2022`, `Tue 2022-11-15` in English."""
    if _language == "en":
        return f"{weekday(day)} {day.isoformat()}"
    return f"{weekday(day)} {day.day}.{day.month}.{day.year}"


def bare_date(day: date) -> str:
    """Write a date without its weekday: `15.11.2022`, `2022-11-15` in English."""
    return format_date(day).partition(" ")[2]


def format_number(value: float, places: int) -> str:
    """Write a number with so many decimals, without zeros at its end: `4,2` in Finnish and Swedish, `4.2` in English."""
    text = f"{value:.{places}f}"
    short = text.rstrip("0").rstrip(".") if places else text
    return short if _language == "en" else short.replace(".", ",")


def rounded(value: float, places: int = 0) -> float:
    """Round as a spreadsheet shows it, halves away from zero: 4.25 is 4.3 in every format of a report."""
    scale = 10.0**places
    # what is stored as 0.2849999… was written 0.285
    away = int(abs(value) * scale + 0.5 + 1e-9) / scale
    return away if value >= 0 else -away


def grouped(value: float, places: int = 0) -> str:
    """Write a number with its thousands apart, as tables do: `12 345,6` (no-break spaces), `12,345.6` in English."""
    text = f"{rounded(value, places):,.{places}f}"
    return text if _language == "en" else text.translate({ord(","): "\N{NO-BREAK SPACE}", ord("."): ",", ord("-"): "−"})


def format_share(value: float) -> str:
    """Write a share of 0–1 as a percentage without decimals: `84 %` (no-break space), `84%` in English."""
    percent = f"{rounded(value * 100):.0f}"
    return f"{percent}%" if _language == "en" else f"{percent}\N{NO-BREAK SPACE}%"


def long_date(day: date) -> str:
    """Write a date with its whole weekday, as letters do: `tiistai 15.11.2022`."""
    names = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    return f"{names[day.weekday()]} {format_date(day).split(maxsplit=1)[1]}"


def format_month(month: str) -> str:
    """Write a month given as `2022-09`: `syyskuu 2022`."""
    names = (
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
        *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
    )
    year, number = month.split("-")
    return f"{names[int(number) - 1]} {year}"


def format_time(moment: datetime) -> str:
    """Write a clock time as people do: `14.00` in Finnish and Swedish, `14:00` in English."""
    return moment.strftime("%H:%M" if _language == "en" else "%H.%M")


def format_moment(moment: datetime) -> str:
    """Write date and time: `ti 15.11.2022 klo 14.00`."""
    return _("{date} at {time}").format(date=format_date(moment.date()), time=format_time(moment))
