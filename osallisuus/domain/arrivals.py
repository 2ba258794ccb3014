"""Items of agendas, and which of them come to a session by themselves."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

from osallisuus.domain import proposals
from osallisuus.domain.events import Event
from osallisuus.store.database import Database

KINDS = ("information", "discussion", "decision", "report-back")
# Where a proposal stands while there is news of it to be heard.
HEARABLE = ("answered", "done")
# Sessions to which things come by themselves; what is left open at a training or an interview comes to the next of these.
MEETINGS = ("meeting", "workshop")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of an agenda. `memo_of` or `step_id` say what put it there by itself; `carried_from` is where it was left open.

    `status` is open or closed. `minutes` is the time meant for it; `owner_id` and `due` belong to what is to be done.
    """

    table: ClassVar[str] = "agenda_items"
    id: int = 0
    event_id: int
    position: int = 1
    kind: str = "discussion"
    title: str = ""
    title_sv: str = ""
    title_en: str = ""
    presenter_id: int | None = None
    minutes: int | None = None
    scope: str = ""
    outcome: str = ""
    outcome_sv: str = ""
    outcome_en: str = ""
    owner_id: int | None = None
    due: str | None = None
    status: str = "open"
    memo_of: int | None = None
    step_id: int | None = None
    carried_from: int | None = None


# Reads


def previous(db: Database, event: Event) -> Event | None:
    """Return the meeting before this one that was not cancelled."""
    found = db.fetch(
        Event,
        "SELECT * FROM events WHERE host = ? AND starts < ? AND status <> 'cancelled' AND kind IN ('meeting', 'workshop')"
        " ORDER BY starts DESC, number DESC LIMIT 1",
        (event.host, event.starts),
    )
    return found[0] if found else None


def next_meeting(db: Database, panel: str) -> Event | None:
    """Return the first meeting of a panel that is still planned."""
    found = db.fetch(
        Event,
        "SELECT * FROM events WHERE host = ? AND status = 'planned' AND kind IN ('meeting', 'workshop')"
        " ORDER BY starts, number LIMIT 1",
        (panel,),
    )
    return found[0] if found else None


def coming(db: Database, event: Event, kept: Sequence[Item]) -> list[Item]:
    """Return what comes by itself to a planned session and is not kept yet."""
    before = previous(db, event)
    there = {item.memo_of for item in kept}
    found = []
    gone_through = before and db.value("SELECT 1 FROM agenda_items WHERE memo_of = ? AND status = 'closed'", (before.id,))
    if before and before.id not in there and not gone_through:
        found.append(Item(event_id=event.id, kind="decision", memo_of=before.id))
    first = next_meeting(db, event.host)
    if first and first.id != event.id:
        return found
    left = still_meant(
        db,
        db.fetch(
            Item,
            "SELECT i.* FROM agenda_items i JOIN events e ON e.id = i.event_id"
            " WHERE i.status = 'open' AND e.host = :host AND e.starts < :starts AND e.status IN ('held', 'cancelled')"
            " AND NOT EXISTS (SELECT 1 FROM agenda_items c WHERE c.carried_from = i.id) ORDER BY e.starts, i.position",
            {"host": event.host, "starts": event.starts},
        ),
        planned=True,
    )
    there |= {before.id if before else None}
    fresh = {"id": 0, "event_id": event.id, "outcome": "", "outcome_sv": "", "outcome_en": ""}
    found += [
        Item(**asdict(item) | fresh | {"carried_from": item.id}) for item in left if not item.memo_of or item.memo_of not in there
    ]
    steps = {item.step_id for item in (*kept, *found)}
    return [*found, *(item for item in _news(db, event) if item.step_id not in steps)]


def _news(db: Database, event: Event) -> list[Item]:
    """Return an item for each raised proposal that waits for the panel, and for each answer it has not heard."""
    found = []
    for proposal in proposals.search(db, panel=event.host, unfinished=True):
        steps = proposals.history(db, proposal.id) if proposal.raised_from or proposal.status in HEARABLE else []
        if proposal.status == "draft" and proposal.raised_from:
            news, kind = steps[:1], "decision"
        elif proposal.status in HEARABLE:
            counting = proposals.counting(steps)
            told = max((place for place, step in enumerate(counting, 1) if step.did == "told"), default=0)
            news, kind = [step for step in counting[told:] if step.did in HEARABLE][:1], "report-back"
        else:
            continue
        if news and not _on_an_agenda(db, proposal.id, raised=kind == "decision"):
            found.append(Item(event_id=event.id, kind=kind, step_id=news[0].id))
    return sorted(found, key=lambda item: item.step_id or 0)


def _on_an_agenda(db: Database, proposal_id: int, *, raised: bool) -> bool:
    """Tell whether an open item brings news of a proposal, or whether it was brought as raised at all."""
    return bool(
        db.value(
            "SELECT 1 FROM agenda_items i JOIN proposal_steps s ON s.id = i.step_id"
            " WHERE s.proposal_id = :proposal AND (s.did = 'added') = :raised AND (:raised OR (i.status = 'open'"
            "  AND NOT EXISTS (SELECT 1 FROM agenda_items c WHERE c.carried_from = i.id)))",
            {"proposal": proposal_id, "raised": raised},
        )
    )


def still_meant(db: Database, items: Sequence[Item], *, planned: bool) -> list[Item]:
    """Leave out what came by itself and came to nothing, as long as nothing was noted about it here.

    That is: a carried item that was closed where it came from, a memo that was accepted elsewhere; and at a session still to come
    also an item whose first session is to come again, the memo of a session that was cancelled or comes later itself, and news
    that were taken back or have been told.
    """
    if not any(item.memo_of or item.step_id or item.carried_from for item in items):
        return list(items)
    rows = db.rows(
        "SELECT i.id FROM agenda_items i JOIN events e ON e.id = i.event_id LEFT JOIN events m ON m.id = i.memo_of"
        " LEFT JOIN agenda_items o ON o.id = i.carried_from LEFT JOIN events oe ON oe.id = o.event_id"
        " LEFT JOIN proposal_steps s ON s.id = i.step_id LEFT JOIN proposals p ON p.id = s.proposal_id"
        f" WHERE i.id IN ({_marks(items)}) AND i.outcome = '' AND i.status = 'open' AND (o.status = 'closed'"
        "  OR EXISTS (SELECT 1 FROM agenda_items d WHERE d.memo_of = i.memo_of AND d.status = 'closed') OR (?"
        "  AND (m.status = 'cancelled' OR m.starts >= e.starts OR oe.status = 'planned'"
        "   OR (s.did <> 'added' AND p.status NOT IN ('answered', 'done')))))",
        [*_ids(items), planned],
    )
    gone = {row["id"] for row in rows}
    return [item for item in items if item.id not in gone]


def _ids(items: Sequence[Item]) -> list[int]:
    return sorted({item.id for item in items})


def _marks(items: Sequence[Item]) -> str:
    return ", ".join("?" for _id in _ids(items))
