"""What a report is asked for, and what every report does with it: periods, hidden numbers, how it was made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from osallisuus import __version__
from osallisuus.config import Settings
from osallisuus.domain import agreements, anonymity, hosts
from osallisuus.domain.descriptions import Description
from osallisuus.domain.hosts import Host
from osallisuus.i18n import _, bare_date, language
from osallisuus.reports import quoting, suppression
from osallisuus.reports.blocks import Behind, Block, Made, Number, Paragraph, Report
from osallisuus.store.database import Database


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for: a report about `host` (or all there is) from `since` to `until`, both included, as it is `today`.

    `internal` is for those who may see every number; without it small numbers of people are hidden. `year` is 0 for a period
    that is no calendar year. Words to `spare` are no names although they look like ones.
    """

    name: str
    host: Host | None
    since: date
    until: date
    today: date
    internal: bool
    settings: Settings
    spare: Sequence[str] = ()

    @property
    def year(self) -> int:
        """The calendar year that is asked for, 0 for another period."""
        whole = (self.since.month, self.since.day, self.until.month, self.until.day) == (1, 1, 12, 31)
        return self.since.year if whole and self.since.year == self.until.year else 0

    @property
    def day(self) -> date:
        """The day as of which people are counted: the last of the period, or today where it still runs."""
        return min(self.until, max(self.today, self.since))

    @property
    def period(self) -> str:
        """The period in words: `2022`, or its first and last day."""
        if self.year:
            return str(self.year)
        return f"{bare_date(self.since)}–{bare_date(self.until)}"

    @property
    def bounds(self) -> dict[str, object]:
        """The parameters `since` and `until` for civil times (`starts`) and days alike; `beyond` is the day after."""
        return {"since": self.since.isoformat(), "until": self.until.isoformat(), "beyond": f"{self.until.isoformat()}~"}

    def report(
        self,
        db: Database,
        *,
        title: str,
        blocks: Sequence[Block],
        limits: Sequence[str] = (),
        missing: Sequence[str] = (),
        subtitle: str = "",
        panels: Sequence[str] | None = None,
    ) -> Report:
        """Return the finished report; what is of no period has its own `subtitle`.

        With `panels`, the words of people in a report for everybody are about these, and hold no names but of those who agreed
        to the publication of theirs.
        """
        left_out: Sequence[str] = ()
        if panels is not None and not self.internal:
            blocks, left_out = self._anonymous(db, blocks, panels)
        entry = db.value("SELECT max(id) FROM log") or 0
        return Report(
            name=self.name,
            title=title,
            subtitle=subtitle or self.period,
            organisation=self.settings.organisation,
            audience="internal" if self.internal else "public",
            language=language(),
            blocks=blocks,
            made=Made(on=self.today, version=__version__, database=db.path.name, entry=entry),
            limits=limits,
            missing=missing,
            left_out=left_out,
        )

    def _anonymous(self, db: Database, blocks: Sequence[Block], panels: Sequence[str]) -> tuple[Sequence[Block], Sequence[str]]:
        words = [text for text in quoting.texts(blocks) if text]
        if not words:
            return blocks, ()
        open_names = agreements.consenting(db, "name-publication", self.today)
        redact = anonymity.redactor(db, panels, open_names=open_names, spare=self.spare, texts=words)
        return quoting.without(blocks, redact), sorted(redact.found)

    def people(self, number: Number) -> Number:
        """Return a number of people, hidden where it is too small to be told."""
        return hidden(number) if not self.internal and suppression.small(number.value, self.minimum) else number

    def part(self, number: Number, whole: Number) -> Number:
        """Return a part of a number of people, hidden where it or the rest is too small to be told."""
        if self.internal or number.value is None or whole.value is None:
            return hidden(number) if whole.hidden else number
        return hidden(number) if suppression.parted(int(number.value), int(whole.value), self.minimum) else number

    @property
    def minimum(self) -> int:
        """The least number of people that is told."""
        return self.settings.report_minimum

    @property
    def limits(self) -> list[str]:
        """The sentences on what is hidden, for a report with numbers of people."""
        if self.internal:
            return [_("Every number is shown, also the smallest: this is not to be published.")]
        yearly = _("How many members there were, and how many of them came, is told of whole calendar years only.")
        sentence = _("Numbers of people from 1 to {most} are not told (..), nor are those from which they could be worked out.")
        return [
            sentence.format(most=self.minimum - 1),
            *([] if self.year else [yearly]),
            _("Sums over several dates leave out the dates of which the number is not told."),
            _("A dash (–) means that nothing is known."),
        ]


def hidden(number: Number) -> Number:
    """Return a number that is not told."""
    return replace(number, value=None, hidden=True)


def count(db: Database, key: str, behind: Behind, *, unit: str = "") -> Number:
    """Return how many records there are."""
    value = db.value(f"SELECT count(*) FROM ({behind.sql})", dict(behind.values))
    return Number(key=key, value=value, unit=unit, behind=behind)


def written(text: Description | None, otherwise: str) -> Paragraph:
    """Return what is written of something, or a sentence that nothing is."""
    return Paragraph(text=text.text, language=text.language) if text else Paragraph(text=otherwise)


def called(host: Host) -> str:
    """Return the name of a panel or series in the language that is spoken."""
    return host.called(language())


def names(db: Database, record: type[Host]) -> dict[str, str]:
    """Return the names of all panels, or all series, by short name."""
    return {host.slug: called(host) for host in hosts.search(db, record)}
