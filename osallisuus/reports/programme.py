"""A season's programme for everybody: dates, themes, talks and speakers. A speaker is named once they have agreed to it."""

from collections.abc import Sequence

from osallisuus.domain import pages
from osallisuus.domain.pages import Page, Pages, Text, Voice
from osallisuus.i18n import _, language
from osallisuus.reports.asking import Asked
from osallisuus.reports.blocks import Block, Cell, Column, Link, Paragraph, Quoted, Report, Table
from osallisuus.store.database import Database


def make(db: Database, asked: Asked) -> Report:
    """Return the programme of a series in the period."""
    host = asked.host
    if host is None:
        raise TypeError("a programme is that of a series")
    record = pages.read(db, host, minimum=asked.settings.feedback_minimum, today=asked.today)
    whole = pages.in_language(record, language())
    dates = [page for page in whole.dates if asked.since <= page.starts.date() <= asked.until]
    if not dates:
        blocks: list[Block] = [Paragraph(text=_("The series has no date in this period."))]
    else:
        blocks = [*_about(whole), _dates(dates), *_talks(dates)]
    title = _("Programme: {name}").format(name=whole.name.text)
    missing = (
        []
        if dates
        else [f"osallisuus webinar plan {host.slug} --from {asked.since.isoformat()} --until {asked.until.isoformat()}"]
    )
    return asked.report(db, title=title, blocks=blocks, missing=missing)


def _about(whole: Pages) -> list[Block]:
    found: list[Block] = [Paragraph(text=whole.purpose, language="fi")] if whole.purpose else []
    return [*found, Paragraph(text=_("Funded by: {funder}").format(funder=whole.funder))] if whole.funder else found


def _dates(dates: Sequence[Page]) -> Table:
    """Return the dates; a column that says nothing of any date is left out."""
    columns: list[tuple[Column, list[Cell]]] = [
        (Column(key="day", label=_("Date"), kind="moment"), [page.starts for page in dates]),
        (Column(key="theme", label=_("Theme")), [_theme(page) for page in dates]),
        (Column(key="place", label=_("Place")), [page.place for page in dates]),
        (Column(key="link", label=_("Link"), kind="link"), [_link(page) for page in dates]),
        (Column(key="state", label=_("State")), [_("Cancelled") if page.status == "cancelled" else "" for page in dates]),
    ]
    kept = [(column, cells) for column, cells in columns if any(cells)]
    return Table(
        key="dates",
        title=_("Dates"),
        columns=[column for column, _cells in kept],
        rows=list(zip(*(cells for _column, cells in kept), strict=True)),
    )


def _theme(page: Page) -> Cell:
    if page.theme.text:
        return _quoted(page.theme)
    return _("The theme will be told later.") if page.ahead else ""


def _link(page: Page) -> Cell:
    if page.registration_url:
        return Link(label=_("Register"), url=page.registration_url)
    return Link(label=_("Join the webinar"), url=page.url) if page.url else None


def _talks(dates: Sequence[Page]) -> list[Block]:
    rows: list[Sequence[Cell]] = [
        [page.starts, _quoted(talk.title), "; ".join(filter(None, dict.fromkeys(_named(voice) for voice in talk.voices)))]
        for page in dates
        for talk in page.talks
    ]
    if not rows:
        return [Paragraph(text=_("The talks will be told later."))] if any(page.ahead for page in dates) else []
    columns = [
        Column(key="day", label=_("Date"), kind="moment"),
        Column(key="talk", label=_("Talk")),
        Column(key="speakers", label=_("Speakers")),
    ]
    return [Table(key="talks", title=_("Talks and speakers"), columns=columns, rows=rows)]


def _quoted(text: Text) -> Quoted:
    return Quoted(text=text.text, language=text.language)


def _named(voice: Voice) -> str:
    return ", ".join(filter(None, (voice.name, voice.title, voice.organisation)))
