"""Dates on a calendar server (CalDAV, RFC 4791): put there, kept up to date in place, taken away when they are no more.

What is ours says so itself: by our PRODID, and by X-OSALLISUUS-HOST, whose date it is. Nothing else is ever touched. Nothing is
remembered here, either: each run compares what the server holds with what it is to hold, so that one that broke off is run again.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self
from urllib.parse import quote, urljoin, urlsplit
from xml.sax.saxutils import escape

from osallisuus.domain.hosts import is_web_address
from osallisuus.errors import Busy, NotFound, OsallisuusError, Refused, UsageError
from osallisuus.i18n import _
from osallisuus.mail import accounts

_CALENDAR = "{urn:ietf:params:xml:ns:caldav}calendar"
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"
_SPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
_KIND = f"<d:propfind {_SPACES}><d:prop><d:resourcetype/></d:prop></d:propfind>"
_PROPERTIES = "<d:prop><d:getetag/><c:calendar-data/></d:prop>"
_QUERY = (
    f'<c:calendar-query {_SPACES}>{_PROPERTIES}<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"/>'
    "</c:comp-filter></c:filter></c:calendar-query>"
)
# Any state (RFC 9110 13.1.1), for a server that does not tell which.
_ANY = "*"
_OURS = "-//osallisuus//"
_MARK = "X-OSALLISUUS-HOST"
# What people see of a date, and what would change it. Servers and programs put in stamps, alarms and marks of their own.
_TOLD = frozenset(
    (
        *("SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "CLASS", "STATUS", "TRANSP", "URL", "UID", "SEQUENCE", _MARK),
        *("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "ORGANIZER", "ATTENDEE"),
    )
)
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;(?:"[^"]*"|[^":;])*)*):(.*)', re.DOTALL)
_ZONE = re.compile(r';TZID="?([^";]*)', re.IGNORECASE)
# In seconds; a server of a municipality may be slow, but somebody waits at the terminal.
_PATIENCE = 60
# Somebody else changed it between our look and our writing: seen again, written again, then told.
_TRIES = 2
# Of the answers of a server, those that waiting does not mend: it cannot do it (RFC 9110 15.6.2), or it is full (RFC 4918 11.5).
_LASTING = (501, 507)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A calendar object: what it is called by people, whose it is and what it tells.

    `href` is its address and `etag` its state on the server, both empty for one of our own that is not there yet; `told` are the
    properties that people see, to be compared; `host` is empty where nobody marked it.
    """

    uid: str
    host: str
    maker: str
    told: Sequence[tuple[str, str, str]]
    data: bytes
    href: str = ""
    etag: str = ""

    @property
    def name(self) -> str:
        """The date as its host calls it (`vantaa/2022-11-24`), or its UID."""
        day = next((value[:8] for name, _zone, value in self.told if name == "DTSTART"), "")
        return f"{self.host}/{day[:4]}-{day[4:6]}-{day[6:]}" if self.host and day else self.uid


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What publishing did, or would do, by the names of the dates; `left` were somebody else's, or changed at the same time."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def address_of(url: str) -> str:
    """Return the address of a collection with its last slash; raise UsageError for what is none, Refused for one without TLS."""
    parts = urlsplit(url) if is_web_address(url) else None
    if not parts or parts.query or parts.fragment:
        raise UsageError(
            _("'{url}' is not the address of a calendar.").format(url=re.sub("//[^/]*@", "//…@", url)),
            hint=_("As https://example.org/dav/calendars/me/meetings/; the user's name goes into --user."),
        )
    if parts.scheme == "http" and not accounts.is_loopback(parts.hostname or ""):
        raise Refused(
            _("Without TLS nothing is sent to {host}: the calendar and the password could be read on the way.").format(
                host=parts.hostname
            ),
            hint=_("Write the address with https://."),
            code="no_tls",
        )
    return f"{url.rstrip('/')}/"


def read(data: bytes, *, href: str = "", etag: str = "") -> Entry:
    """Return what an object says; of broken data what can be read, so that it is nobody's and left alone."""
    maker, host, uid, told, within = "", "", "", [], []
    for line in re.split(r"\r?\n", re.sub(r"\r?\n[ \t]", "", data.decode(errors="replace"))):
        match = _LINE.fullmatch(line)
        if not match:
            continue
        name, value = match[1].upper(), re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], match[3])
        if name == "BEGIN":
            within.append(value.upper())
        elif name == "END":
            within = within[:-1]
        elif within == ["VCALENDAR"] and name == "PRODID":
            maker = value
        elif within == ["VCALENDAR", "VEVENT"] and name in _TOLD:
            zone = _ZONE.search(match[2])
            told.append((name, zone[1] if zone else "", value))
            host = value if name == _MARK else host
            uid = value if name == "UID" else uid
    return Entry(uid=uid, host=host, maker=maker, told=sorted(told), data=data, href=href, etag=etag)


def publish(
    collection: "Collection", wanted: Sequence[Entry], hosts: Sequence[str], *, force: bool = False, dry_run: bool = False
) -> Outcome:
    """Make a collection hold exactly these dates of these hosts; what is of other hosts or of other people stays as it is.

    Raises Refused when nothing of what a host has there would be left, unless with `force`, which also takes over dates of the
    same identity that somebody else put there. Raises Busy when the server breaks off: the same call finishes it.
    """
    collection.require()
    there = {entry.uid: entry for entry in collection.entries()}
    uids = {entry.uid for entry in wanted}
    gone = [entry for entry in there.values() if entry.host in hosts and entry.uid not in uids]
    if not force:
        _require_some_left([entry.host for entry in gone], [there[uid].host for uid in uids & set(there)], collection.address)
    outcome = Outcome()
    for entry in wanted:
        done = _put(collection, entry, there.get(entry.uid), force=force, dry_run=dry_run)
        getattr(outcome, done).append(entry.name)
    for entry in gone:
        done = _withdraw(collection, entry, force=force, dry_run=dry_run)
        getattr(outcome, done).append(entry.name)
    return outcome


def _require_some_left(gone: Sequence[str], kept: Sequence[str], address: str) -> None:
    """Raise Refused for a host that would lose everything: its dates were lost here, or are those of another database."""
    for host in gone:
        if host not in kept:
            raise Refused(
                _("Everything of {host} in {address} would be taken away, {n} in all: none of it is known here.").format(
                    n=gone.count(host), host=host, address=address
                ),
                hint=_("Check that this is the right database and calendar; to take them away, add --force."),
                code="would_empty",
            )


def _put(collection: "Collection", wanted: Entry, there: Entry | None, *, force: bool, dry_run: bool) -> str:
    """Bring one date up to date; return the list of the outcome it goes into."""
    for _try in range(_TRIES):
        if there and (there.uid != wanted.uid or (there.host != wanted.host and not force)):
            return "left"
        if there and there.told == wanted.told:
            return "unchanged"
        href = there.href if there else collection.address_for(wanted.uid)
        if dry_run or collection.put(href, wanted.data, (there.etag or _ANY) if there else ""):
            return "updated" if there else "created"
        there = collection.entry(href)
    return "left"


def _withdraw(collection: "Collection", entry: Entry, *, force: bool, dry_run: bool) -> str:
    """Take one date of ours away; one that somebody has saved with another program since is theirs."""
    there: Entry | None = entry
    for _try in range(_TRIES):
        if there and (there.uid, there.host) != (entry.uid, entry.host):
            return "left"
        if there and not there.maker.startswith(_OURS) and not force:
            return "left"
        if not there or dry_run or collection.delete(there.href, there.etag or _ANY):
            return "withdrawn"
        there = collection.entry(entry.href)
    return "left"


class Collection:
    """A calendar on a server; `address` ends in a slash. To be used in a `with` block.

    Its methods raise NotFound when it is not there, Refused for a login, a certificate or an answer that is not right, and Busy
    for a server that cannot be reached or is in trouble.
    """

    def __init__(self, address: str, *, user: str = "", password: str = "") -> None:
        self.address = address
        self._user, self._password = user, password

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(KeyError):
            self.__dict__.pop("_client").close()

    @cached_property
    def _client(self) -> Any:
        try:
            from caldav.davclient import DAVClient  # an extra, and slow: only where a calendar server is spoken to
        except ImportError as error:
            raise UsageError(
                _("The library that speaks to calendar servers is not installed: pip install 'osallisuus[caldav]'."),
                code="no_caldav",
            ) from error
        # whatever is wrong is told below in one sentence
        logging.getLogger("caldav").setLevel(logging.CRITICAL)
        client = DAVClient(
            self.address,
            username=self._user or None,
            password=self._password or None,
            timeout=_PATIENCE,
            enable_rfc6764=False,
        )
        # a redirected PUT becomes a GET on some servers' word, and would look as if it had been done
        client.session.max_redirects = 0
        # without an auth of its own a request takes somebody's name and password out of ~/.netrc
        client.session.auth = _as_it_is
        return client

    def address_for(self, uid: str) -> str:
        """Return where an object of ours is put."""
        return f"{self.address}{quote(uid, safe='')}.ics"

    def require(self) -> None:
        """Raise NotFound when nothing is there, Refused when it is no calendar."""
        answer = self._ask("PROPFIND", self.address, _KIND, {"Depth": "0"}, ok=(207,))
        if answer.tree is None or answer.tree.find(f".//{_CALENDAR}") is None:
            raise Refused(
                _("{address} is not a calendar.").format(address=self.address),
                hint=_("Give the address of one calendar, as the server shows it for other programs (CalDAV)."),
                code="not_a_calendar",
            )

    def entries(self) -> Iterator[Entry]:
        """Yield every event of the collection."""
        return self._report(_QUERY, "1")

    def entry(self, href: str) -> Entry | None:
        """Return one object as it is now, None when it is not there."""
        path = escape(urlsplit(href).path)
        query = f"<c:calendar-multiget {_SPACES}>{_PROPERTIES}<d:href>{path}</d:href></c:calendar-multiget>"
        return next(self._report(query, "0"), None)

    def _report(self, query: str, depth: str) -> Iterator[Entry]:
        answer = self._ask("REPORT", self.address, query, {"Depth": depth}, ok=(207,))
        for found in () if answer.tree is None else answer.tree.iter("{DAV:}response"):
            href, etag, data = (found.findtext(path) for path in ("{DAV:}href", ".//{DAV:}getetag", f".//{_DATA}"))
            if href and data:
                # only its path: the password goes to nobody but the server that was named
                yield read(data.encode(), href=urljoin(self.address, urlsplit(href.strip()).path), etag=(etag or "").strip())

    def put(self, href: str, data: bytes, etag: str) -> bool:
        """Write an object that is in the state `etag`, or none; return False when it is in another state by now."""
        kind = {"Content-Type": "text/calendar; charset=utf-8"}
        state = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        return bool(self._ask("PUT", href, data, kind | state, ok=(200, 201, 204, 409, 412)).status < 300)

    def delete(self, href: str, etag: str) -> bool:
        """Take away an object that is in the state `etag`; return False when it is in another one by now."""
        return bool(self._ask("DELETE", href, "", {"If-Match": etag}, ok=(200, 202, 204, 404, 410, 412)).status != 412)

    def _ask(self, method: str, address: str, body: str | bytes, headers: Mapping[str, str], *, ok: Sequence[int]) -> Any:
        client = self._client
        from caldav.lib.error import AuthorizationError, DAVError, RateLimitError
        from caldav.lib.http_sync import requests  # whichever of two HTTP libraries caldav found

        try:
            answer = client.request(address, method, body, headers)
        except AuthorizationError as error:
            raise self._not_let_in(error.status or 401) from error
        except RateLimitError as error:
            raise self._failed(503, "Service Unavailable") from error
        except requests.exceptions.TooManyRedirects as error:
            raise self._moved(error.response) from error
        except requests.exceptions.SSLError as error:
            raise self._untrusted(error) from error
        except requests.exceptions.RequestException as error:
            raise self._unreachable(error) from error
        except NotImplementedError as error:
            raise self._not_let_in(0) from error
        except (DAVError, SyntaxError) as error:  # XML that is none is a SyntaxError to lxml
            raise self._failed(0, "") from error
        if answer.status not in ok:
            raise self._failed(answer.status, answer.reason)
        return answer

    @property
    def _server(self) -> str:
        return urlsplit(self.address).netloc

    def _not_let_in(self, status: int) -> OsallisuusError:
        if status == 403:
            return Refused(
                _("{server} does not let you write into {address}.").format(server=self._server, address=self.address),
                hint=_("Ask its owner for the right to change it, or name another calendar or user."),
                code="forbidden",
            )
        if status == 0:
            return Refused(
                _("{server} asks for a way to log in that this program does not have.").format(server=self._server),
                hint=_("Ask its keeper for an app password for CalDAV (Basic or Digest)."),
                code="login_refused",
            )
        sentence = _("{server} refused the login of {user}.") if self._user else _("{server} asks who you are.")
        return Refused(
            sentence.format(server=self._server, user=self._user),
            hint=_("Check --user and the password; where a second factor is in use, make an app password."),
            code="login_refused",
        )

    def _moved(self, answer: Any) -> OsallisuusError:
        target = urljoin(self.address, answer.headers.get("Location", "") if answer is not None else "")
        return Refused(
            _("{address} leads on to {target}, and nothing was sent there.").format(address=self.address, target=target),
            hint=_("If that is your calendar, give its address as --to."),
            code="redirected",
        )

    def _untrusted(self, error: Exception) -> OsallisuusError:
        return Refused(
            _("The certificate of {server} cannot be trusted, and nothing was sent: {reason}").format(
                server=self._server, reason=_short(error)
            ),
            hint=_("Check the address; if it is right, the server's keeper must mend it."),
            code="tls",
        )

    def _unreachable(self, error: Exception) -> OsallisuusError:
        return Busy(
            _("{server} cannot be reached: {reason}").format(server=self._server, reason=_short(error)),
            hint=_("Try the same command again later: it goes on where it broke off."),
            code="unreachable",
        )

    def _failed(self, status: int, reason: str) -> OsallisuusError:
        told = {"server": self._server, "address": self.address, "answer": f"{status} {reason}".strip()}
        if status in (404, 410):
            return NotFound(
                _("There is no calendar at {address}.").format(**told),
                hint=_("Make it first in the calendar program, and copy its address from there."),
            )
        if status >= 500 and status not in _LASTING:
            return Busy(
                _("{server} is in trouble: it answered '{answer}'.").format(**told),
                hint=_("Try the same command again later: it goes on where it broke off."),
                code="server_failed",
            )
        if status in (0, 200, 204, 405):
            return Refused(
                _("{address} does not answer as a calendar server does.").format(**told),
                hint=_("Give the address of one calendar, as the server shows it for other programs (CalDAV)."),
                code="not_a_calendar",
            )
        return Refused(_("{server} did not accept it: '{answer}'.").format(**told), code="server_refused")


def _as_it_is(request: Any) -> Any:
    return request


def _short(error: Exception) -> str:
    """Return the innermost reason of a failure, without the classes and addresses that libraries wrap around it."""
    inner: BaseException = error
    while True:
        deeper = inner.__cause__ or inner.__context__ or next((one for one in inner.args if isinstance(one, BaseException)), None)
        if deeper is None:
            break
        inner = deeper
    text = getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    return f"{text.splitlines()[0].rstrip('.')}."
