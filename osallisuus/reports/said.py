"""You said – we did: what panels said, what was answered and what came of it; for everybody."""

from osallisuus.domain import hosts
from osallisuus.domain.hosts import Panel
from osallisuus.i18n import _
from osallisuus.reports import outcomes
from osallisuus.reports.asking import Asked, called
from osallisuus.reports.blocks import Block, Heading, Paragraph, Report
from osallisuus.store.database import Database


def make(db: Database, asked: Asked) -> Report:
    """Return what a panel, or all panels, said in the period, and what came of it."""
    panel = asked.host.slug if asked.host else ""
    found = outcomes.read(db, asked, panel=panel)
    said = outcomes.said_and_done(db, asked, panel=panel)
    blocks: list[Block] = [outcomes.figures(found)] if found.made.value or found.answered.value else []
    if said.rows:
        blocks += [Heading(text=_("You said – we did")), said]
    else:
        blocks += [Paragraph(text=_("Nothing was proposed, answered or done in this period."))]
    if found.made.value:
        blocks += [Heading(text=_("What came of the proposals")), outcomes.table(found)]
    name = called(asked.host) if asked.host else _("all panels")
    panels = [panel] if panel else [host.slug for host in hosts.search(db, Panel)]
    return asked.report(db, title=_("You said – we did: {name}").format(name=name), blocks=blocks, panels=panels)
