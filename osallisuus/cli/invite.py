"""`osallisuus invite`: letters to people, the outbox, and what people answer."""

from pathlib import Path
from typing import Annotated

import typer

from osallisuus.cli import completion
from osallisuus.cli.commands import Group, one_of, whole
from osallisuus.cli.context import AnyOccasion, DryRun, PersonRef, Yes, app_of
from osallisuus.domain import messages, schedules
from osallisuus.domain.answers import ANSWERS
from osallisuus.errors import UsageError
from osallisuus.i18n import _

app = Group()

Kind = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        parser=one_of(messages.KINDS),
        help=_("Which letter: {kinds}; without it, whatever people have not been told yet.").format(
            kinds=", ".join(messages.KINDS)
        ),
    ),
]
What = Annotated[
    str,
    typer.Argument(
        metavar="HOST|OCCASION", help=_("One panel, series or date; all without it."), autocompletion=completion.occasions
    ),
]
Letters = Annotated[
    list[int], typer.Argument(metavar="ID…", parser=whole(1, 10**9), help=_("Numbers of letters, see 'invite list'."))
]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help=_("Read the password from the first line of standard input."))
]
_days_help = _("Days before the date, such as 7,1; or never.")


@app.verb(
    "draft",
    _(
        "Draft letters about a date: without --kind whatever people have not been told yet (invitation, change, cancellation). "
        "Nothing leaves, and nobody gets the same letter twice. --due drafts what is due now, for cron."
    ),
    "invite draft vantaa/2022-09-29",
    "invite draft vantaa/2022-09-29 --kind reminder --show",
    "invite draft --due",
)
def draft(
    ctx: typer.Context,
    occasion: Annotated[
        str | None,
        typer.Argument(
            metavar="OCCASION",
            help=_("HOST/DATE, HOST/YYYY-MM or HOST/NUMBER; with --due also HOST."),
            autocompletion=completion.occasions,
        ),
    ] = None,
    kind: Kind = None,
    due: Annotated[
        bool, typer.Option("--due", help=_("Reminders and thanks that are due now, of all panels and series."))
    ] = False,
    person: Annotated[
        list[str] | None,
        typer.Option(
            "--person", metavar="PERSON", help=_("Only to this person; may be repeated."), autocompletion=completion.people
        ),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help=_("Print one letter of each kind and language as it will be read."))
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Draft letters."""
    run = app_of(ctx)
    from osallisuus.cli import drafts  # start-up: lists need nothing of letters

    if due:
        if kind or person or "/" in (occasion or ""):
            raise UsageError(
                _("--due drafts what the schedules say, to everybody."), hint=_("Leave --kind, --person and the date out.")
            )
        drafts.draft_due(run, occasion or "", show=show, dry_run=dry_run)
        return
    if not occasion:
        raise UsageError(_("It is not said about which date."), hint=_("Name one, for example vantaa/2022-09-29, or use --due."))
    drafts.draft(run, occasion, kind or "", person or [], show=show, dry_run=dry_run)


@app.verb(
    "list",
    _("List letters that wait: drafts, queued, refused, and those of which nobody knows whether they arrived."),
    "invite list",
    "invite list vantaa/2022-09-29 --state sent",
    "invite list --state unknown --json",
)
def list_(
    ctx: typer.Context,
    what: What = "",
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            metavar="STATE",
            parser=one_of(messages.STATES),
            help=_("Only in this state: {states}; may be repeated.").format(states=", ".join(messages.STATES)),
        ),
    ] = None,
) -> None:
    """List letters."""
    from osallisuus.cli import outbox  # start-up: as in draft()

    outbox.show_list(app_of(ctx), what, state or [])


@app.verb("show", _("Print one letter as its reader will see it."), "invite show 12", "invite show 12 --format html")
def show(
    ctx: typer.Context,
    id: Annotated[int, typer.Argument(metavar="ID", parser=whole(1, 10**9), help=_("Its number, see 'invite list'."))],
    format: Annotated[
        str,
        typer.Option(
            "--format", metavar="text|html|source", parser=one_of(("text", "html", "source")), help=_("How to show it.")
        ),
    ] = "text",
) -> None:
    """Print a letter."""
    from osallisuus.cli import drafts  # start-up: as in draft()

    drafts.show_letter(app_of(ctx), id, format)


@app.verb(
    "write",
    _(
        "Write the drafts into a folder: one .eml file a person, which opens as a draft in Outlook, and letters.xlsx for a mail "
        "merge. They stay drafts here until you say that they were sent: invite told."
    ),
    "invite write kirjeet",
    "invite write kirjeet vantaa/2022-09-29 --dry-run",
)
def write(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("Folder for the letters."))],
    what: What = "",
    dry_run: DryRun = False,
) -> None:
    """Write letters as files."""
    from osallisuus.cli import mailing  # start-up: as in draft()

    mailing.write(app_of(ctx), folder, what, dry_run=dry_run)


@app.verb(
    "send",
    _(
        "Send the drafts by the mail server of the settings, one message a person. Shows how many and the first one, and asks. "
        "A letter that a server may have got already is never sent again by itself."
    ),
    "invite send",
    "invite send vantaa/2022-09-29 --dry-run",
    "invite send --yes --max 50",
)
def send(
    ctx: typer.Context,
    what: What = "",
    max_: Annotated[
        int | None,
        typer.Option(
            "--max", metavar="N", parser=whole(1, 100_000), help=_("At most so many in this run; else the setting send_limit.")
        ),
    ] = None,
    password_stdin: PasswordStdin = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Send letters."""
    from osallisuus.cli import mailing  # start-up: as in draft()

    mailing.send(app_of(ctx), what, max_, yes=yes, dry_run=dry_run, password_stdin=password_stdin)


@app.verb(
    "status",
    _("Who was last told which version of a date, and whose calendar is stale. Of one date also what people answered."),
    "invite status",
    "invite status vantaa/2022-09-29",
    "invite status --check",
)
def status(
    ctx: typer.Context,
    what: What = "",
    stale: Annotated[bool, typer.Option("--stale", help=_("Only those whose calendar is stale."))] = False,
    check: Annotated[
        bool, typer.Option("--check", help=_("Only those whose calendar is stale, and exit with status 8 when there are any."))
    ] = False,
) -> None:
    """Show who was told what."""
    from osallisuus.cli import outbox  # start-up: as in draft()

    outbox.show_status(app_of(ctx), what, stale_only=stale, check=check)


@app.verb(
    "told",
    _("Note that people have heard it another way: by telephone, on paper, or from the .eml files that you sent."),
    'invite told vantaa/2022-09-29 "Eero Malli"',
    "invite told vantaa/2022-09-29",
)
def told(
    ctx: typer.Context,
    occasion: AnyOccasion,
    person: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PERSON…", help=_("Who; without names all who have a draft about it."), autocompletion=completion.people
        ),
    ] = None,
) -> None:
    """Note that people have been told."""
    from osallisuus.cli import outbox  # start-up: as in draft()

    outbox.told(app_of(ctx), occasion, person or [])


@app.verb(
    "answer",
    _("Note what somebody answered by telephone or in person."),
    'invite answer vantaa/2022-09-29 "Eero Malli" accepted',
    'invite answer vantaa/2022-09-29 eero declined --comment "matkoilla"',
)
def answer(
    ctx: typer.Context,
    occasion: AnyOccasion,
    person: PersonRef,
    word: Annotated[
        str, typer.Argument(metavar="|".join(ANSWERS), parser=one_of(ANSWERS), help=_("Coming, not coming, or not sure yet."))
    ],
    comment: Annotated[str, typer.Option("--comment", metavar="TEXT", help=_("What else they said; never about health."))] = "",
) -> None:
    """Note an answer."""
    from osallisuus.cli import outbox  # start-up: as in draft()

    outbox.answer(app_of(ctx), occasion, person, word, comment)


@app.verb(
    "replies",
    _(
        "Read what people's calendars answered: .ics and .eml files, or folders of them. What is not clear is listed for you to "
        "decide; reading the same mail again changes nothing."
    ),
    "invite replies vastaukset",
    "invite replies vastaus.eml toinen.ics --dry-run",
    "invite replies --imap imaps://raati@imap.example.org/Vastaukset",
)
def replies(
    ctx: typer.Context,
    file: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE…", help=_("Mails or calendar files, or folders with them."))
    ] = None,
    imap: Annotated[
        str,
        typer.Option(
            "--imap", metavar="URL", help=_("Read a folder of a mail server, changing nothing in it: imaps://user@host/Folder.")
        ),
    ] = "",
    password_stdin: PasswordStdin = False,
    dry_run: DryRun = False,
) -> None:
    """Read replies."""
    from osallisuus.cli import replies as reading  # start-up: as in draft()

    if not (file or imap):
        raise UsageError(_("It is not said what to read."), hint=_("Name files or a folder, or a mail folder with --imap."))
    reading.read(app_of(ctx), file or [], imap, password_stdin=password_stdin, dry_run=dry_run)


@app.verb(
    "resend",
    _("Make drafts again of letters that were refused, withdrawn or may not have arrived."),
    "invite resend 12 15",
    "invite resend 7 --json",
)
def resend(ctx: typer.Context, id: Letters) -> None:
    """Take letters up again."""
    from osallisuus.cli import outbox  # start-up: as in draft()

    outbox.resend(app_of(ctx), id)


@app.verb(
    "withdraw",
    _("Take letters that have not left out of the outbox; no schedule drafts them again."),
    "invite withdraw 12 15",
    "invite withdraw 7 --json",
)
def withdraw(ctx: typer.Context, id: Letters) -> None:
    """Withdraw letters."""
    from osallisuus.cli import outbox  # start-up: as in draft()

    outbox.withdraw(app_of(ctx), id)


@app.verb(
    "schedule",
    _("When letters of a panel or series are due: reminders before a date, thanks after it."),
    "invite schedule vantaa",
    "invite schedule teematiistait --reminder 7,1 --speaker-reminder 21,7",
    "invite schedule vantaa --thanks never",
)
def schedule(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Argument(metavar="HOST", help=_("Short name of the panel or series."), autocompletion=completion.hosts)
    ],
    reminder: Annotated[str | None, typer.Option("--reminder", metavar="DAYS", help=_days_help)] = None,
    speaker_reminder: Annotated[str | None, typer.Option("--speaker-reminder", metavar="DAYS", help=_days_help)] = None,
    thanks: Annotated[
        str | None, typer.Option("--thanks", metavar="DAYS", help=_("Days after the date, such as 1; or never."))
    ] = None,
) -> None:
    """Show or set when letters are due."""
    run = app_of(ctx)
    asked = {"reminder": reminder, "speaker-reminder": speaker_reminder, "thanks": thanks}
    wanted = {kind: schedules.parse(text) for kind, text in asked.items() if text is not None}
    if wanted:
        with run.writing() as change:
            owner = run.host(host)
            for kind, days in wanted.items():
                schedules.update(run.db, owner, kind, days, change)
    slug = run.host(host).slug
    found = {kind: list(days) for kind, days in schedules.of(run.db, [slug])[slug].items()}
    words = {
        "reminder": _("Reminder, days before"),
        "speaker-reminder": _("Speaker reminder, days before"),
        "thanks": _("Thanks, days after"),
    }
    shown = {kind: ", ".join(map(str, days)) or _("never") for kind, days in found.items()}
    document = {"host": slug, **found} if run.out.json else shown
    run.out.record("schedule", document, tuple((word, kind) for kind, word in words.items()))


@app.verb(
    "login",
    _("Try the mail server of the settings. A password that is typed in is kept in the system's keyring."),
    "invite login",
    "invite login --password-stdin",
)
def login(ctx: typer.Context, password_stdin: PasswordStdin = False) -> None:
    """Log in at the mail server."""
    from osallisuus.cli import mailing  # start-up: as in draft()

    mailing.login(app_of(ctx), password_stdin=password_stdin)
