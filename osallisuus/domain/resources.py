"""Resources: what was mentioned at a date and can be read elsewhere; a title, a link and the language it is in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from osallisuus.domain import events, hosts
from osallisuus.domain.events import Event
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One link to something elsewhere; `published_on` is None while it is not public."""

    table: ClassVar[str] = "resources"
    id: int = 0
    event_id: int
    title: str
    url: str
    language: str = ""
    published_on: str | None = None


# Reads


def search(db: Database, *, event_id: int = 0) -> list[Resource]:
    """Return the resources of one date, or of all in the order of their dates."""
    chosen = "r.event_id = :event_id" if event_id else "1"
    return db.fetch(
        Resource,
        f"SELECT r.* FROM resources r JOIN events e ON e.id = r.event_id WHERE {chosen} ORDER BY e.starts, r.id",
        {"event_id": event_id},
    )


def get(db: Database, number: int) -> Resource:
    """Return one resource; raise NotFound."""
    found = db.fetch(Resource, "SELECT * FROM resources WHERE id = ?", (number,))
    if not found:
        raise NotFound(_("There is no resource {id}.").format(id=number), hint=_("See them: osallisuus resource list."))
    return found[0]


# Actions


def add(db: Database, event: Event, resource: Resource, change: Change) -> tuple[Resource, bool]:
    """Add a resource and return it; the same link at the same date is returned instead, with False."""
    resource = _sound(resource)
    known = db.fetch(Resource, "SELECT * FROM resources WHERE event_id = ? AND url = ?", (event.id, resource.url))
    if known:
        return known[0], False
    resource = replace(resource, id=db.insert(resource))
    events.tell(db, change, "added", event.id, resource=resource.id)
    return resource, True


def edit(db: Database, resource: Resource, changes: Mapping[str, object], change: Change) -> Resource:
    """Change title, link or language."""
    changed = _sound(with_columns(resource, changes))
    new = {name: getattr(changed, name) for name in changes if getattr(changed, name) != getattr(resource, name)}
    twin = db.value(
        "SELECT id FROM resources WHERE event_id = ? AND url = ? AND id <> ?", (resource.event_id, changed.url, resource.id)
    )
    if twin:
        raise Refused(
            _("Resource {id} of that date has this link already.").format(id=twin),
            hint=_("Remove one of them: osallisuus resource remove ID."),
            code="same_link",
        )
    if new:
        db.update(Resource, resource.id, **new)
        events.tell(db, change, "edited", resource.event_id, resource=resource.id, fields=sorted(new))
    return changed


def _sound(resource: Resource) -> Resource:
    resource = replace(resource, title=resource.title.strip(), url=resource.url.strip())
    if not resource.title:
        raise UsageError(_("A resource needs a title."))
    if not resource.url:
        raise UsageError(_("A resource needs a link."))
    hosts.require_web_address(resource.url)
    return resource
