"""Which reports there are, what each is about, who may see it, and the formats they come in."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from osallisuus.reports.asking import Asked
    from osallisuus.reports.blocks import Report
    from osallisuus.store.database import Database


FORMATS = ("text", "md", "html", "xlsx", "pdf", "json")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One report: `module` holds its `make`; `about` is panel, series, host or empty, and `required` whether one must be named.

    `audience` is public where everything in it may be published, internal where it is for those who may see people's data; a
    report that is not `dated` is of today, and of no period.
    """

    module: str
    about: str
    required: bool
    audience: str
    dated: bool = True


CATALOGUE: Mapping[str, Sheet] = {
    "panel": Sheet(module="panel", about="panel", required=True, audience="public"),
    "year": Sheet(module="year", about="", required=False, audience="public"),
    "you-said-we-did": Sheet(module="said", about="panel", required=False, audience="public"),
    "series": Sheet(module="series", about="series", required=True, audience="public"),
    "programme": Sheet(module="programme", about="series", required=True, audience="public"),
    "innokyla": Sheet(module="innokyla", about="host", required=True, audience="public"),
    "answer-debt": Sheet(module="debt", about="panel", required=False, audience="internal", dated=False),
    "attendance": Sheet(module="attendance", about="host", required=False, audience="internal"),
    "contacts": Sheet(module="contacts", about="panel", required=False, audience="internal"),
    "art30": Sheet(module="processing", about="", required=False, audience="internal", dated=False),
}


def make(db: "Database", asked: "Asked") -> "Report":
    """Return the report that is asked for, in the language that is spoken."""
    # start-up: one report needs nothing of the others
    made: Report = import_module(f"osallisuus.reports.{CATALOGUE[asked.name].module}").make(db, asked)
    return made
