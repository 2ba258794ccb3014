"""The agenda of a session: its own items, and those that come by themselves.

By themselves come the acceptance of the previous memo, what was left open at the session before, proposals that a side panel
raised, and answers that the panel has not heard yet. Reading an agenda writes nothing: what comes by itself is worked out anew
each time, and is kept (`settle`) once anything is written about that agenda, or the session is held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from osallisuus.domain import arrivals, events, progress, proposals, scopes
from osallisuus.domain.arrivals import HEARABLE, MEETINGS, Item
from osallisuus.domain.events import Event
from osallisuus.domain.proposals import Proposal
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change

# Rules


def _require_agenda(event: Event) -> None:
    if event.verbs != "session":
        raise UsageError(_("Only the session of a panel has an agenda."), hint=_("A webinar has talks."))
    if event.status == "cancelled":
        events.require_planned(event, _("{occasion} has no agenda any more."))


# Reads


def get(db: Database, event: Event) -> list[Item]:
    """Return the items of an agenda in order, with those that come by themselves (id 0 while they are not kept)."""
    kept = db.fetch(Item, "SELECT * FROM agenda_items WHERE event_id = ? ORDER BY position, id", (event.id,))
    shown = arrivals.still_meant(db, kept, planned=event.status == "planned")
    if event.status != "planned":
        return shown
    coming = arrivals.coming(db, event, kept) if event.kind in MEETINGS else []
    memo = [item for item in coming if item.memo_of]
    return [*memo, *shown, *(item for item in coming if not item.memo_of)]


def gone_through(db: Database, event: Event) -> tuple[date, Item] | None:
    """Return the day of the session that dealt with the memo of this one, and the item; None while none has."""
    found = db.fetch(
        Item,
        "SELECT i.* FROM agenda_items i JOIN events e ON e.id = i.event_id"
        " WHERE i.memo_of = ? AND i.status = 'closed' ORDER BY e.starts LIMIT 1",
        (event.id,),
    )
    if not found:
        return None
    day = str(db.value("SELECT substr(starts, 1, 10) FROM events WHERE id = ?", (found[0].event_id,)))
    return date.fromisoformat(day), found[0]


def owned(db: Database, *, person_id: int = 0, due_before: date | None = None) -> list[tuple[Item, Event]]:
    """Return open items with somebody to see to them and their sessions: of one person, or due before a day; once each.

    An item that was carried on counts at the last session it reached.
    """
    items = db.fetch(
        Item,
        "SELECT i.* FROM agenda_items i JOIN events e ON e.id = i.event_id WHERE i.status = 'open' AND i.owner_id IS NOT NULL"
        " AND (:person_id = 0 OR i.owner_id = :person_id) AND (:due = '' OR i.due < :due)"
        " AND NOT EXISTS (SELECT 1 FROM agenda_items c WHERE c.carried_from = i.id)"
        " AND (i.carried_from IS NULL OR EXISTS (SELECT 1 FROM agenda_items o WHERE o.id = i.carried_from AND o.status = 'open'))"
        " ORDER BY i.due, i.id",
        {"person_id": person_id, "due": due_before.isoformat() if due_before else ""},
    )
    sessions = {
        event.id: event
        for event in db.fetch(
            Event, f"SELECT * FROM events WHERE id IN ({', '.join('?' for _item in items)})", [item.event_id for item in items]
        )
    }
    return [(item, sessions[item.event_id]) for item in items]


def proposal_of(db: Database, item: Item) -> Proposal | None:
    """Return the proposal that an item is about."""
    number = db.value("SELECT proposal_id FROM proposal_steps WHERE id = ?", (item.step_id,)) if item.step_id else None
    return proposals.get(db, number) if number else None


def is_raised(db: Database, item: Item) -> bool:
    """Tell whether an item brings a proposal that another panel raised, not news of one."""
    return bool(item.step_id and db.value("SELECT did = 'added' FROM proposal_steps WHERE id = ?", (item.step_id,)))


# Actions


def settle(db: Database, event: Event, change: Change) -> list[Item]:
    """Keep what comes to an agenda by itself, and return its items in order; nothing happens when all is kept."""
    items = get(db, event)
    if all(item.id for item in items):
        return items
    kept = [
        item if item.id else replace(item, id=db.insert(replace(item, position=place))) for place, item in enumerate(items, 1)
    ]
    change.tell("settled", "event", event.lasting, about=_about(event), items=len(items))
    return _order(db, kept)


def conclude(db: Database, event: Event, change: Change) -> None:
    """Keep the agenda of a session that is being marked as held; what was for information only is dealt with by that."""
    for item in settle(db, event, change):
        if item.kind == "information" and item.status == "open" and not (item.outcome or item.owner_id or item.due):
            db.update(Item, item.id, status="closed")
            change.tell("concluded", "event", event.lasting, about=_about(event), item=item.id, status="closed")


def keep_news(db: Database, proposal: Proposal, on: date, change: Change) -> None:
    """Keep the news of a proposal on the agenda of the panel's next session before a step would make it none.

    What the panel accepts was raised for that session; what it is told is an item of a session of that day only.
    """
    event = arrivals.next_meeting(db, proposal.panel)
    if event and ((proposal.status == "draft" and proposal.raised_from) or (event.day == on and proposal.status in HEARABLE)):
        settle(db, event, change)


def follow(db: Database, proposal: Proposal, change: Change) -> None:
    """Let the items about a proposal follow where it stands now, as long as nothing was noted about them.

    What another panel raised is open while it waits for the panel, and closed once that has accepted or withdrawn it. What the
    panel has been told is closed at the sessions up to that day.
    """
    rows = db.rows(
        "SELECT i.id, i.status, s.did, substr(e.starts, 1, 10) AS day, e.host || '/' || e.number AS occasion FROM agenda_items i"
        " JOIN proposal_steps s ON s.id = i.step_id JOIN events e ON e.id = i.event_id"
        " WHERE s.proposal_id = ? AND i.outcome = '' AND NOT EXISTS (SELECT 1 FROM agenda_items c WHERE c.carried_from = i.id)",
        (proposal.id,),
    )
    for row in rows:
        if row["did"] == "added":
            status = "open" if proposal.status == "draft" else "closed"
        elif proposal.status == "told" and row["day"] <= (proposal.told_on or ""):
            status = "closed"
        else:
            continue
        if status != row["status"]:
            db.update(Item, row["id"], status=status)
            did = "concluded" if status == "closed" else "reopened"
            change.tell(did, "event", row["occasion"], about=(("host", proposal.panel),), item=row["id"])


def add(db: Database, event: Event, item: Item, change: Change) -> tuple[Item, bool]:
    """Add an item of the session's own at the end and return it; one with the same title is returned instead, with False."""
    _require_agenda(event)
    title = " ".join(item.title.split())
    if not title:
        raise UsageError(_("An item needs a title."))
    items = settle(db, event, change)
    for known in items:
        if known.title == title and not known.carried_from:
            return known, False
    item = replace(item, title=title, event_id=event.id, position=len(items) + 1, scope=item.scope or scopes.suspected(title))
    item = replace(item, id=db.insert(item))
    change.tell("added", "event", event.lasting, about=_about(event), item=item.id)
    return item, True


def edit(db: Database, event: Event, number: int, changes: Mapping[str, object], change: Change) -> Item:
    """Change fields of an item; what came by itself keeps its own title."""
    _require_agenda(event)
    item = _numbered(db, event, number, change)
    changes = {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in changes.items()}
    new = {name: value for name, value in changes.items() if getattr(item, name) != value}
    if not new:
        return item
    if "title" in new and not item.title:
        raise Refused(
            _("Item {number} came by itself and keeps its title.").format(number=number),
            hint=_("It can be given one in Swedish or English: --title-sv TEXT, --title-en TEXT."),
            code="comes_by_itself",
        )
    if "title" in new and not str(new["title"]).strip():
        raise UsageError(_("An item needs a title."))
    if "title" in new and "scope" not in changes and item.scope != "ok":
        new["scope"] = scopes.suspected(str(new["title"]))
    db.update(Item, item.id, **new)
    change.erases |= "title" in new
    change.tell("edited", "event", event.lasting, about=_about(event), item=item.id, fields=sorted(new))
    return with_columns(item, new)


def move(db: Database, event: Event, number: int, to: int, change: Change) -> Item:
    """Put an item in another place of the agenda, the last one for a number past the end."""
    _require_agenda(event)
    item = _numbered(db, event, number, change)
    items = get(db, event)
    others = [other for other in items if other.id != item.id]
    others.insert(max(0, to - 1), item)
    if [other.id for other in others] != [other.id for other in items]:
        _order(db, others)
        change.tell("moved", "event", event.lasting, about=_about(event), item=item.id, position=[number, to])
    return item


def outcome(
    db: Database,
    event: Event,
    number: int,
    noted: Mapping[str, str | int | None],
    change: Change,
    *,
    today: date,
    closed: bool | None = None,
) -> Item:
    """Note what came of an item: `outcome`, `outcome_sv` and `outcome_en`, and who (`owner_id`) sees to what by when (`due`).

    It is closed by that, unless somebody is to see to something: then it stays open and goes on to the next session. An answer
    that was dealt with at a session has been told to the panel on that day.
    """
    _require_agenda(event)
    if event.day > today:
        raise Refused(
            _("{occasion} is still to come.").format(occasion=event.reference),
            hint=_("What comes of an item is noted on the day or after it."),
            code="in_future",
        )
    if noted.get("due") and str(noted["due"]) < event.starts[:10]:
        raise UsageError(_("{due} is before the session ({day}).").format(due=noted["due"], day=event.starts[:10]))
    item = _numbered(db, event, number, change)
    if closed is None:
        # a correction of what was noted leaves open what was open
        to_do = noted.get("owner_id") or noted.get("due") or not noted.get("outcome", item.outcome)
        closed = item.status == "closed" if item.outcome and not to_do else not to_do
    wanted = {**noted, "status": "closed" if closed else "open"}
    new = {name: value for name, value in wanted.items() if getattr(item, name) != value}
    if not new:
        return item
    db.update(Item, item.id, **new)
    change.erases |= any(getattr(item, name) for name in new if name.startswith("outcome"))
    change.tell("concluded", "event", event.lasting, about=_about(event), item=item.id, status=wanted["status"])
    _tell(db, event, item, change, closed=closed, today=today)
    return with_columns(item, new)


def _tell(db: Database, event: Event, item: Item, change: Change, *, closed: bool, today: date) -> None:
    """Let an answer be told when its item is closed, and take that back when the item is opened again."""
    proposal = proposal_of(db, item)
    if not proposal or is_raised(db, item):
        return
    counting = proposals.counting(proposals.history(db, proposal.id))
    heard = any(step.did == "told" and step.id > (item.step_id or 0) for step in counting)
    if closed and proposal.status in HEARABLE and not heard:
        day = max(event.day.isoformat(), proposal.answered_on or "", proposal.done_on or "")
        progress.told(db, proposal, date.fromisoformat(day), change, today=max(today, event.day))
    elif not closed and item.status == "closed" and heard and counting[-1].did == "told":
        progress.undo(db, proposal, change, today=today)


def remove(db: Database, event: Event, number: int, change: Change) -> Item:
    """Take away an item entered by mistake; Refused for one that came by itself or went on to another session."""
    _require_agenda(event)
    item = _numbered(db, event, number, change)
    if not item.title or item.carried_from:
        raise Refused(
            _("Item {number} came by itself and stays.").format(number=number),
            hint=_("Say what came of it: osallisuus session agenda outcome {occasion} {number} TEXT.").format(
                occasion=event.lasting, number=number
            ),
            code="comes_by_itself",
        )
    if db.value("SELECT 1 FROM agenda_items WHERE carried_from = ?", (item.id,)):
        raise Refused(_("Item {number} went on to a later session and stays.").format(number=number), code="in_use")
    db.execute("DELETE FROM agenda_items WHERE id = ?", (item.id,))
    _order(db, get(db, event))
    change.erases = True
    change.tell("removed", "event", event.lasting, about=_about(event), item=item.id)
    return item


def _numbered(db: Database, event: Event, number: int, change: Change) -> Item:
    items = settle(db, event, change)
    if not 1 <= number <= len(items):
        raise NotFound(
            _("The agenda of {occasion} has no item {number}.").format(occasion=event.reference, number=number),
            hint=_("See it: osallisuus session agenda {occasion}.").format(occasion=event.lasting),
        )
    return items[number - 1]


def _order(db: Database, items: Sequence[Item]) -> list[Item]:
    for place, item in enumerate(items, 1):
        db.update(Item, item.id, position=place)
    return [replace(item, position=place) for place, item in enumerate(items, 1)]


def _about(event: Event) -> tuple[tuple[str, str | int], ...]:
    return (("host", event.host),)
