"""Reading what members' calendars send back: the verb `invite replies`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import typer

from osallisuus.cli.commands import PARTLY
from osallisuus.cli.context import App
from osallisuus.domain import events, replies
from osallisuus.domain.answers import Given
from osallisuus.domain.events import Event
from osallisuus.domain.replies import Outcome
from osallisuus.i18n import _, n_
from osallisuus.words import reply_words

# Who was invited to a date to come has answered since.
_LOOK_BACK = timedelta(days=180)


def read(run: App, files: list[Path], imap: str, *, password_stdin: bool, dry_run: bool) -> None:
    """Take the answers in files and folders, and tell what a person is to decide; nothing is written when one cannot be opened.

    Exits with PARTLY when something is left to decide, so that a timer notices.
    """
    from osallisuus.imports import replies as reader  # start-up: icalendar, only where a file is read

    boxes = [reader.read(path) for path in files]
    if imap:
        boxes.append(reader.read_mails(_fetched(run, imap, password_stdin=password_stdin)))
    with run.trying(dry_run=dry_run) as change:
        outcomes = replies.take(run.db, [reply for box in boxes for reply in box.replies], change)
        about = {one.event.id: one.event for one in outcomes if one.event}
        names = events.names(run.db, list(about.values()))
    taken = [(one, one.event, one.given) for one in outcomes if one.what == "taken" and one.event and one.given]
    numbers = {what: sum(one.what == what for one in outcomes) for what in ("known", "older")}
    undecided = [_undecided(one) for one in outcomes if one.what == "undecided"]
    undecided += [_undecidable(one.source, one.reason) for box in boxes for one in box.unusable]
    run.out.done(
        "replies",
        {"taken": [_public(*one) for one in taken], **numbers, "for_a_person": undecided, "dry_run": dry_run},
        *(_line(*one, names) for one in taken),
        *([_("For a person to decide:")] if undecided else []),
        *(f"  {one['file']}: {one['reason']}" for one in undecided),
        _summary(len(taken), len(undecided), numbers, dry_run=dry_run),
    )
    if undecided:
        run.out.note(_("What somebody answered is noted by hand with: osallisuus invite answer OCCASION PERSON accepted"))
        raise typer.Exit(PARTLY)


def _fetched(run: App, url: str, *, password_stdin: bool) -> Iterator[tuple[str, bytes]]:
    """Return the mails of a folder on a server that may hold an answer."""
    from osallisuus.mail import accounts, mailboxes  # start-up: only where a server is read

    box, settings = mailboxes.parse(url), run.settings
    token = accounts.token(settings)
    password = "" if token else accounts.secret(settings, "imap", box.host, box.user, stdin=password_stdin)
    since = run.today - _LOOK_BACK
    return mailboxes.fetch(box, password=password, token=token, since=since, timeout=settings.smtp_timeout)


def _line(outcome: Outcome, event: Event, given: Given, names: Mapping[int, str]) -> str:
    answer = given.answer
    parts = [reply_words()[answer.answer] or _("only a comment")]
    if not given.current:
        parts.append(_("to an old time"))
    if outcome.left_out:
        parts.append(_("without the comment, which holds what may not be stored"))
    sentence = f"{names[event.id]}  {given.name}: {', '.join(parts)}"
    comment = " ".join(answer.comment.split())
    return f"{sentence} – {comment}" if comment else sentence


def _public(outcome: Outcome, event: Event, given: Given) -> dict[str, Any]:
    answer = given.answer
    return {
        "occasion": event.lasting,
        "person_id": answer.person_id,
        "registration_id": answer.registration_id,
        "name": given.name,
        "answer": answer.answer,
        "comment": answer.comment,
        "comment_left_out": outcome.left_out,
        "starts": answer.starts,
        "current": given.current,
        "answered_at": answer.answered_at,
        "file": outcome.reply.source,
    }


def _undecided(outcome: Outcome) -> dict[str, Any]:
    reply = outcome.reply
    return _undecidable(reply.source, outcome.reason) | {
        "occasion": outcome.event.lasting if outcome.event else None,
        "attendee": reply.attendee,
        "answer": reply.answer,
        "comment": reply.comment,
    }


def _undecidable(file: str, reason: str) -> dict[str, Any]:
    return {"file": file, "reason": reason, "occasion": None, "attendee": "", "answer": "", "comment": ""}


def _summary(taken: int, undecided: int, numbers: Mapping[str, int], *, dry_run: bool) -> str:
    parts: Sequence[str] = [
        n_("{n} answer taken", "{n} answers taken", taken),
        *([n_("{n} known already", "{n} known already", numbers["known"])] if numbers["known"] else []),
        *([n_("{n} older than what is known", "{n} older than what is known", numbers["older"])] if numbers["older"] else []),
        *([n_("{n} for a person to decide", "{n} for a person to decide", undecided)] if undecided else []),
    ]
    sentence = f"{', '.join(parts)}."
    return _("{summary} Nothing was written (--dry-run).").format(summary=sentence) if dry_run else sentence
