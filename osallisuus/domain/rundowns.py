"""An agenda as it is shown: its items numbered, with names, titles in one language, and the time they take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from osallisuus.domain import agendas, hosts, proposals
from osallisuus.domain.arrivals import Item
from osallisuus.domain.events import Event
from osallisuus.domain.proposals import Proposal
from osallisuus.i18n import _, format_date, language
from osallisuus.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Line:
    """One item of an agenda: `number` from 1, names instead of ids, where it comes from.

    `source` is own, memo, carried, raised or answer; `since` the day of the session where a carried item first was. `title` and
    `outcome` are in the language asked for where they were written in it; `untranslated` names those that were not.
    """

    number: int
    id: int | None
    kind: str
    source: str
    title: str
    presenter: str
    presenter_id: int | None
    minutes: int | None
    scope: str
    outcome: str
    owner: str
    owner_id: int | None
    due: str | None
    status: str
    since: str | None
    proposal_id: int | None
    untranslated: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Time planned against the session's length, in minutes; `untimed` counts items without a time."""

    planned: int
    length: int
    untimed: int

    @property
    def over(self) -> int:
        """By how much the items take longer than the session."""
        return max(0, self.planned - self.length)


# Rules


def budget(lines: Sequence[Line], event: Event) -> Budget:
    """Return the time budget of an agenda."""
    return Budget(
        planned=sum(line.minutes or 0 for line in lines),
        length=event.minutes,
        untimed=sum(line.minutes is None for line in lines),
    )


# Reads


def lines(db: Database, event: Event) -> list[Line]:
    """Return the agenda of an event in the language that is spoken; what has no words in it is shown as it was written."""
    items = agendas.get(db, event)
    names = _names(db, items)
    return [_line(db, number, item, names, language()) for number, item in enumerate(items, 1)]


def owned(db: Database, *, person_id: int = 0, due_before: date | None = None) -> list[tuple[Line, Event]]:
    """Return open items with somebody to see to them as their agendas show them: of one person, or due before a day."""
    found = []
    for item, event in agendas.owned(db, person_id=person_id, due_before=due_before):
        shown = {line.id: line for line in lines(db, event)}
        found += [(shown[item.id], event)] if item.id in shown else []
    return found


def _line(db: Database, number: int, item: Item, names: Mapping[int | None, str], wanted: str) -> Line:
    proposal = agendas.proposal_of(db, item)
    source = _source(db, item)
    texts = {name: getattr(item, f"{name}_{wanted}", "") or getattr(item, name) for name in ("title", "outcome")}
    written = {"title": bool(item.title or proposal), "outcome": bool(item.outcome)}
    missing = [name for name in texts if written[name] and getattr(item, f"{name}_{wanted}", None) == ""]
    if source == "raised" and proposal and not texts["outcome"] and item.status == "closed":
        texts["outcome"] = _("The panel accepted it.") if proposal.accepted_on else _("The panel does not go on with it.")
    return Line(
        number=number,
        id=item.id or None,
        kind=item.kind,
        source=source,
        title=texts["title"] or _title(db, item, proposal),
        presenter=names.get(item.presenter_id, ""),
        presenter_id=item.presenter_id,
        minutes=item.minutes,
        scope=item.scope or (proposal.scope if proposal else ""),
        outcome=texts["outcome"],
        owner=names.get(item.owner_id, ""),
        owner_id=item.owner_id,
        due=item.due,
        status=item.status,
        since=_since(db, item),
        proposal_id=proposal.id if proposal else None,
        untranslated=tuple(missing),
    )


def _source(db: Database, item: Item) -> str:
    if item.memo_of:
        return "memo"
    if item.step_id:
        return "raised" if agendas.is_raised(db, item) else "answer"
    return "carried" if item.carried_from else "own"


def _title(db: Database, item: Item, proposal: Proposal | None) -> str:
    """Return the title of an item that came by itself, in the language that is spoken."""
    if not proposal:
        day = date.fromisoformat(str(db.value("SELECT substr(starts, 1, 10) FROM events WHERE id = ?", (item.memo_of,))))
        return _("Accepting the memo of {date}").format(date=format_date(day))
    if agendas.is_raised(db, item):
        below = proposals.get(db, proposal.raised_from or 0).panel
        return _("Raised by {panel}: {text}").format(panel=hosts.get(db, below).called(language()), text=proposal.text)
    return _news(db, item.step_id or 0, proposal)


def _news(db: Database, step_id: int, proposal: Proposal) -> str:
    """Return the news of a proposal as they were at the session: what came later is news for a later one."""
    steps = proposals.history(db, proposal.id)
    later = [step for step in steps if step.id >= step_id]
    told = next((place for place, step in enumerate(later) if step.did == "told"), len(later))
    heard = later[: told or 1]
    answer = next((step for step in reversed(heard) if step.did == "answered"), None)
    done = any(step.did == "done" for step in heard)
    about = {"id": proposal.id, "text": proposal.text.rstrip(".")}
    if not answer:
        return _("Proposal {id} ({text}): what was promised is done.").format(**about)
    words = {"yes": _("yes"), "partly": _("partly"), "no": _("no"), "not-ours": _("not ours")}
    sentence = _("Answer to proposal {id} ({text}): {decision}.").format(**about, decision=words[answer.decision])
    return " ".join(filter(None, (sentence, answer.reason, _("It is done.") if done else "")))


def _since(db: Database, item: Item) -> str | None:
    """Return the day of the session on whose agenda a carried item was first."""
    day = db.value(
        "WITH RECURSIVE back (id, origin, event_id) AS (SELECT id, carried_from, event_id FROM agenda_items WHERE id = ?"
        " UNION SELECT i.id, i.carried_from, i.event_id FROM agenda_items i JOIN back ON i.id = back.origin)"
        " SELECT substr(e.starts, 1, 10) FROM back JOIN events e ON e.id = back.event_id WHERE back.origin IS NULL",
        (item.carried_from,),
    )
    return str(day) if day else None


def _names(db: Database, items: Sequence[Item]) -> Mapping[int | None, str]:
    ids = sorted({number for item in items for number in (item.presenter_id, item.owner_id) if number})
    rows = db.rows(f"SELECT id, name FROM people WHERE id IN ({', '.join('?' for _id in ids)})", ids)
    return {row["id"]: row["name"] for row in rows}
