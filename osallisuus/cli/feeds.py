"""Feeds: a calendar file for each host, in a folder that a web server hands out and other calendars subscribe to."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import quote

from osallisuus import files
from osallisuus.cli.context import App
from osallisuus.domain import calendars
from osallisuus.domain.calendars import Selection
from osallisuus.domain.events import Event
from osallisuus.domain.hosts import Host, Panel
from osallisuus.i18n import speaking

# A subscriber that fetched it once in that time knows that the date is off; then it need not be told any more.
_KEPT = timedelta(weeks=8)
# What is served is readable by whoever serves it.
_FILE, _FOLDER = 0o644, 0o755


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed as it is to be: where, at which web address (empty where unknown), what is in it, and whether it is so already."""

    host: Host
    file: Path
    source: str
    events: int
    cancelled: int
    data: bytes
    is_there: bool

    @property
    def public(self) -> Mapping[str, object]:
        """The feed as its JSON object."""
        told = {"host": self.host.slug, "file": str(self.file), "address": self.source or None}
        return told | {"events": self.events, "cancelled": self.cancelled, "written": not self.is_there}


def made(run: App, folder: Path, hosts: Sequence[Host], *, address: str, refresh: int, language: str, force: bool) -> list[Feed]:
    """Return the feed of each host; raise Refused for a file in its place that was not made here, unless with `force`."""
    feeds = []
    for host in hosts:
        file = folder / f"{host.slug}.ics"
        refuse_foreign(run, file, force=force)
        source = f"{address.rstrip('/')}/{quote(file.name)}" if address else ""
        events = list(_events(run, host))
        data = _bytes(host, events, source=source, refresh=refresh, language=language)
        feeds.append(
            Feed(
                host=host,
                file=file,
                source=source,
                events=len(events),
                cancelled=sum(event.status == "cancelled" for event in events),
                data=data,
                is_there=_is_there(file, data),
            )
        )
    return feeds


def save(folder: Path, feeds: Sequence[Feed]) -> None:
    """Write the feeds that are not there yet as they are to be, each whole or not at all."""
    if not folder.is_dir():
        try:
            folder.mkdir(parents=True)
            folder.chmod(_FOLDER)
        except OSError as error:
            raise files.cannot_write(folder, error) from error
    files.sweep(folder)
    for feed in feeds:
        if not feed.is_there:
            files.replace_by(feed.file, partial(_fill, feed.data))


def refuse_foreign(run: App, path: Path, *, force: bool) -> None:
    """Overwrite without asking only what was exported here before: a scheduled export must be able to run again."""
    try:
        if not force and path.is_file() and not path.is_symlink():
            with path.open("rb") as handle:
                force = b"PRODID:-//osallisuus//" in handle.read(200)
    except OSError as error:
        raise files.cannot_write(path, error) from error
    run.target(path, force=force)


def _events(run: App, host: Host) -> Iterator[Event]:
    """Yield what subscribers are shown, in order of time; a series' feed is for everybody, like its public pages."""
    from osallisuus.domain import pages  # start-up: it knows most nouns, and a calendar file needs none of them

    since = run.today - _KEPT
    for event in calendars.each(run.db, Selection(hosts=[host.slug])):
        if event.status != "cancelled" or event.day >= since:
            yield event if isinstance(host, Panel) else pages.for_subscribers(event)


def _bytes(host: Host, events: Sequence[Event], *, source: str, refresh: int, language: str) -> bytes:
    from osallisuus.exports.calendars import write  # start-up: icalendar takes 100 ms

    zones: dict[str, tuple[date, date]] = {}
    for event in events:
        first, last = zones.get(event.timezone, (event.day, event.day))
        zones[event.timezone] = min(first, event.day), max(last, event.day)
    with speaking(language):
        name = host.called(language)
        pieces = write(events, {host.slug: host}, zones, name=name, language=language, refresh=refresh, source=source)
        return b"".join(pieces)


def _is_there(file: Path, data: bytes) -> bool:
    try:
        served = os.name == "nt" or file.stat().st_mode & _FILE == _FILE
        return served and not file.is_symlink() and file.read_bytes() == data
    except FileNotFoundError:
        return False
    except OSError as error:
        raise files.cannot_read(file, error) from error


def _fill(data: bytes, unfinished: Path) -> None:
    unfinished.write_bytes(data)
    unfinished.chmod(_FILE)
