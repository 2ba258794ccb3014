"""Steps of a proposal that the panel takes part in: they are taken together with the agendas on which they stand."""

from datetime import date

from osallisuus.domain import agendas, progress
from osallisuus.domain.proposals import Proposal
from osallisuus.store.database import Database
from osallisuus.store.logbook import Change


def accept(db: Database, proposal: Proposal, on: date, change: Change, *, today: date) -> Proposal:
    """Note that the panel accepted a draft, and close the item that brought it; raises as `progress.accept`."""
    agendas.keep_news(db, proposal, on, change)
    return _followed(db, progress.accept(db, proposal, on, change, today=today), change)


def tell(db: Database, proposal: Proposal, on: date, change: Change, *, today: date) -> Proposal:
    """Note that the panel has heard the news, and close the items that brought them; raises as `progress.told`."""
    agendas.keep_news(db, proposal, on, change)
    return _followed(db, progress.told(db, proposal, on, change, today=today), change)


def withdraw(db: Database, proposal: Proposal, reason: str, on: date, change: Change, *, today: date) -> Proposal:
    """Note that the panel does not go on with something, and close the item that brought it; raises as `progress.withdraw`."""
    agendas.keep_news(db, proposal, on, change)
    return _followed(db, progress.withdraw(db, proposal, reason, on, change, today=today), change)


def undo(db: Database, proposal: Proposal, change: Change, *, today: date) -> Proposal:
    """Take back the last step, and open again what it had closed; raises as `progress.undo`."""
    return _followed(db, progress.undo(db, proposal, change, today=today), change)


def _followed(db: Database, proposal: Proposal, change: Change) -> Proposal:
    agendas.follow(db, proposal, change)
    return proposal
