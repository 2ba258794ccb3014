"""Drafting letters, and showing how they will be read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import typer

from osallisuus.cli.commands import PARTLY
from osallisuus.cli.context import App
from osallisuus.cli.words import letter_words
from osallisuus.domain import events, letters, messages, schedules
from osallisuus.domain.events import Event
from osallisuus.domain.messages import Message
from osallisuus.errors import OsallisuusError, Refused
from osallisuus.i18n import _, n_

if TYPE_CHECKING:
    from osallisuus.mail.drafting import Composed, Wanted

# Speakers are reminded three weeks ahead, and thanks are a week late at most; a host may have set more.
_MOST_DAYS = 365


@dataclass(kw_only=True)
class _Found:
    """What drafting found: letters to be, people without an address, and what stands in the way of further ones."""

    wanted: list["Wanted"] = field(default_factory=list)
    composed: list["Composed"] = field(default_factory=list)
    unreachable: list["Wanted"] = field(default_factory=list)
    problems: list[OsallisuusError] = field(default_factory=list)


def draft(run: App, occasion: str, kind: str, persons: Sequence[str], *, show: bool, dry_run: bool) -> None:
    """Draft the letters that are wanted about one occasion."""
    event = run.any_event(occasion)
    only = [(one.id, None) for one in run.people(persons)]
    found = _Found()
    _prepare(run, run.desk.wanted(event, kind, only), found)
    if found.problems:
        raise found.problems[0]
    _finish(run, found, [event], show=show, dry_run=dry_run, due=False)


def draft_due(run: App, host: str, *, show: bool, dry_run: bool) -> None:
    """Draft what each host's schedule makes due now; one that cannot be drafted stops no other."""
    concerned = _concerned(run, host)
    plans = schedules.of(run.db, sorted({event.host for event in concerned}))
    found = _Found()
    for event in concerned:
        try:
            _prepare(run, run.desk.due(event, plans[event.host]), found)
        except OsallisuusError as error:
            found.problems.append(error)
    _finish(run, found, concerned, show=show, dry_run=dry_run, due=True)
    for problem in found.problems:
        run.out.note(f"{problem.message} {problem.hint}".rstrip())
    if found.problems:
        raise typer.Exit(PARTLY)


def show_letter(run: App, number: int, form: str) -> None:
    """Print one letter as it is read: its text, its HTML, or the bytes that leave."""
    message = messages.get(run.db, number)
    letter = run.desk.compose(message)
    if run.out.json:
        run.out.document({"letter": {"id": number, "state": message.state, **_public(letter)}})
    elif form == "html":
        run.out.text(letter.written.html)
    elif form == "source":
        run.out.text(letter.content.decode("ascii"))
    else:
        _print(run, letter)


def _concerned(run: App, host: str) -> list[Event]:
    """Return the dates that a schedule can have something to say about today."""
    slug = run.host(host).slug if host else ""
    since, until = run.today - timedelta(days=_MOST_DAYS), run.today + timedelta(days=_MOST_DAYS)
    found = events.search(run.db, host=slug, since=since, until=until)
    return [event for event in found if _may_be_due(event, run.today)]


def _may_be_due(event: Event, today: date) -> bool:
    return event.status == "held" if event.day < today else event.status != "cancelled"


def _prepare(run: App, wanted: Sequence["Wanted"], found: _Found) -> None:
    """Make each letter once, so that none is kept that could not be sent."""
    if wanted:
        _require_unnamed(wanted)
    for one in wanted:
        if not one.standing.recipient.email:
            found.unreachable.append(one)
            continue
        message, revision = run.desk.message(one)
        try:
            found.composed.append(run.desk.compose(message, revision))
        except Refused as error:
            if error.code not in ("bad_address", "unsafe_letter"):
                raise
            found.problems.append(error)
            continue
        found.wanted.append(one)


def _require_unnamed(wanted: Sequence["Wanted"]) -> None:
    """Raise Refused when a text that everybody gets names a member."""
    event = wanted[0].event
    named = letters.names_in(event, [one.standing.recipient for one in wanted])
    if named:
        raise Refused(
            _("The texts of {occasion} name somebody, and a letter never names a member to others: {words}.").format(
                occasion=event.reference, words=", ".join(named)
            ),
            hint=_("Write them without the name: osallisuus {verbs} edit {occasion} --title … --description …").format(
                verbs=event.verbs, occasion=event.reference
            ),
            code="names_member",
        )


def _finish(run: App, found: _Found, concerned: Sequence[Event], *, show: bool, dry_run: bool, due: bool) -> None:
    """Keep the drafts, unless it is only to be seen what they would be, and say what was done."""
    drafted: list[Message] = []
    with run.trying(dry_run=dry_run) as change:
        drafted = run.desk.draft(found.wanted, change)
    names = {event.id: handle for event, handle in zip(concerned, _handles(run, concerned), strict=True)}
    new = {(m.event_id, m.person_id, m.registration_id, m.kind, m.turn) for m in drafted}
    letters_ = [one for one in found.composed if _key(one.message) in new]
    shown_once: dict[tuple[object, ...], Composed] = {}
    for one in letters_ or found.composed:
        shown_once.setdefault((one.message.event_id, one.message.kind, one.language), one)
    if run.out.json:
        document = {
            "drafted": [
                {"id": None if dry_run else m.id, "occasion": names[m.event_id], "kind": m.kind, "turn": m.turn, **_whom(m)}
                for m in drafted
            ],
            "unreachable": [
                {"occasion": names[one.event.id], "kind": one.notice.kind, "name": one.standing.recipient.called}
                for one in found.unreachable
            ],
            "refused": [{"message": error.message, "code": error.code} for error in found.problems],
            "dry_run": dry_run,
        }
        shown = {"letters": [_public(one) for one in letters_]} if show else {}
        run.out.document({"drafts": document | shown})
        return
    _say_counts(run, drafted, names, due=due, dry_run=dry_run)
    if show:
        for one in shown_once.values():
            run.out.say("")
            _print(run, one)
    _tell(run, found, drafted, names, dry_run=dry_run)


def _say_counts(run: App, drafted: Sequence[Message], names: dict[int, str], *, due: bool, dry_run: bool) -> None:
    words = letter_words()
    for event_id, name in names.items():
        kinds = Counter(words[m.kind] for m in drafted if m.event_id == event_id)
        if kinds:
            listed = ", ".join(f"{kind} {n}" for kind, n in kinds.items())
            sentence = n_("{n} letter drafted", "{n} letters drafted", kinds.total())
            summary = f"{name}: {sentence} ({listed})."
            run.out.say(_("{summary} Nothing was written (--dry-run).").format(summary=summary) if dry_run else summary)
        elif not due:
            run.out.say(_("{occasion}: no new letter is wanted.").format(occasion=name))
    if due and not drafted:
        run.out.say(_("No letter is due now."))


def _tell(run: App, found: _Found, drafted: Sequence[Message], names: dict[int, str], *, dry_run: bool) -> None:
    for event_id, name in names.items():
        without = [one.standing.recipient.called for one in found.unreachable if one.event.id == event_id]
        if without:
            sentence = _("{occasion}: no e-mail address, tell them another way: {names}.")
            hint = _("Then note it: osallisuus invite told {occasion} PERSON").format(occasion=name)
            run.out.note(f"{sentence.format(occasion=name, names=', '.join(without))} {hint}")
    if drafted and not dry_run:
        run.out.note(
            _("Nothing has been sent. Read one: osallisuus invite show {id}. Send: osallisuus invite send").format(
                id=drafted[0].id
            )
        )


def _print(run: App, letter: "Composed") -> None:
    """Print a letter as its reader sees it."""
    run.out.say(
        _("To: {name} <{email}>").format(name=letter.standing.recipient.name, email=letter.email),
        _("Subject: {subject}").format(subject=letter.written.subject),
        *([_("For the calendar: {method}").format(method=letter.method)] if letter.method else []),
        "",
    )
    run.out.text(letter.written.text)


def _public(letter: "Composed") -> dict[str, Any]:
    message = letter.message
    return {
        "kind": message.kind,
        "turn": message.turn,
        **_whom(message),
        "name": letter.standing.recipient.name,
        "email": letter.email,
        "language": letter.language,
        "subject": letter.written.subject,
        "text": letter.written.text,
        "html": letter.written.html,
        "method": letter.method,
        "message_id": message.message_id,
    }


def _whom(message: Message) -> dict[str, int | None]:
    return {"person_id": message.person_id, "registration_id": message.registration_id}


def _key(message: Message) -> tuple[object, ...]:
    return message.event_id, message.person_id, message.registration_id, message.kind, message.turn


def _handles(run: App, found: Sequence[Event]) -> list[str]:
    handles = events.names(run.db, found)
    return [handles[event.id] for event in found]
