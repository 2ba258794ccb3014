"""The Innokylä page of a panel or series as text to paste: its fields in their order, filled from what is known.

The fields are those of both pages this program began with, "Asiakasraadin toimintamalli" and "Asiakasosallisuuden teematiistait":
what only one of them has stands where it has it. Nothing is in here that is not public: materials, answers, links and notes that
are published, speakers who may be named, and no number of people.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from osallisuus.dates import require_zone
from osallisuus.domain import descriptions, hosts, memberships, pages, roles
from osallisuus.domain.descriptions import Description
from osallisuus.domain.hosts import Host, Panel
from osallisuus.domain.pages import FIRST_LANGUAGE, Page, Pages, Programmed, Text
from osallisuus.errors import UsageError
from osallisuus.i18n import _, format_date, language
from osallisuus.reports import opinions, outcomes, sessions
from osallisuus.reports.asking import Asked, called, count
from osallisuus.reports.blocks import (
    Behind,
    Block,
    Cell,
    Column,
    Figure,
    Figures,
    Heading,
    Link,
    Paragraph,
    Quoted,
    Report,
    Table,
)
from osallisuus.store.database import Database
from osallisuus.words import material_words, panel_words

_SENT = (
    "SELECT p.id, p.sent_on AS day, p.text FROM proposals p"
    " WHERE p.panel = :panel AND p.sent_on BETWEEN :since AND :until ORDER BY p.id"
)


@dataclass(frozen=True, kw_only=True)
class _Field:
    """A field of the page: what is in it, or the `command` that fills it; `beside` is what the data add to either."""

    label: str
    blocks: Sequence[Block]
    command: str = ""
    beside: Sequence[Block] = ()
    otherwise: str = ""


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What the page is made of; `dates` are those of the period, and `texts` those of its year before those of no year."""

    db: Database
    asked: Asked
    host: Host
    texts: Mapping[str, Description]
    public: Pages
    dates: Sequence[Page]

    def text(self, field: str) -> list[Block]:
        """Return what is written in a field."""
        one = self.texts.get(field)
        return _paragraphs(one.text, one.language) if one else []

    def write(self, field: str) -> str:
        """Return the command that writes a field."""
        year = f" --year {self.asked.year}" if self.asked.year and field in descriptions.YEARLY else ""
        spoken = f" --language {language()}" if language() != FIRST_LANGUAGE else ""
        return f'osallisuus report text {self.host.slug} {field} "…"{year}{spoken}'

    def edit(self, option: str) -> str:
        """Return the command that fills in a column of the host."""
        return f'osallisuus {self.host.type} edit {self.host.slug} --{option} "…"'


def labels() -> dict[str, str]:
    """Return the names of the fields that are written by hand, in the order of the page; the plan of a year is not on it."""
    return {
        "summary": _("Short description of the model"),
        "region": _("Town, region or wellbeing services county"),
        "author": _("Author"),
        "idea": _("Basic idea of the solution"),
        "environment": _("Operating environment"),
        "target-group": _("Target group and client insight"),
        "conditions": _("Conditions for it to work and be taken into use"),
        "evaluation": _("Results of the evaluation in brief"),
        "tips": _("Tips for those who apply the model"),
        "cover": _("Cover picture"),
        "phase": _("Phase of development"),
        "topics": _("Topics"),
        "next-year": _("Plans for next year"),
    }


def make(db: Database, asked: Asked) -> Report:
    """Return the Innokylä page of a panel or series; raise UsageError where none is named."""
    host = asked.host
    if host is None:
        raise UsageError(_("It is not said about which panel or series."), hint=_("Name one, for example teematiistait."))
    known = _read(db, asked, host)
    fields = [*_basics(known), *_description(known)]
    blocks: list[Block] = []
    for field in fields:
        blank = field.otherwise or _("Not written yet.")
        blocks += [Heading(text=field.label), *(field.blocks or [Paragraph(text=blank)]), *field.beside]
    missing = [field.command for field in fields if not field.blocks]
    # who reads in another language is told nothing less, but the maker knows what is not translated
    missing += [known.write(one.field) for one in known.texts.values() if one.language != language()]
    thought = opinions.read(db, asked, host.slug)
    limits = [_("Of the dates of the period, only what is published; speakers are named where they have agreed to it.")]
    if thought.overall.n and "evaluation" not in known.texts:
        limits += opinions.limits(thought)
    title = _("Innokylä page: {name}").format(name=called(host))
    panels = [host.slug] if isinstance(host, Panel) else None
    return asked.report(db, title=title, blocks=blocks, limits=limits, missing=missing, panels=panels)


def _read(db: Database, asked: Asked, host: Host) -> _Known:
    spoken = language()
    lasting = descriptions.read(db, host.slug, spoken)
    of_year = descriptions.read(db, host.slug, spoken, year=asked.year) if asked.year else {}
    record = pages.read(db, host, minimum=asked.settings.feedback_minimum, today=asked.today)
    public = pages.in_language(record, spoken)
    dates = [page for page in public.dates if asked.since <= page.starts.date() <= asked.until]
    texts = {field: one for field, one in {**lasting, **of_year}.items() if field != "next-year"}
    return _Known(db=db, asked=asked, host=host, texts=texts, public=public, dates=dates)


# Basics


def _basics(known: _Known) -> Iterator[_Field]:
    host, own, organisation = known.host, labels(), known.asked.settings.organisation
    summary = known.text("summary") or _words_of(host.purpose)
    place = _words_of(host.place) or _words_of(organisation, "")
    purpose = known.edit("purpose")
    yield _Field(label=_("Name of the model"), blocks=[_paragraph(known.public.name)])
    yield _Field(label=own["summary"], blocks=summary, command=purpose)
    yield _Field(label=_("Where it is done"), blocks=place, command=known.edit("place"))
    yield _Field(label=own["region"], blocks=known.text("region"), command=known.write("region"))
    yield _Field(label=_("Who funds it"), blocks=_words_of(host.funder), command=known.edit("funder"))
    yield _Field(
        label=_("Attachments and links"),
        blocks=_materials(known),
        command=f'osallisuus material add {host.slug}/1 "…" --url https://… --publish',
        otherwise=_("No material of this period is published."),
    )
    author = known.text("author") or _words_of(organisation, "")
    yield _Field(label=own["author"], blocks=author, command=known.write("author"))
    yield _Field(label=_("Created"), blocks=[Paragraph(text=_bare(_day(known, host.created_at)))])
    yield _Field(label=_("Last changed"), blocks=[Paragraph(text=_bare(_day(known, _changed(known))))])


def _changed(known: _Known) -> str:
    """Return the moment of the last entry of the log about the host or what hangs on it, or that it was made."""
    last = known.db.value(
        "SELECT max(l.at) FROM log_subjects s JOIN log l ON l.id = s.log_id WHERE s.noun = 'host' AND s.subject = ?",
        (known.host.slug,),
    )
    return last or known.host.created_at


def _day(known: _Known, stamp: str) -> date:
    """Return the day of a moment where the organisation is."""
    return datetime.fromisoformat(stamp).astimezone(require_zone(known.asked.settings.timezone)).date()


def _materials(known: _Known) -> list[Block]:
    kinds = material_words()
    rows: list[Sequence[Cell]] = []
    for page in known.dates:
        found = [(one, "") for one in page.materials]
        found += [(one, _voices(talk)) for talk in page.talks for one in talk.materials]
        for one, voices in found:
            spoken = one.language or FIRST_LANGUAGE
            # a file that was copied has an address only on the pages of the series
            shown = Link(label=one.label, url=one.url) if one.url else Quoted(text=one.label, language=spoken)
            rows.append([page.starts.date(), shown, kinds[one.kind], Quoted(text=voices, language=FIRST_LANGUAGE)])
    if not rows:
        return []
    columns = [
        Column(key="day", label=_("Date"), kind="day"),
        Column(key="material", label=_("Material"), kind="link"),
        Column(key="kind", label=_("Kind")),
        Column(key="speakers", label=_("Speakers")),
    ]
    return [Table(key="materials", title=_("Presentations"), columns=columns, rows=rows)]


# Description


def _description(known: _Known) -> Iterator[_Field]:
    host, own = known.host, labels()
    # where the short description is written by itself, the purpose says what it is about
    idea = known.text("idea") or (_words_of(host.purpose) if "summary" in known.texts else [])
    beside = {
        "idea": _panel(known, host) if isinstance(host, Panel) else _season(known),
        "environment": _fact(_("Mandate"), host.mandate) if isinstance(host, Panel) else [],
        "target-group": _fact(_("Service area"), host.area) if isinstance(host, Panel) else [],
        "tips": _afterwards(known),
    }
    blocks = {"idea": idea, "evaluation": known.text("evaluation") or _feedback(known)}
    nothing = {"evaluation": _("No evaluation has been written yet.")}
    for name in ("idea", "environment", "target-group", "conditions", "evaluation", "tips", "cover", "phase", "topics"):
        yield _Field(
            label=own[name],
            blocks=blocks.get(name) or known.text(name),
            command=known.write(name),
            beside=beside.get(name, ()),
            otherwise=nothing.get(name, ""),
        )


def _season(known: _Known) -> list[Block]:
    """Return the dates of the period with their themes and talks, but for cancelled ones."""
    heading = Heading(text=_("Dates and themes, {period}").format(period=known.asked.period), level=3)
    dates = [page for page in known.dates if page.status != "cancelled"]
    if not dates:
        return [heading, Paragraph(text=_("There is no date in this period."))]
    talks = any(page.talks for page in dates)
    rows: list[Sequence[Cell]] = [
        [
            page.starts,
            _quoted(page.theme) if page.theme.text else _("The theme will be told later."),
            *([_programme(page)] if talks else []),
        ]
        for page in dates
    ]
    columns = [Column(key="day", label=_("Date"), kind="moment"), Column(key="theme", label=_("Theme"))]
    columns += [Column(key="talks", label=_("Talks"))] if talks else []
    return [heading, Table(key="season", title=known.public.name.text, columns=columns, rows=rows)]


def _programme(page: Page) -> Cell:
    talks = [f"{talk.title.text} ({voices})" if (voices := _voices(talk)) else talk.title.text for talk in page.talks]
    return Quoted(text="; ".join(talks), language=page.talks[0].title.language) if talks else None


def _voices(talk: Programmed) -> str:
    """Return who gives a talk: name, title and organisation of those who may be named, the organisation of others."""
    each = (", ".join(filter(None, (voice.name, voice.title, voice.organisation))) for voice in talk.voices)
    return "; ".join(dict.fromkeys(filter(None, each)))


def _panel(known: _Known, panel: Panel) -> list[Block]:
    """Return what the data say of a panel: kind, roles, family, how often it meets, what it proposed; no numbers of people."""
    db, asked, spoken = known.db, known.asked, language()
    there = {one.role for one in memberships.search(db, panel=panel.slug, on=asked.day)}
    family = [
        one.called(spoken)
        for one in hosts.search(db, Panel, open_on=asked.since)
        if isinstance(one, Panel) and one.parent == panel.slug
    ]
    facts: list[tuple[str, Cell]] = [
        (_("Kind"), panel_words()[panel.kind]),
        (_("Belongs to"), called(hosts.get(db, panel.parent)) if panel.parent else ""),
        (_("Roles of its members"), ", ".join(roles.title(one, spoken) for one in roles.search(db) if one.key in there)),
        (_("Meets"), _rhythm(panel)),
        (_("Panels under it"), ", ".join(family)),
    ]
    held = [one for one in sessions.read(db, asked, host=panel.slug) if one.date.status != "cancelled"]
    sent = Behind(noun="proposal", sql=_SENT, values=asked.bounds | {"panel": panel.slug})
    return [
        Heading(text=_("The panel, {period}").format(period=asked.period), level=3),
        Figures(
            items=[
                *(Figure(label=label, value=value) for label, value in facts if value),
                Figure(label=_("Sessions"), value=sessions.how_many("sessions", held)),
                Figure(label=_("Proposals that were sent"), value=count(db, "proposals.sent", sent)),
                Figure(label=_("Answers that came"), value=outcomes.read(db, asked, panel=panel.slug).answered),
            ]
        ),
    ]


def _rhythm(panel: Panel) -> Cell:
    """Return how often a panel meets by its rule; a rule of several days stands as it was written."""
    if not panel.rule:
        return ""
    from osallisuus import recurrence  # start-up: as in hosts

    rule = recurrence.parse(panel.rule)
    if len(rule.weekdays) * len(rule.ordinals or (0,)) > 1:
        return Quoted(text=panel.rule, language=FIRST_LANGUAGE)
    if rule.interval == 1:
        return _("every month") if rule.monthly else _("every week")
    return (_("every {n} months") if rule.monthly else _("every {n} weeks")).format(n=rule.interval)


def _feedback(known: _Known) -> list[Block]:
    """Return how many answered, their mean and index; nothing where too few have answered for that to be told."""
    thought = opinions.read(known.db, known.asked, known.host.slug)
    return opinions.blocks(thought)[:1] if thought.overall.rating or thought.overall.recommend else []


def _afterwards(known: _Known) -> list[Block]:
    """Return, in order of time, the answers, links and notes that are published of each date."""
    found: list[Block] = []
    for page in known.dates:
        if not (page.questions or page.resources or page.notes):
            continue
        found.append(Heading(text=_bare(page.starts.date()), level=3))
        if page.questions:
            asked: list[Sequence[Cell]] = [
                [Quoted(text=one.question, language=spoken), Quoted(text=one.answer, language=spoken)]
                for one in page.questions
                for spoken in [one.language or FIRST_LANGUAGE]
            ]
            columns = [Column(key="question", label=_("Question")), Column(key="answer", label=_("Answer"))]
            title = _("Questions and answers")
            found.append(Table(key=f"questions.{page.number}", title=title, columns=columns, rows=asked))
        if page.resources:
            mentioned: list[Sequence[Cell]] = [
                [Quoted(text=one.title, language=one.language or FIRST_LANGUAGE), Link(label="", url=one.url)]
                for one in page.resources
            ]
            columns = [Column(key="title", label=_("Title")), Column(key="link", label=_("Link"), kind="link")]
            found.append(Table(key=f"resources.{page.number}", title=_("Read more"), columns=columns, rows=mentioned))
        for one in page.notes:
            found += _paragraphs(one.text, one.language or FIRST_LANGUAGE)
    return found


# Words


def _fact(label: str, text: str) -> list[Block]:
    return [Figures(items=[Figure(label=label, value=Quoted(text=text, language=FIRST_LANGUAGE))])] if text else []


def _words_of(text: str, spoken: str = FIRST_LANGUAGE) -> list[Block]:
    """Return a text that is kept in one language only."""
    return _paragraphs(text, spoken)


def _paragraphs(text: str, spoken: str) -> list[Block]:
    """Return a text with a block for each of its paragraphs."""
    return [Paragraph(text=part, language=spoken) for part in re.split(r"\n\s*\n", text.strip()) if part]


def _paragraph(text: Text) -> Paragraph:
    return Paragraph(text=text.text, language=text.language)


def _quoted(text: Text) -> Quoted:
    return Quoted(text=text.text, language=text.language)


def _bare(day: date) -> str:
    return format_date(day).partition(" ")[2]
