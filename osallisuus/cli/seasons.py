"""The roll-over of a series into a new one: shown with its dates and remarks, then made."""

from typing import Any
from uuid import uuid4

from osallisuus.cli import plans
from osallisuus.cli.context import App
from osallisuus.domain import hosts, planning, seasons
from osallisuus.domain.hosts import Series
from osallisuus.domain.planning import Span
from osallisuus.errors import Refused
from osallisuus.i18n import _


def roll_over(run: App, slug: str, new_slug: str, changes: dict[str, Any], span: Span, *, dry_run: bool) -> None:
    """Make a series that follows another and plan its dates, or only show them."""
    with run.trying(dry_run=dry_run) as change:
        source = run.host(slug, Series)
        asked = seasons.follower(source, hosts.require_slug(new_slug), changes)
        new = seasons.start(run.db, source, asked, change)
        shown = planning.prepare(run.db, hosts.get(run.db, asked.slug, Series), span)
        if not new and shown.needs_consent:
            raise Refused(
                _("{slug} is there already, and its dates would move.").format(slug=asked.slug),
                hint=_("Plan it by itself: osallisuus webinar plan {slug} …").format(slug=asked.slug),
                code="needs_plan",
            )
        planning.apply(run.db, shown, change, new_uid=lambda: str(uuid4()))
    run.out.say(*plans.lines(shown))
    for remark in shown.remarks:
        run.out.say(_("Note: {text}").format(text=remark.text))
    document = dict(plans.document(shown, dry_run=dry_run)) | {"follows": source.slug}
    run.out.done("plan", document, plans.sentence(shown, dry_run=dry_run))
