"""Drafting letters, and showing how they will be read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer

from osallisuus.cli.commands import PARTLY
from osallisuus.cli.context import App
from osallisuus.cli.outbox import whom
from osallisuus.dates import require_zone
from osallisuus.domain import events, letters, messages, notices, schedules
from osallisuus.domain.events import Event
from osallisuus.domain.messages import Message
from osallisuus.errors import OsallisuusError, Refused
from osallisuus.i18n import _, format_moment, n_
from osallisuus.words import letter_words

if TYPE_CHECKING:
    from osallisuus.mail.drafting import Composed, Wanted


@dataclass(kw_only=True)
class _Found:
    """What drafting found: letters to be, people without an address, and what stands in the way of further ones."""

    wanted: list["Wanted"] = field(default_factory=list)
    shown: list["Composed"] = field(default_factory=list)
    unreachable: list["Wanted"] = field(default_factory=list)
    problems: list[OsallisuusError] = field(default_factory=list)


def draft(run: App, occasion: str, kind: str, persons: Sequence[str], *, show: bool, dry_run: bool) -> None:
    """Draft the letters that are wanted about one occasion."""
    event = run.any_event(occasion)
    only = whom(run, event, persons)
    found = _Found()
    _prepare(run, run.desk.wanted(event, kind, only), found, all_=show and run.out.json)
    _finish(run, found, [event], show=show, dry_run=dry_run, due=False)
    if kind == "report-back" and not found.wanted and not letters.answered(run.db, event):
        run.out.note(_("No proposal of this session has an answer yet."))
    elif kind == "thanks" and not (found.wanted or found.unreachable):
        run.out.note(_("Only those who are marked as there are thanked: osallisuus attendance mark …"))
    _tell_problems(run, found)


def draft_due(run: App, host: str, *, show: bool, dry_run: bool) -> None:
    """Draft what each host's schedule makes due now; one that cannot be drafted stops no other."""
    concerned = _concerned(run, host)
    plans = schedules.of(run.db, sorted({event.host for event in concerned}))
    found = _Found()
    for event in concerned:
        if not notices.may_be_due(event, plans[event.host], run.now):
            continue
        try:
            _prepare(run, run.desk.due(event, plans[event.host]), found, all_=show and run.out.json)
        except OsallisuusError as error:
            found.problems.append(error)
    _finish(run, found, concerned, show=show, dry_run=dry_run, due=True)
    _tell_problems(run, found)


def _tell_problems(run: App, found: _Found) -> None:
    """Tell what could not be drafted, and end in the status of what was done partly."""
    for sentence in dict.fromkeys(f"{problem.message} {problem.hint}".rstrip() for problem in found.problems):
        run.out.note(sentence)
    if found.problems:
        raise typer.Exit(PARTLY)


def show_letter(run: App, number: int, form: str) -> None:
    """Print one letter as it is read: its text, its HTML, or the bytes that leave."""
    message = messages.get(run.db, number)
    letter = run.desk.compose(message)
    differs = bool(message.sha256) and message.sha256 != letter.sha256
    if run.out.json:
        values = {"id": number, "state": message.state, "sent_at": message.sent_at, "differs": differs}
        run.out.document({"letter": {**values, **_public(letter)}})
    elif form == "html":
        run.out.text(letter.written.html)
    elif form == "source":
        run.out.text(letter.content.decode("ascii"))
    else:
        _print(run, letter)
        if message.sent_at:
            when = format_moment(datetime.fromisoformat(message.sent_at).astimezone(require_zone(run.settings.timezone)))
            how = _("It was told another way on {when}.") if message.by_hand else _("It was sent on {when}.")
            run.out.note(how.format(when=when))
        if differs or message.by_hand:
            run.out.note(_("Letters are not kept: these words are made from what is known now, and may differ from those."))


def _concerned(run: App, host: str) -> list[Event]:
    """Return the dates that a schedule can have something to say about today."""
    slug = run.host(host).slug if host else ""
    furthest = timedelta(days=schedules.MOST_DAYS)
    return events.search(run.db, host=slug, since=run.today - furthest, until=run.today + furthest)


def _prepare(run: App, wanted: Sequence["Wanted"], found: _Found, *, all_: bool) -> None:
    """Make each letter once, so that none is kept that could not be sent; keep one of each kind and language, or all."""
    kept = {(one.message.event_id, one.message.kind, one.language) for one in found.shown}
    for one in wanted:
        if not one.standing.recipient.email:
            found.unreachable.append(one)
            continue
        message, revision = run.desk.message(one)
        try:
            letter = run.desk.compose(message, revision)
        except Refused as error:
            if error.code not in ("bad_address", "unsafe_letter"):
                raise
            found.problems.append(error)
            continue
        found.wanted.append(one)
        key = message.event_id, message.kind, letter.language
        if all_ or key not in kept:
            found.shown.append(letter)
            kept.add(key)


def _finish(run: App, found: _Found, concerned: Sequence[Event], *, show: bool, dry_run: bool, due: bool) -> None:
    """Keep the drafts, unless it is only to be seen what they would be, and say what was done."""
    drafted: list[Message] = []
    with run.trying(dry_run=dry_run) as change:
        drafted = run.desk.draft(found.wanted, change)
    names = {event.id: handle for event, handle in zip(concerned, _handles(run, concerned), strict=True)}
    lasting = {event.id: event.lasting for event in concerned}
    if run.out.json:
        document = {
            "drafted": [
                {"id": None if dry_run else m.id, "occasion": lasting[m.event_id], "kind": m.kind, "turn": m.turn, **_whom(m)}
                for m in drafted
            ],
            "unreachable": [
                {
                    "occasion": one.event.lasting,
                    "kind": one.notice.kind,
                    "name": one.standing.recipient.called,
                    "phone": one.standing.recipient.phone,
                }
                for one in found.unreachable
            ],
            "refused": [{"message": error.message, "code": error.code} for error in found.problems],
            "dry_run": dry_run,
        }
        shown = {"letters": [_public(one) for one in found.shown]} if show else {}
        run.out.document({"drafts": document | shown})
        return
    _say_counts(run, drafted, names, due=due, dry_run=dry_run)
    if show:
        for one in found.shown:
            run.out.say("")
            _print(run, one)
        _print_unreachable(run, found.unreachable)
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
            waiting = len(messages.search(run.db, states=("draft", "queued"), event_id=event_id))
            sentence = n_("{n} letter waits already", "{n} letters wait already", waiting)
            nothing = _("{occasion}: no new letter is wanted.").format(occasion=name)
            run.out.say(f"{name}: {sentence}." if waiting else nothing)
            if waiting:
                run.out.note(_("Send: osallisuus invite send {occasion}").format(occasion=name))
    if due and not drafted:
        run.out.say(_("No letter is due now."))


def _tell(run: App, found: _Found, drafted: Sequence[Message], names: dict[int, str], *, dry_run: bool) -> None:
    for event_id, name in names.items():
        for kind, word in letter_words().items():
            without = [
                f"{one.standing.recipient.called} {one.standing.recipient.phone}".rstrip()
                for one in found.unreachable
                if one.event.id == event_id and one.notice.kind == kind
            ]
            if without:
                sentence = _("{occasion}: no e-mail address, tell them another way ({kind}): {names}.")
                hint = _("Then note it: osallisuus invite told {occasion} PERSON").format(occasion=name)
                run.out.note(f"{sentence.format(occasion=name, kind=word, names=', '.join(without))} {hint}")
        answered = letters.answered(run.db, events.by_id(run.db, event_id)) if drafted else []
        if any(m.kind == "report-back" and m.event_id == event_id for m in drafted):
            numbers = " / ".join(str(one.id) for one in answered)
            run.out.note(_("When they have it, note it: osallisuus proposal told {numbers}").format(numbers=numbers))
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
        *([_for_calendar(letter.method)] if letter.method else []),
        "",
    )
    run.out.text(letter.written.text)


def _for_calendar(method: str) -> str:
    return _("For the calendar: the entry is taken away") if method == "CANCEL" else _("For the calendar: an entry")


def _print_unreachable(run: App, unreachable: Sequence["Wanted"]) -> None:
    """Print the letters of those without an address, to be printed or read out."""
    for one in unreachable:
        message, revision = run.desk.message(one)
        written = run.desk.written(message, revision)
        recipient = one.standing.recipient
        run.out.say(
            "",
            _("On paper or by telephone: {name} {phone}").format(name=recipient.called, phone=recipient.phone).rstrip(),
            _("Subject: {subject}").format(subject=written.subject),
            "",
        )
        run.out.text(written.text)


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
        "message_id": message.message_id if message.id else None,
    }


def _whom(message: Message) -> dict[str, int | None]:
    return {"person_id": message.person_id, "registration_id": message.registration_id}


def _handles(run: App, found: Sequence[Event]) -> list[str]:
    handles = events.names(run.db, found)
    return [handles[event.id] for event in found]
