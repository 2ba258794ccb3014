"""What every command has at hand: settings, the lazily opened database, the clock, and the shared option types."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from osallisuus import config, dates, files
from osallisuus.cli import Clock, completion
from osallisuus.cli.commands import one_of, whole
from osallisuus.cli.output import Output
from osallisuus.domain import events, hosts, people, scopes
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel
from osallisuus.domain.people import Person
from osallisuus.errors import Refused, UsageError
from osallisuus.i18n import LANGUAGES, _, format_date, language, n_
from osallisuus.store.database import Database, open_db, writing
from osallisuus.store.logbook import Change
from osallisuus.texts import visible

if TYPE_CHECKING:
    from osallisuus.exports.letters import Letters
    from osallisuus.mail.drafting import Desk

# A yes is a yes in each of the languages, whichever is spoken.
_YES = ("y", "yes", "k", "kyllä", "j", "ja")


class _TakenBack(Exception):
    """A trial run is over, and its transaction ends without a commit."""


class App:
    """One run of the program; commands find it as `ctx.obj`."""

    def __init__(self, settings: config.Settings, *, clock: Clock, out: Output, no_input: bool) -> None:
        self.settings = settings
        self.clock = clock
        self.out = out
        self.no_input = no_input
        self.command = ""
        self._opened: Database | None = None

    @property
    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return self.clock().astimezone(UTC)

    @cached_property
    def today(self) -> date:
        """Today's date where the organisation is."""
        return self.now.astimezone(dates.require_zone(self.settings.timezone)).date()

    @property
    def language(self) -> str:
        """The language that is spoken: fi, sv or en."""
        return language()

    @property
    def db(self) -> Database:
        """The database of the settings, opened at its first use."""
        if self._opened is None:
            self._opened = open_db(self.settings.database, timeout=self.settings.timeout)
        return self._opened

    def close(self) -> None:
        """Close the database if it was opened."""
        if self._opened is not None:
            self._opened.close()

    @contextmanager
    def writing(self) -> Iterator[Change]:
        """Open the one transaction of this command."""
        with self.out.quiet(), writing(self.db, self.command, now=self.now) as change:
            yield change

    @contextmanager
    def trying(self, *, dry_run: bool) -> Iterator[Change]:
        """Open the one transaction of this command; with `dry_run` all of it is done and then taken back."""
        with suppress(_TakenBack), self.writing() as change:
            yield change
            if dry_run:
                raise _TakenBack

    def day(self, text: str | None) -> date | None:
        """Read an optional date as a person writes it."""
        return dates.parse_date(text, today=self.today) if text else None

    def past_day(self, text: str | None) -> date:
        """Read the day on which something was done, today without it; raise Refused for one to come."""
        day = self.today if text is None else dates.parse_date(text, today=self.today)
        if day > self.today:
            sentence = _("{day} is still to come.").format(day=format_date(day))
            raise Refused(sentence, hint=_("Give the day it was done, or none."), code="in_future")
        return day

    def stored_day(self, text: str | None) -> str | None:
        """Read an optional date into the form it is stored in; None for an empty one, too."""
        day = self.day(text)
        return day.isoformat() if day else None

    def event(self, reference: str, record: type[Host]) -> Event:
        """Return the event that a person names, telling them when it goes by another date now."""
        return events.get(self.db, reference, record, today=self.today, note=self.out.note)

    def host(self, slug: str, record: type[Host] | None = None) -> Host:
        """Return the panel or series that a person names."""
        return hosts.get(self.db, slug, record)

    def any_event(self, reference: str) -> Event:
        """Return the session or webinar that a person names."""
        return events.get(self.db, reference, today=self.today, note=self.out.note)

    def panel(self, slug: str) -> Host:
        """Return the panel that a person names."""
        return self.host(slug, Panel)

    @cached_property
    def names(self) -> Mapping[int, str]:
        """The names of all people by number."""
        return people.names(self.db)

    @cached_property
    def occasions(self) -> Mapping[int, str]:
        """The lasting names of all occasions by row id."""
        return {row["id"]: row["name"] for row in self.db.rows("SELECT id, host || '/' || number AS name FROM events")}

    def people(self, references: Sequence[str]) -> list[Person]:
        """Return the people that somebody names, each once."""
        return list({one.id: one for one in (people.get(self.db, reference) for reference in references)}.values())

    @cached_property
    def letters(self) -> "Letters":
        """The templates of letters and memos."""
        from osallisuus.exports.letters import Letters  # start-up: jinja2, only where something is written

        return Letters(Path(self.settings.templates) if self.settings.templates else None)

    @cached_property
    def desk(self) -> "Desk":
        """Where letters to people are made."""
        from osallisuus.mail.drafting import Desk  # start-up: as letters

        return Desk(self.db, self.settings, self.letters, self.now)

    @contextmanager
    def counting_letters(self) -> Iterator[None]:
        """Say after the block how many letters that waited it has made out of date: the database takes them back by itself."""
        before = self._letters_waiting()
        yield
        lost = before - self._letters_waiting()
        if lost > 0:
            sentence = n_("{n} letter that waited is out of date now.", "{n} letters that waited are out of date now.", lost)
            hint = _("Draft anew: osallisuus invite draft OCCASION")
            self.out.note(f"{sentence} {hint}")

    def _letters_waiting(self) -> int:
        return int(self.db.value("SELECT count(*) FROM messages WHERE state IN ('draft', 'queued')"))

    @property
    def _own_files(self) -> tuple[Path, ...]:
        return self.settings.database, self.settings.config_file

    def target(self, path: Path, *, force: bool) -> Path:
        """Return a file to be written; raise Refused when it exists, and even with `force` when it is our own."""
        if self._is_own(path):
            raise Refused(
                _("{path} holds your data or settings, and is not overwritten.").format(path=path),
                hint=_("Choose another name."),
                code="own_file",
            )
        files.refuse_existing(path, force=force)
        return path

    def refuse_own(self, path: Path) -> None:
        """Raise Refused when a file that is to be shown to others is our own."""
        if self._is_own(path):
            raise Refused(
                _("{path} holds your data or settings, and is not for others.").format(path=path),
                hint=_("Choose another file."),
                code="own_file",
            )

    def _is_own(self, path: Path) -> bool:
        try:
            return any(path.exists() and one.exists() and path.samefile(one) for one in self._own_files)
        except OSError as error:
            raise files.cannot_write(path, error) from error

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer a question."""
        return not self.no_input and sys.stdin.isatty()

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before something that cannot be taken back; raise UsageError when nobody can answer, Abort on a no."""
        if yes:
            return
        if not self.can_ask:
            raise UsageError(
                _("This needs a yes, and nobody can be asked here: {question}").format(question=question),
                hint=_("Add --yes to the same command."),
                code="needs_yes",
            )
        yes_, no = _("y"), _("n")
        sys.stderr.write(f"{visible(question)} [{yes_}/{no}] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().casefold() not in _YES:
            raise typer.Abort


def app_of(ctx: typer.Context) -> App:
    """Return the run that a command belongs to."""
    app: App = ctx.obj
    return app


def columns_of(options: Sequence[str] | None) -> dict[str, str]:
    """Return which heading a person says stands for which field; raise UsageError for what is no such pair."""
    found = {}
    for option in options or ():
        field, equals, heading = option.partition("=")
        if not (field.strip() and equals and heading.strip()):
            raise UsageError(
                _("'{value}' does not say which column is which.").format(value=option),
                hint=_("Write --column FIELD=HEADING, for example --column name=Osallistuja."),
            )
        found[field.strip()] = heading.strip()
    return found


def given(**options: Any) -> dict[str, Any]:
    """Return the options that a person gave (None is one that was not)."""
    return {name: value for name, value in options.items() if value is not None}


DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what would happen and change nothing."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))]
Force = Annotated[bool, typer.Option("--force", help=_("Overwrite an existing file."))]

PanelSlug = Annotated[str, typer.Argument(metavar="PANEL", help=_("Short name of the panel."), autocompletion=completion.panels)]
AnyOccasion = Annotated[
    str,
    typer.Argument(metavar="OCCASION", help=_("HOST/DATE, HOST/YYYY-MM or HOST/NUMBER."), autocompletion=completion.occasions),
]
OccasionFilter = Annotated[
    str | None,
    typer.Argument(metavar="OCCASION", help=_("One date; all without it."), autocompletion=completion.occasions),
]
TextLanguage = Annotated[
    str | None,
    typer.Option("--language", metavar="fi|sv|en", parser=one_of(LANGUAGES), help=_("Language it is in; Finnish without it.")),
]
ImportFile = Annotated[Path, typer.Argument(metavar="FILE", help=_("The file; CSV or Excel."))]
Encoding = Annotated[str, typer.Option("--encoding", metavar="NAME", help=_("Its encoding, where it is not seen: cp850."))]
Delimiter = Annotated[str, typer.Option("--delimiter", metavar="SIGN", help=_("What stands between columns: ';', ',' or 'tab'."))]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="FIELD=HEADING", help=_("Which column is which, where it is not seen; may be repeated.")),
]
People = Annotated[
    list[str],
    typer.Argument(metavar="PERSON", help=_("Numbers, e-mail addresses or parts of names."), autocompletion=completion.people),
]
Numbers = Annotated[list[int], typer.Argument(metavar="NUMBER", parser=whole(1, 10**9), help=_("Their numbers in the list."))]
OptionalPanel = Annotated[
    str | None,
    typer.Option("--panel", metavar="PANEL", help=_("Only its present members."), autocompletion=completion.panels),
]
SeriesSlug = Annotated[
    str, typer.Argument(metavar="SERIES", help=_("Short name of the series."), autocompletion=completion.series)
]
PersonRef = Annotated[
    str,
    typer.Argument(metavar="PERSON", help=_("Number, e-mail address or part of a name."), autocompletion=completion.people),
]
DAY = _("As 2022-11-15 or 15.11.2022.")
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help=_("First day. {how}").format(how=DAY))]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help=_("Last day. {how}").format(how=DAY))]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help=_("Which day; today without it. {how}").format(how=DAY))]

Email = Annotated[str | None, typer.Option("--email", metavar="ADDR", help=_("E-mail address; not needed."))]
Phone = Annotated[str | None, typer.Option("--phone", metavar="TEXT", help=_("Telephone number; not needed."))]
PersonLanguage = Annotated[
    str | None, typer.Option("--language", metavar="fi|sv|en", help=_("Language the person wants letters in."))
]
Organisation = Annotated[
    str | None, typer.Option("--organisation", metavar="TEXT", help=_("Organisation the person comes from."))
]
Municipality = Annotated[str | None, typer.Option("--municipality", metavar="TEXT", help=_("Home municipality."))]
Arrangements = Annotated[
    list[str] | None,
    typer.Option("--arrangement", metavar="TEXT", help=_("What the person needs at a session, never why; may be repeated.")),
]
RemoveArrangements = Annotated[
    list[str] | None,
    typer.Option("--remove-arrangement", metavar="TEXT", help=_("An arrangement that is no longer needed; may be repeated.")),
]
RoleKey = Annotated[
    str, typer.Option("--role", metavar="ROLE", help=_("Role, see 'role list'."), autocompletion=completion.roles)
]
OptionalRole = Annotated[
    str | None, typer.Option("--role", metavar="ROLE", help=_("Role, see 'role list'."), autocompletion=completion.roles)
]

Name = Annotated[str, typer.Option("--name", metavar="TEXT", help=_("Name as people know it."))]
NewName = Annotated[str | None, typer.Option("--name", metavar="TEXT", help=_("Name as people know it."))]
NameSv = Annotated[str | None, typer.Option("--name-sv", metavar="TEXT", help=_("Name in Swedish."))]
NameEn = Annotated[str | None, typer.Option("--name-en", metavar="TEXT", help=_("Name in English."))]
Place = Annotated[str | None, typer.Option("--place", metavar="TEXT", help=_("Where people come."))]
Url = Annotated[str | None, typer.Option("--url", metavar="URL", help=_("Link to join by."))]
FeedbackUrl = Annotated[
    str | None, typer.Option("--feedback-url", metavar="URL", help=_("Where feedback is given; goes into letters of thanks."))
]
Funder = Annotated[str | None, typer.Option("--funder", metavar="TEXT", help=_("Who pays."))]
Purpose = Annotated[str | None, typer.Option("--purpose", metavar="TEXT", help=_("What it is for."))]
Zone = Annotated[str | None, typer.Option("--timezone", metavar="ZONE", help=_("Time zone, for example Europe/Helsinki."))]
RuleText = Annotated[
    str | None,
    typer.Option("--rule", metavar="RULE", help=_("When, in words: '2nd tuesday', 'last thursday', 'kuukauden toinen tiistai'.")),
]
At = Annotated[str | None, typer.Option("--at", metavar="HH:MM", help=_("Time of day."))]
Minutes = Annotated[int | None, typer.Option("--minutes", metavar="N", parser=whole(1, 1440), help=_("Length in minutes."))]
PlanCount = Annotated[
    int | None, typer.Option("--count", metavar="N", parser=whole(1, dates.MAX_DATES), help=_("How many dates."))
]
PlanMonths = Annotated[int | None, typer.Option("--months", metavar="N", parser=whole(1, 60), help=_("How many months."))]
Holidays = Annotated[
    str | None,
    typer.Option(
        "--holidays",
        metavar="skip|keep|next",
        parser=one_of(hosts.HOLIDAY_POLICIES),
        help=_("A date on a Finnish holiday: leave it out, keep it, or take the next working day."),
    ),
]
Scope = Annotated[
    str | None,
    typer.Option(
        "--scope",
        metavar="|".join(scopes.SCOPES),
        parser=one_of(scopes.SCOPES),
        help=_("Whether it is for a panel to handle: a question for the coordinator, until it is 'ok'."),
    ),
]
NewSlug = Annotated[str, typer.Argument(metavar="SLUG", help=_("A short name to type: small letters, digits and hyphens."))]
Reopen = Annotated[bool, typer.Option("--open", help=_("Open it again after closing."))]
