"""The formats of reports: each module turns any report into one of them. The same report gives the same bytes."""

from importlib import import_module

from osallisuus.i18n import speaking
from osallisuus.reports.blocks import Report, seen

_MODULES = {"text": "text", "md": "markdown", "html": "page", "xlsx": "workbook", "pdf": "paper", "json": "document"}


def render(report: Report, format: str) -> bytes:
    """Return a report in one of `catalogue.FORMATS`; raise UsageError where what makes it is not installed."""
    # start-up: each format brings a library of its own
    module = import_module(f"osallisuus.exports.formats.{_MODULES[format]}")
    with speaking(report.language):
        made: bytes = module.render(report if format == "json" else seen(report))
    return made
