"""The roll-over of a season: a new series like an old one, with its rule and checklist and nothing about people."""

from collections.abc import Mapping
from dataclasses import replace

from osallisuus.domain import checklists, hosts
from osallisuus.domain.hosts import Host
from osallisuus.store.database import Database, with_columns
from osallisuus.store.logbook import Change


def follower(source: Host, slug: str, changes: Mapping[str, object]) -> Host:
    """Return the series that follows another: the same but for short name, link and what is changed; it counts weeks anew."""
    return with_columns(replace(source, slug=slug, url="", anchor=None, closed_on=None, created_at=""), changes)


def start(db: Database, source: Host, series: Host, change: Change) -> bool:
    """Add a series with the checklist of the one it follows; return False when it is there already, and keeps its own."""
    if not hosts.add(db, series, change):
        return False
    checklists.copy(db, source, series, change)
    return True
