"""The command line: parse, call, show. Each group is a module that is imported only when it is called."""

import errno
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from osallisuus import i18n
from osallisuus.config import Settings
from osallisuus.config import load as load_settings
from osallisuus.errors import OsallisuusError, StorageError, UsageError
from osallisuus.i18n import _

if TYPE_CHECKING:
    from osallisuus.cli.output import Output

Clock = Callable[[], datetime]
# What printing can fail with: the reader went away, the disk is full.
_UNPRINTABLE = (errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EDQUOT)


def groups() -> dict[str, str]:
    """Return the names of groups and commands with a line of help each; `osallisuus.cli.NAME` holds each one's `app`."""
    return {
        "init": _("Make the database and the settings."),
        "demo": _("Show the whole thing on an example season, in a folder of its own."),
        "today": _("What is coming, late or waiting."),
        "panel": _("Customer panels: main, side and extended."),
        "member": _("Members of panels, with roles and periods."),
        "person": _("People, and finding those entered twice."),
        "role": _("Roles that members have, and what each asks for."),
        "training": _("Courses that people have taken."),
        "agreement": _("Agreements and consents of people."),
        "session": _("Sessions of panels: plan, move, cancel; agenda, needs and memo."),
        "attendance": _("Who was at a session or webinar."),
        "proposal": _("What panels propose, and what became of it."),
        "question": _("Questions, their answers, and publishing them."),
        "series": _("Webinar series, and starting the next season."),
        "webinar": _("Dates of webinar series: plan, move, cancel; what they still lack."),
        "talk": _("Talks of webinars and their speakers."),
        "material": _("Slides, recordings, documents and links of a date."),
        "resource": _("What was mentioned at a date and can be read elsewhere."),
        "note": _("What was discussed at a date."),
        "registration": _("Who has registered for a date; the waiting list."),
        "feedback": _("What participants thought."),
        "checklist": _("What each date of a series has to have, and by when."),
        "report": _("Reports for boards, funders, the public and yourself: text, Markdown, HTML, Excel, PDF, JSON."),
        "site": _("The public pages of a series."),
        "invite": _("Letters to people: invitations, reminders, changes, thanks; the outbox, and what people answer."),
        "calendar": _("Calendars: files (.ics), feeds to subscribe to, and a CalDAV server."),
        "template": _("Templates of memos and letters, and your own in their place."),
        "log": _("What was done, when and by whom."),
        "db": _("Back up, verify, restore and upgrade the database."),
        "config": _("Settings."),
        "doctor": _("Check that everything is in order, and say how to mend it."),
    }


def run(
    args: Sequence[str] | None = None,
    *,
    clock: Clock = lambda: datetime.now(UTC),
    environ: Mapping[str, str] = os.environ,
) -> int:
    """Run one command line and return its exit status; `clock` gives the present moment, aware."""
    from osallisuus.cli.output import Output, use_utf8

    # one letter, one form: a Mac types ä as two characters, and what is compared with stored text must be like it
    arguments = [_composed(argument) for argument in (sys.argv[1:] if args is None else args)]
    use_utf8()
    out = Output()
    out.json = "--json" in arguments
    debug = "--debug" in arguments
    try:
        return _answer(arguments, out, clock, environ, debug=debug)
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except OSError as error:
        if debug or error.errno not in _UNPRINTABLE:
            raise
        # stderr is what is left: the answer itself could not be printed
        _forget_stdout()
        sentence = _("The answer could not be printed: {reason}. What the command did is done.").format(reason=error.strerror)
        sys.stderr.write(f"{sentence}\n")
        return StorageError.status


def _answer(arguments: list[str], out: "Output", clock: Clock, environ: Mapping[str, str], *, debug: bool) -> int:
    """Run a command line and print what came of it, or what went wrong."""
    try:
        settings = _speak(arguments, environ)
        from osallisuus.cli import door

        if settings and door.answers(arguments):
            return door.answer(arguments, out, settings)
        from osallisuus.cli.root import invoke  # after the language is chosen: help texts are looked up as modules load

        return invoke(arguments, out, clock=clock, environ=environ)
    except OsallisuusError as error:
        if debug:
            raise
        out.error(error)
        return error.status
    except KeyboardInterrupt:
        out.note(_("Interrupted."))
        return 130
    except Exception as error:
        if debug or (isinstance(error, OSError) and error.errno in _UNPRINTABLE):
            raise
        out.error(
            OsallisuusError(
                _("Something unexpected happened: {error}").format(error=f"{type(error).__name__}: {error}"),
                hint=_("This is a fault in the program. Run it again as 'osallisuus --debug …' and report what it prints."),
                code="bug",
            )
        )
        return 1


def _composed(argument: str) -> str:
    if argument.isascii():
        return argument
    from unicodedata import normalize

    return normalize("NFC", argument)


def _speak(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings | None:
    """Choose the language before anything is imported that has help texts; a wrong one is told in English.

    Returns the settings, or None where they are faulty: that is told by the command that needs them; help is there anyway.
    """
    asked = ""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            asked = arguments[position + 1]
        elif argument.startswith("--lang="):
            asked = argument.partition("=")[2]
        elif not argument.startswith("-") and arguments[position - 1] not in ("--lang", "--db"):
            break  # options before the group only
    if asked and asked not in i18n.LANGUAGES:
        raise UsageError(
            _("'{value}' is not a language of this program.").format(value=asked),
            hint=_("Choose one of: {choices}.").format(choices=", ".join(i18n.LANGUAGES)),
        )
    try:
        settings = load_settings(environ, language=asked)
    except OsallisuusError:
        i18n.use(load_settings({**environ, "OSALLISUUS_LANG": ""}, language=asked, ignore_file=True).language)
        return None
    i18n.use(settings.language)
    return settings


def _forget_stdout() -> None:
    """Keep the interpreter from complaining about a reader that went away (`… | head`)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
