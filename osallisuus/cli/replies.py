"""Reading what members' calendars send back: the verb `invite replies`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from osallisuus.cli.commands import PARTLY
from osallisuus.cli.context import App
from osallisuus.domain import answers, events
from osallisuus.domain.answers import Outcome
from osallisuus.i18n import _, n_


def reply_words() -> dict[str, str]:
    """Return the words for answers to an invitation."""
    return {"": _("only a comment"), "accepted": _("accepts"), "declined": _("declines"), "tentative": _("perhaps")}


def read(run: App, files: list[Path], *, dry_run: bool) -> None:
    """Take the answers in files and folders, and tell what a person is to decide; nothing is written when one cannot be opened.

    Exits with PARTLY when something is left to decide, so that a timer notices.
    """
    from osallisuus.imports import replies as reader  # start-up: icalendar, only where a file is read

    boxes = [reader.read(path) for path in files]
    with run.trying(dry_run=dry_run) as change:
        outcomes = answers.take(run.db, [reply for box in boxes for reply in box.replies], change)
        about = {one.event.id: one.event for one in outcomes if one.event}
        names = events.names(run.db, list(about.values()))
    taken = [one for one in outcomes if one.what == "taken"]
    numbers = {what: sum(one.what == what for one in outcomes) for what in ("known", "older")}
    undecided = [_undecided(one) for one in outcomes if one.what == "undecided"]
    undecided += [_undecidable(one.source, one.reason) for box in boxes for one in box.unusable]
    run.out.done(
        "replies",
        {"taken": [_public(one) for one in taken], **numbers, "for_a_person": undecided, "dry_run": dry_run},
        *(_line(one, names) for one in taken),
        *([_("For a person to decide:")] if undecided else []),
        *(f"  {one['file']}: {one['reason']}" for one in undecided),
        _summary(len(taken), len(undecided), numbers, dry_run=dry_run),
    )
    if undecided:
        raise typer.Exit(PARTLY)


def _line(outcome: Outcome, names: Mapping[int, str]) -> str:
    if not outcome.event or not outcome.given:
        raise AssertionError("what was taken is about somebody and something")
    answer = outcome.given.answer
    parts = [reply_words()[answer.answer]]
    if not outcome.given.current:
        parts.append(_("to an old time"))
    if outcome.left_out:
        parts.append(_("without the comment, which holds what may not be stored"))
    sentence = f"{names[outcome.event.id]}  {outcome.given.name}: {', '.join(parts)}"
    comment = " ".join(answer.comment.split())
    return f"{sentence} – {comment}" if comment else sentence


def _public(outcome: Outcome) -> dict[str, Any]:
    if not outcome.event or not outcome.given:
        raise AssertionError("what was taken is about somebody and something")
    answer = outcome.given.answer
    return {
        "occasion": outcome.event.lasting,
        "person": answer.person_id,
        "registration": answer.registration_id,
        "name": outcome.given.name,
        "answer": answer.answer,
        "comment": answer.comment,
        "comment_left_out": outcome.left_out,
        "starts": answer.starts,
        "current": outcome.given.current,
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
