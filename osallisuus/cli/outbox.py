"""What is in the outbox, who was told what, and what a person decides about a letter."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import typer

from osallisuus.cli.commands import ATTENTION
from osallisuus.cli.context import App
from osallisuus.domain import answers, audiences, events, messages, notices, people, registrations, schedules
from osallisuus.domain.answers import Answer
from osallisuus.domain.audiences import Key
from osallisuus.domain.events import Event
from osallisuus.domain.messages import Message
from osallisuus.domain.notices import Standing
from osallisuus.errors import NotFound, Refused
from osallisuus.i18n import _, format_date, format_moment, n_
from osallisuus.words import letter_words, outbox_words, reply_words

_WAITING = ("draft", "queued", "sending", "refused", "unknown")
_UNSENT = ("draft", "queued")
# What somebody may have heard of another way.
_OPEN = (*_UNSENT, "refused", "unknown")


def show_list(run: App, what: str, states: Sequence[str]) -> None:
    """List letters: what waits for somebody, or those in the states that are asked for."""
    event_id, host = scope(run, what)
    found = messages.search(run.db, states=states or _WAITING, event_id=event_id, host=host)
    words, kinds = outbox_words(), letter_words()
    run.out.rows(
        "letters",
        _rows(run, found),
        (
            (_("No"), "id"),
            (_("Date"), "occasion"),
            (_("To"), "name"),
            (_("Letter"), lambda row: kinds[row["kind"]]),
            (_("State"), lambda row: words[row["state"]]),
            (_("Reply"), "reply"),
        ),
        empty=_("No letter waits.") if not states else _("There is no such letter."),
    )


def show_status(run: App, what: str, *, stale_only: bool, check: bool) -> None:
    """Show who was told which version of which date, and whose calendar shows something that is not so any more."""
    rows = [row for event in _told_of(run, what) for row in _standings(run, event)]
    stale = [row for row in rows if row["stale"]]
    whole = "/" in what and not (stale_only or check)
    shown = rows if whole or (run.out.json and not (stale_only or check)) else stale
    if run.out.json or shown:
        run.out.rows(
            "status",
            shown,
            (
                (_("Date"), "occasion"),
                (_("Name"), "name"),
                (_("Told"), _when_told),
                (_("Shows"), _shows),
                (_("Answer"), _answered),
            ),
            empty="",
        )
    if not (run.out.json or shown):
        run.out.say(_("Nobody's calendar is stale: all who were told know the present version."))
    if whole and not run.out.json:
        _sum_up(run, rows)
    if check and stale:
        raise typer.Exit(ATTENTION)


def resend(run: App, numbers: Sequence[int]) -> None:
    """Make drafts again of letters, so that they can be sent once more."""
    with run.writing() as change:
        done = messages.reopen(run.db, [messages.get(run.db, number) for number in dict.fromkeys(numbers)], change)
    sentence = n_("{n} letter is a draft again.", "{n} letters are drafts again.", done)
    run.out.done("letters", {"reopened": done}, sentence)
    if done:
        run.out.note(_("It goes out with: osallisuus invite send. Whoever has it already gets it twice."))


def withdraw(run: App, numbers: Sequence[int]) -> None:
    """Take letters out of the outbox that have not left."""
    with run.writing() as change:
        done = messages.withdraw(run.db, [messages.get(run.db, number) for number in dict.fromkeys(numbers)], change)
    run.out.done("letters", {"withdrawn": done}, n_("{n} letter withdrawn.", "{n} letters withdrawn.", done))


def told(run: App, occasion: str, persons: Sequence[str]) -> None:
    """Note that people heard of a date another way; without names, all who have a draft about it."""
    event = run.any_event(occasion)
    if persons:
        _tell_people(run, event, whom(run, event, persons))
        return
    waiting = [one for one in messages.search(run.db, states=_UNSENT, event_id=event.id) if not run.desk.outdated(one)]
    with run.writing() as change:
        for message in waiting:
            run.desk.note(message, change)
    sentence = n_(
        "{occasion}: {n} letter counts as told.", "{occasion}: {n} letters count as told.", len(waiting), occasion=event.reference
    )
    run.out.done("told", {"occasion": event.lasting, "letters": [one.id for one in waiting]}, sentence)
    if waiting:
        run.out.note(_("A mistake? Make drafts of them again: osallisuus invite resend ID"))


def answer(run: App, occasion: str, person: str, word: str, comment: str) -> None:
    """Note what somebody answered by telephone or in person."""
    with run.writing() as change:
        event = run.any_event(occasion)
        found = people.get(run.db, person)
        if not any(one.person_id == found.id for one in audiences.of(run.db, event)):
            raise Refused(
                _("{occasion} does not concern {name}.").format(occasion=event.reference, name=found.name),
                hint=_("Members and speakers of that day can answer."),
                code="not_concerned",
            )
        asked = Answer(
            event_id=event.id,
            person_id=found.id,
            answer=word,
            comment=comment,
            starts=event.starts,
            minutes=event.minutes,
            timezone=event.timezone,
            answered_at=change.stamp,
        )
        stored, new = answers.note(run.db, event, asked, change)
    sentence = _("{occasion}: {name} {answer}.") if new else _("{occasion}: {name} {answer} already.")
    run.out.done(
        "answer",
        {"occasion": event.lasting, "person_id": found.id, "answer": stored.answer, "comment": stored.comment},
        sentence.format(occasion=event.reference, name=found.name, answer=reply_words()[stored.answer]),
    )


def scope(run: App, what: str) -> tuple[int, str]:
    """Return the event id and the host slug of what a person names: an occasion, a host, or nothing."""
    if "/" in what:
        return run.any_event(what).id, ""
    return 0, run.host(what).slug if what else ""


def whom(run: App, event: Event, references: Sequence[str]) -> list[Key]:
    """Return whom a person names of those whom a date concerns or who were told of it: people, or those who registered."""
    return list(dict.fromkeys(_key(run, event, reference) for reference in references))


def _key(run: App, event: Event, reference: str) -> Key:
    known = {one.recipient.key for one in run.desk.standings(event)}
    found = None
    with suppress(NotFound):
        found = people.get(run.db, reference)
        if (found.id, None) in known:
            return found.id, None
    with suppress(NotFound):
        registered = registrations.get(run.db, event, reference) if event.verbs == "webinar" else None
        if registered and (None, registered.id) in known:
            return None, registered.id
    if not found:
        found = people.get(run.db, reference)
    raise NotFound(
        _("{occasion} does not concern {name}.").format(occasion=event.reference, name=found.name),
        hint=_("See whom it concerns: osallisuus invite status {occasion}.").format(occasion=event.reference),
    )


def _tell_people(run: App, event: Event, keys: Sequence[Key]) -> None:
    """Note that these people heard of what they were to hear by a letter."""
    plan = schedules.of(run.db, [event.host])[event.host]
    # nobody without an address gets a reminder that could say so itself
    due = [one for one in run.desk.due(event, plan) if one.standing.recipient.key in keys and not one.standing.recipient.email]
    wanted = [*run.desk.wanted(event, "", keys), *due]
    called = {one.recipient.key: one.recipient.called for one in run.desk.standings(event)}
    waiting = [
        one
        for one in messages.search(run.db, states=_OPEN, event_id=event.id)
        if (one.person_id, one.registration_id) in keys and not (one.state in _UNSENT and run.desk.outdated(one))
    ]
    with run.writing() as change:
        run.desk.told(wanted, change)
        for message in waiting:
            run.desk.note(message, change)
    names = ", ".join(called[key] for key in keys)
    sentence = _("{occasion}: {names} counts as told.") if not change.empty else _("{occasion}: {names} had nothing to be told.")
    document = {
        "occasion": event.lasting,
        "people": [person for person, _registration in keys if person],
        "registrations": [registration for _person, registration in keys if registration],
        "changed": not change.empty,
    }
    run.out.done("told", document, sentence.format(occasion=event.reference, names=names))


def _told_of(run: App, what: str) -> list[Event]:
    """Return the dates to look at: one, or all to come about which there are letters."""
    if "/" in what:
        return [run.any_event(what)]
    known = {row["event_id"] for row in run.db.rows("SELECT DISTINCT event_id FROM messages")}
    host = run.host(what).slug if what else ""
    return [event for event in events.search(run.db, host=host, since=run.today) if event.id in known]


def _standings(run: App, event: Event) -> list[dict[str, Any]]:
    return [_row(event, one) for one in notices.of(run.db, event, now=run.now) if one.concerned or one.heard]


def _row(event: Event, standing: Standing) -> dict[str, Any]:
    told_ = next((one for one in standing.told if one.revision.uid == event.uid), standing.told[-1] if standing.told else None)
    return {
        "occasion": event.lasting,
        "person_id": standing.recipient.person_id,
        "registration_id": standing.recipient.registration_id,
        "name": standing.recipient.called,
        "role": standing.recipient.role,
        "told_sequence": told_.revision.sequence if told_ else None,
        "told_at": told_.at if told_ else None,
        "told_starts": told_.revision.starts if told_ else None,
        "sequence": event.sequence,
        "taken_off": bool(told_ and told_.cancelled),
        "concerned": standing.concerned,
        "stale": standing.stale,
        "wants": [notice.kind for notice in standing.wants],
        "answer": standing.reply,
        "answer_outdated": bool(standing.reply) and not standing.reply_current,
        "comment": standing.comment,
    }


def _shows(row: Mapping[str, Any]) -> str:
    """Return what somebody's calendar shows, or what they are to hear."""
    kinds = ", ".join(letter_words()[kind] for kind in row["wants"])
    if row["stale"]:
        return _("STALE: tell the {letter}").format(letter=kinds)
    if kinds:
        return _("to be told: {letter}").format(letter=kinds)
    return "" if row["told_sequence"] is None else _("taken off") if row["taken_off"] else _("as it is")


def _answered(row: Mapping[str, Any]) -> str:
    """Return what somebody answered, and what else they said."""
    old = _(" (to an old time)") if row["answer_outdated"] else ""
    return " – ".join(filter(None, (f"{reply_words()[row['answer']]}{old}", " ".join(row["comment"].split()))))


def _when_told(row: Mapping[str, Any]) -> str:
    """Return when somebody was told which version."""
    if row["told_sequence"] is None:
        return _("not yet")
    moment = format_moment(datetime.fromisoformat(row["told_starts"]))
    return _("{moment}, told {day}").format(moment=moment, day=format_date(date.fromisoformat(row["told_at"][:10])))


def _sum_up(run: App, rows: Sequence[dict[str, Any]]) -> None:
    replies, own = reply_words(), [row for row in rows if row["concerned"] and not row["taken_off"]]
    current = [row["answer"] for row in own if not row["answer_outdated"]]
    parts = [f"{replies[word]} {current.count(word)}" for word in answers.ANSWERS if current.count(word)]
    silent = sum(not word for word in current)
    outdated = len(own) - len(current)
    parts += [_("to an old time {n}").format(n=outdated)] if outdated else []
    parts += [_("no answer {n}").format(n=silent)] if silent else []
    if parts:
        run.out.say(f"{', '.join(parts)}.")


def _rows(run: App, found: Sequence[Message]) -> list[dict[str, Any]]:
    registered = (
        {
            row["id"]: row["called"]
            for row in run.db.rows("SELECT id, coalesce(nullif(name, ''), email) AS called FROM registrations")
        }
        if any(one.registration_id for one in found)
        else {}
    )
    return [
        {
            "id": one.id,
            "occasion": run.occasions[one.event_id],
            "person_id": one.person_id,
            "registration_id": one.registration_id,
            "name": run.names[one.person_id] if one.person_id else registered.get(one.registration_id, ""),
            "kind": one.kind,
            "turn": one.turn,
            "state": one.state,
            "by_hand": bool(one.by_hand),
            "made_at": one.made_at,
            "sent_at": one.sent_at,
            "reply": one.reply,
            "message_id": one.message_id,
        }
        for one in found
    ]
