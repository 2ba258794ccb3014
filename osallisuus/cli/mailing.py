"""Letting letters leave: by a mail server, or as files for another mail programme."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from osallisuus.cli.commands import PARTLY
from osallisuus.cli.context import App
from osallisuus.cli.outbox import scope
from osallisuus.domain import messages
from osallisuus.errors import OsallisuusError, UsageError
from osallisuus.i18n import _, n_
from osallisuus.words import letter_words

if TYPE_CHECKING:
    from osallisuus.mail.delivery import Server
    from osallisuus.mail.drafting import Composed
    from osallisuus.mail.sending import Tally

# From so many letters on, somebody at a terminal wants to see that it goes on.
_MANY = 5


def send(run: App, what: str, limit: int | None, *, yes: bool, dry_run: bool, password_stdin: bool) -> None:
    """Send the drafts, after a yes, and what an earlier run left queued."""
    # start-up: only where something leaves
    from osallisuus.mail import accounts, sending
    from osallisuus.mail.drafting import Desk

    event_id, host = scope(run, what)
    most = limit or run.settings.send_limit
    database = run.settings.database
    lost, useless = 0, []
    if not dry_run:
        with sending.alone(database):
            lost = sending.recover(run.desk, run.writing)
            waiting = messages.search(run.db, states=("draft", "queued"), event_id=event_id, host=host)
            useless = sending.tidy(run.desk, run.writing, waiting)
    queued = messages.search(run.db, states=("queued",), event_id=event_id, host=host, limit=most)
    drafts, broken = _compose(run, messages.search(run.db, states=("draft",), event_id=event_id, host=host), most - len(queued))
    _tell_lost(run, lost)
    _tell_useless(run, len(useless))
    if not (queued or drafts):
        _report(run, None, broken, dry_run=dry_run)
        return
    if not dry_run:
        accounts.account(run.settings)  # without a server there is nothing to ask
    _preview(run, len(queued), drafts, yes=yes, dry_run=dry_run)
    if dry_run:
        _report(run, None, broken, dry_run=True, would=[one.message.id for one in drafts] + [one.id for one in queued])
        return
    run.confirm(n_("Send {n} letter?", "Send {n} letters?", len(queued) + len(drafts)), yes=yes)
    desk = Desk(run.db, run.settings, run.letters, run.now)  # an answer may have taken its time
    server = _server(run, password_stdin=password_stdin)
    try:
        with sending.alone(database):
            server.open()  # a wrong password is told before anything is queued
            sending.agree(desk, run.writing, drafts)
            ready = messages.search(run.db, states=("queued",), event_id=event_id, host=host, limit=most)
            with _progress(len(ready)) as step:
                tally = sending.send(desk, run.writing, server, ready, step)
    finally:
        server.close()
    _report(run, tally, broken, dry_run=False)


def write(run: App, folder: Path, what: str, *, dry_run: bool) -> None:
    """Write the drafts as .eml files, one a person, and a workbook for a mail merge."""
    from osallisuus.mail import dispatch, sending  # start-up: as above

    event_id, host = scope(run, what)
    if not dry_run:
        found = messages.search(run.db, states=("draft", "queued"), event_id=event_id, host=host)
        _tell_useless(run, len(sending.tidy(run.desk, run.writing, found)))
    run.refuse_own(folder)
    broken: list[OsallisuusError] = []

    def name(message: messages.Message) -> str:
        return dispatch.name(message, run.occasions[message.event_id])

    each = messages.each(run.db, states=("draft", "queued"), event_id=event_id, host=host)
    letters = ((name(one.message), one) for one in _made(run, each, broken, unsent=True))
    # of other dates there may be letters in it that wait, too
    waiting = {name(one) for one in messages.each(run.db, states=("draft", "queued"), event_id=0, host="")}
    done = dispatch.write(folder, waiting, letters, run.occasions, dry_run=dry_run)
    document = {
        "folder": str(folder),
        "written": done.written,
        "unchanged": done.unchanged,
        "removed": done.removed,
        "failed": [error.details | {"message": error.message} for error in broken],
        "dry_run": dry_run,
    }
    parts = [
        n_("{n} letter written", "{n} letters written", done.written),
        n_("{n} as it was", "{n} as they were", done.unchanged),
        *([n_("{n} taken away", "{n} taken away", done.removed)] if done.removed else []),
    ]
    summary = f"{folder}: {', '.join(parts)}."
    run.out.done(
        "letters", document, _("{summary} Nothing was written (--dry-run).").format(summary=summary) if dry_run else summary
    )
    for error in broken:
        run.out.note(f"{error.message} {error.hint}".rstrip())
    if (done.written or done.unchanged) and not dry_run:
        run.out.note(_("They are still drafts here. When you have sent them: osallisuus invite told OCCASION"))
    if broken:
        raise typer.Exit(PARTLY)


def login(run: App, *, password_stdin: bool) -> None:
    """Try the mail server, and keep the password in the system's keyring when it was typed in."""
    from osallisuus.mail import accounts
    from osallisuus.mail.delivery import Server

    account = accounts.account(run.settings)
    token = accounts.token(run.settings)
    typed = ""
    if account.user and not token:
        typed = _typed(run, account.user, stdin=password_stdin) if password_stdin or not run.settings.password_command else ""
    password = typed or ("" if token else accounts.secret(run.settings, "smtp", account.host, account.user, stdin=False))
    server = Server(account, password, token)
    try:
        server.open()
    finally:
        server.close()
    kept = bool(typed) and accounts.keep("smtp", account.host, account.user, typed)
    document = {"host": account.host, "port": account.port, "user": account.user, "kept": kept}
    run.out.done("login", document, _("{host} lets {user} in.").format(host=account.host, user=account.user or _("anybody")))
    if kept:
        run.out.note(_("The password is in the keyring of this computer's user."))
    elif typed:
        run.out.note(
            _("There is no keyring here (pip install 'osallisuus[keyring]'): set password_command, or pass --password-stdin.")
        )


def _typed(run: App, user: str, *, stdin: bool) -> str:
    if stdin:
        from osallisuus.mail import accounts

        return accounts.secret(run.settings, "smtp", "", user, stdin=True)
    if not run.can_ask:
        raise UsageError(_("Nobody can be asked for a password here."), hint=_("Pass it as the first line: --password-stdin."))
    from getpass import getpass

    return getpass(_("Password of {user}: ").format(user=user))


def _server(run: App, *, password_stdin: bool) -> "Server":
    from osallisuus.mail import accounts
    from osallisuus.mail.delivery import Server

    account = accounts.account(run.settings)
    token = accounts.token(run.settings)
    password = ""
    if account.user and not token:
        password = accounts.secret(run.settings, "smtp", account.host, account.user, stdin=password_stdin)
    return Server(account, password, token)


def _compose(run: App, found: Sequence[messages.Message], most: int) -> tuple[list["Composed"], list[OsallisuusError]]:
    """Make at most so many letters; return them, and what is wrong with those that cannot be made."""
    broken: list[OsallisuusError] = []
    return list(islice(_made(run, found, broken), most)), broken


def _made(
    run: App, found: Iterable[messages.Message], broken: list[OsallisuusError], *, unsent: bool = False
) -> Iterator["Composed"]:
    """Yield letters as they are made; those of no use any more are left out, and those that cannot be made are told."""
    for message in found:
        if run.desk.outdated(message):
            continue
        try:
            yield run.desk.compose(message, unsent=unsent)
        except OsallisuusError as error:
            error.details["letter"] = message.id
            broken.append(error)


def _preview(run: App, queued: int, drafts: Sequence["Composed"], *, yes: bool, dry_run: bool) -> None:
    """Show what is about to leave: how many of which kind, and the first letter as it will be read."""
    if run.out.json or (yes and not dry_run):
        return
    words = letter_words()
    kinds = Counter((run.occasions[one.message.event_id], words[one.message.kind]) for one in drafts)
    for (occasion, kind), n in kinds.items():
        run.out.note(f"{occasion}: {kind} {n}")
    if queued:
        run.out.note(_("queued before {n}").format(n=queued))
    if drafts:
        first = drafts[0]
        run.out.note(_("The first one, to {name} <{email}>:").format(name=first.standing.recipient.name, email=first.email))
        for line in ("", first.written.subject, "", *first.written.text.splitlines(), ""):
            run.out.note(f"    {line}".rstrip())


def _report(
    run: App, tally: "Tally | None", broken: Sequence[OsallisuusError], *, dry_run: bool, would: Sequence[int] = ()
) -> None:
    """Say what came of a run, and end in the status that fits."""
    outcomes = ("sent", "queued", "refused", "unknown", "redrafted", "withdrawn")
    done: dict[str, list[int]] = {name: getattr(tally, name) if tally else [] for name in outcomes}
    document: dict[str, Any] = {**done, "left": tally.left if tally else 0, "why": tally.why if tally else ""}
    document["replies"] = [{"id": number, "reply": reply} for number, reply in tally.replies.items()] if tally else []
    document["failed"] = [error.details | {"message": error.message} for error in broken]
    if dry_run:
        document["would_send"] = list(would)
    document["dry_run"] = dry_run
    if not (tally and tally.failure and run.out.json):
        run.out.done("sending", document, _sentence(done, tally, would, dry_run=dry_run))
    for sentence in _remarks(tally, broken):
        run.out.note(sentence)
    if tally and tally.failure:
        tally.failure.details["sending"] = document
        raise tally.failure
    if broken or (tally and (tally.refused or tally.unknown or tally.queued or tally.redrafted or tally.why)):
        raise typer.Exit(PARTLY)


def _sentence(done: dict[str, list[int]], tally: "Tally | None", would: Sequence[int], *, dry_run: bool) -> str:
    if dry_run:
        return n_(
            "{n} letter would be sent. Nothing was (--dry-run).",
            "{n} letters would be sent. Nothing was (--dry-run).",
            len(would),
        )
    if not tally:
        return _("Nothing waits to be sent.")
    words = {
        "sent": n_("{n} letter sent", "{n} letters sent", len(done["sent"])),
        "queued": _("{n} to be tried again later").format(n=len(done["queued"]) + tally.left),
        "refused": _("{n} refused").format(n=len(done["refused"])),
        "unknown": _("{n} unknown").format(n=len(done["unknown"])),
        "redrafted": _("{n} changed since, and drafts again").format(n=len(done["redrafted"])),
        "withdrawn": _("{n} no longer needed").format(n=len(done["withdrawn"])),
    }
    told = [words[name] for name in words if done[name] or name == "sent" or (name == "queued" and tally.left)]
    return f"{', '.join(told)}."


def _remarks(tally: "Tally | None", broken: Sequence[OsallisuusError]) -> Iterator[str]:
    for error in broken:
        reason = f"{error.message} {error.hint}".rstrip()
        yield _("Letter {id}: {reply}").format(id=error.details["letter"], reply=reason)
    if not tally:
        return
    for number, reply in tally.replies.items():
        yield _("Letter {id}: {reply}").format(id=number, reply=reply)
    if tally.why:
        yield _("The run ended before its time: {why}").format(why=tally.why)
    if tally.unknown:
        yield _("Of unknown ones the server may have the letter. Ask their readers before you send it again: invite resend ID.")


def _tell_useless(run: App, n: int) -> None:
    if n:
        run.out.note(
            n_(
                "{n} letter was of no use any more and is taken back.",
                "{n} letters were of no use any more and are taken back.",
                n,
            )
        )


def _tell_lost(run: App, lost: int) -> None:
    if lost:
        run.out.note(
            n_(
                "An earlier run was interrupted while it sent {n} letter: whether it arrived is unknown. See: invite list",
                "An earlier run was interrupted while it sent {n} letters: whether they arrived is unknown. See: invite list",
                lost,
            )
        )


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], object]]:
    """Give what to call after each letter; somebody at a terminal sees how far it is."""
    if total < _MANY or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console  # start-up: only at a terminal
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("Sending"), total=total)
        yield lambda: bar.advance(task)
