"""Materials of a date or a talk: slides, recordings, documents and links, published or not.

What is published needs the permission of whoever gave it. A recording that is published has to have captions within 14 days of
its publication (act on the provision of digital services 306/2019).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

from osallisuus.domain import events, hosts, publications, speakers, talks
from osallisuus.domain.speakers import Named
from osallisuus.errors import NotFound, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change

KINDS = ("slides", "recording", "link", "document")
CAPTIONS_WITHIN = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Material:
    """One material: a link (`url`) or a copied file (`file` inside the data folder, `size` in bytes, `sha256`).

    `published_on` is None while it is not public, `captioned_on` while a recording has no captions.
    """

    table: ClassVar[str] = "materials"
    id: int = 0
    event_id: int
    talk_id: int | None = None
    kind: str = "slides"
    label: str
    language: str = ""
    url: str = ""
    file: str = ""
    size: int | None = None
    sha256: str = ""
    published_on: str | None = None
    first_published_on: str | None = None
    captioned_on: str | None = None

    @property
    def captions_due(self) -> date | None:
        """The last day on which captions are in time; None when none are owed."""
        if self.kind != "recording" or not self.published_on or self.captioned_on:
            return None
        # from the first day: to take it off and publish it again is no way around the law
        return date.fromisoformat(self.first_published_on or self.published_on) + CAPTIONS_WITHIN


# Rules


def unpermitted(material: Material, programme: Mapping[int, Sequence[Named]]) -> list[Named]:
    """Return the speakers without whose permission a material is not to be published; `programme` is that of its date by talk.

    Slides and documents of a talk are its speakers'. Of a whole date, slides are everybody's and a document is the organiser's;
    a recording shows everybody it is of.
    """
    everybody = [speaker for of_talk in programme.values() for speaker in of_talk]
    own = list(programme.get(material.talk_id, ())) if material.talk_id else everybody
    if not material.talk_id and material.kind in ("link", "document"):
        return []
    lacking = speakers.without(own, "may_publish")
    if material.talk_id and own and not any(speaker.may_publish == "yes" for speaker in own):
        return list(own)
    if material.kind == "recording":
        lacking += [speaker for speaker in speakers.without(own, "may_record") if speaker not in lacking]
    return lacking


# Reads


def search(db: Database, *, event_id: int = 0, published: bool = False) -> list[Material]:
    """Return the materials of one date, or of all in the order of their dates: those of the date itself first, then by talk."""
    chosen = "m.event_id = :event_id" if event_id else "1"
    return db.fetch(
        Material,
        "SELECT m.* FROM materials m JOIN events e ON e.id = m.event_id LEFT JOIN talks t ON t.id = m.talk_id"
        f" WHERE {chosen}{' AND m.published_on IS NOT NULL' if published else ''} ORDER BY e.starts, e.id, t.position, m.id",
        {"event_id": event_id},
    )


def get(db: Database, number: int) -> Material:
    """Return one material; raise NotFound."""
    found = db.fetch(Material, "SELECT * FROM materials WHERE id = ?", (number,))
    if not found:
        raise NotFound(_("There is no material {id}.").format(id=number), hint=_("See them: osallisuus material list."))
    return found[0]


def checksums(db: Database) -> Mapping[str, str]:
    """Return the SHA-256 of every file in the data folder that materials refer to, by its name there."""
    return {row["file"]: row["sha256"] for row in db.rows("SELECT file, sha256 FROM materials WHERE file <> ''")}


def twin(db: Database, material: Material) -> Material | None:
    """Return the material of that date that is the same link, or has the same bytes."""
    found = db.fetch(
        Material,
        "SELECT * FROM materials WHERE event_id = ? AND ((url <> '' AND url = ?) OR (sha256 <> '' AND sha256 = ?))",
        (material.event_id, material.url.strip(), material.sha256),
    )
    return found[0] if found else None


# Actions


def add(db: Database, material: Material, change: Change) -> Material:
    """Add a material that `twin` did not find, not published yet; its file is in its place already."""
    material = _sound(db, material)
    material = replace(material, id=db.insert(material))
    events.tell(db, change, "added", material.event_id, material=material.id)
    if material.kind == "slides" and material.talk_id:
        speakers.receive(db, talks.get(db, material.talk_id), change)
    return material


def edit(db: Database, material: Material, changes: Mapping[str, object], change: Change) -> Material:
    """Change label, language, talk, kind or link of a material."""
    if "url" in changes and material.file:
        raise Refused(_("Material {id} is a file.").format(id=material.id), hint=_("Remove it and add the link anew."))
    changed = _sound(db, with_columns(material, changes))
    if changed.kind != "recording":
        changed = replace(changed, captioned_on=None)
    new = {name: value for name, value in vars(changed).items() if getattr(material, name) != value}
    if not new:
        return material
    if material.published_on:
        require_permission(db, changed)
    db.update(Material, material.id, **new)
    events.tell(db, change, "edited", material.event_id, material=material.id, fields=sorted(new))
    return changed


def publish(db: Database, material: Material, on: date, change: Change) -> Material:
    """Make a material public from the next building of the site on; raise Refused without the permission it needs."""
    require_permission(db, material)
    first = material.first_published_on or on.isoformat()
    return publications.publish(db, material, "material", on, change, first_published_on=first)


def caption(db: Database, material: Material, on: date, change: Change) -> Material:
    """Note that a recording has captions."""
    if material.kind != "recording":
        raise Refused(_("Material {id} is no recording.").format(id=material.id), hint=_("Captions belong to recordings."))
    if material.captioned_on == on.isoformat():
        return material
    db.update(Material, material.id, captioned_on=on.isoformat())
    events.tell(db, change, "captioned", material.event_id, material=material.id)
    return replace(material, captioned_on=on.isoformat())


def follow_permissions(db: Database, event_id: int, change: Change) -> list[Material]:
    """Take back what is published of a date without a permission that it needs, and return it: a permission was withdrawn."""
    programme = speakers.search(db, [talk.id for talk in talks.search(db, event_id)])
    return [
        publications.unpublish(db, one, "material", change)
        for one in search(db, event_id=event_id, published=True)
        if unpermitted(one, programme)
    ]


def follow_permissions_of(db: Database, person_id: int, change: Change) -> list[Material]:
    """Do the same for all dates at which somebody speaks."""
    rows = db.rows(
        "SELECT DISTINCT t.event_id FROM talks t JOIN speakers s ON s.talk_id = t.id WHERE s.person_id = ?", (person_id,)
    )
    return [one for row in rows for one in follow_permissions(db, row["event_id"], change)]


def unchecked(db: Database, material: Material) -> bool:
    """Tell whether these are slides of a talk of which nobody has said that they are accessible (act 306/2019)."""
    if material.kind != "slides" or not material.talk_id:
        return False
    return any(speaker.slides == "received" for speaker in speakers.of(db, talks.get(db, material.talk_id)))


def require_permission(db: Database, material: Material) -> None:
    """Raise Refused, naming who has not said yes, when a material may not be published."""
    programme = speakers.search(db, [talk.id for talk in talks.search(db, material.event_id)])
    lacking = unpermitted(material, programme)
    if lacking:
        option = "--may-publish yes --may-record yes" if material.kind == "recording" else "--may-publish yes"
        raise Refused(
            _("'{label}' cannot be published: no permission from {names}.").format(
                label=material.label, names=", ".join(dict.fromkeys(speaker.name for speaker in lacking))
            ),
            hint=_("Ask, and note the answer: osallisuus talk speaker {talk} {person} {option}.").format(
                talk=lacking[0].talk_id, person=lacking[0].person_id, option=option
            ),
            code="no_permission",
            material=material.id,
            people=[speaker.person_id for speaker in lacking],
        )


def _sound(db: Database, material: Material) -> Material:
    """Return the material as it is to be stored; raise UsageError or Refused for one that no page could show."""
    material = replace(material, label=material.label.strip(), url=material.url.strip())
    if not material.label:
        raise UsageError(_("A material needs a label: what people read on the page."))
    if not (material.url or material.file):
        raise UsageError(_("A link needs an address."))
    hosts.require_web_address(material.url)
    if material.talk_id and talks.get(db, material.talk_id).event_id != material.event_id:
        raise Refused(
            _("Talk {id} is on another date.").format(id=material.talk_id),
            hint=_("See the talks: osallisuus talk list OCCASION."),
        )
    return material
