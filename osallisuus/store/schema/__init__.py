"""The database's schema as migrations: append-only, plain SQL, STRICT tables. A released migration is never edited.

Names, contacts and needs of people live in `people` and `arrangements`, and of those who register for a webinar in
`registrations`; everything else refers to people by id. The modules are in the order in which they came.
"""

from osallisuus.store.schema import foundation, panels, webinars
from osallisuus.store.schema.base import MIGRATIONS, statements

# isort: split
# migrations run in the order in which their modules are imported
from osallisuus.store.schema import mail

# isort: split
from osallisuus.store.schema import reports

__all__ = ["MIGRATIONS", "foundation", "mail", "panels", "reports", "statements", "webinars"]
