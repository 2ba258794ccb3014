"""A report as a JSON document, for programs."""

import json

from osallisuus.reports.blocks import Report, plain
from osallisuus.texts import json_safe


def render(report: Report) -> bytes:
    """Return the report as one JSON document, an object keyed `report`."""
    return json_safe(json.dumps({"report": plain(report)}, ensure_ascii=False, indent=2)).encode() + b"\n"
