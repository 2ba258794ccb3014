"""What participants thought of the dates of a panel or series, as far as it may be told.

Results stand where at least `feedback_minimum` have answered. For everybody, how often each grade was given is told of a date
only where no grade was given by a few, and the mean only where the grades do not follow from it. What is said of several dates is
made from what is told of each of them, and from nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from osallisuus.domain import feedback
from osallisuus.domain.feedback import RATINGS, Summary
from osallisuus.i18n import _, n_, rounded
from osallisuus.reports.asking import Asked, hidden
from osallisuus.reports.blocks import Behind, Block, Cell, Column, Figure, Figures, Number, Paragraph, Picture, Table
from osallisuus.reports.sessions import Attended
from osallisuus.reports.suppression import small
from osallisuus.store.database import Database

_ANSWERS = (
    "SELECT f.id, substr(e.starts, 1, 10) AS day, e.host || '/' || e.number AS text FROM feedback f"
    " JOIN events e ON e.id = f.event_id WHERE "
)


@dataclass(frozen=True, kw_only=True)
class Opinions:
    """What participants thought: of each date that has answers, by row id, and of all together; `host` and the period of them."""

    asked: Asked
    host: str
    by_date: Mapping[int, Summary]
    overall: Summary

    def shown(self, summary: Summary) -> bool:
        """Tell whether it may be told how often each grade was given."""
        rating = summary.rating
        if not rating:
            return False
        return self.asked.internal or not any(small(n, self.asked.minimum) for n in rating.distribution.values())

    def mean(self, summary: Summary) -> float | None:
        """Return the mean of the grades of a date to one decimal, None where it is not told."""
        if not summary.rating:
            return None
        told = rounded(summary.rating.mean, 1)
        return told if self.shown(summary) or not given_away(summary.rating.n, told) else None

    def counts(self, summary: Summary) -> bool:
        """Tell whether it may be told how many have answered on a date."""
        return self.asked.internal or not small(summary.n, self.asked.minimum)

    @property
    def answers(self) -> int:
        """How many have answered, over the dates of which that is told."""
        return sum(one.n for one in self.by_date.values() if self.counts(one))

    @property
    def overall_mean(self) -> float | None:
        """The mean of the means that are told, each by how many gave a grade."""
        told = [(one.rating.n, value) for one in self.by_date.values() if one.rating and (value := self.mean(one)) is not None]
        n = sum(weight for weight, _value in told)
        return rounded(sum(weight * value for weight, value in told) / n, 1) if n else None

    @property
    def grades(self) -> Mapping[int, int]:
        """How often each grade was given, over the dates of which that may be told."""
        told = [one.rating for one in self.by_date.values() if one.rating and self.shown(one)]
        return {grade: sum(one.distribution[grade] for one in told) for grade in RATINGS}


# Rules


def given_away(n: int, mean: float) -> bool:
    """Tell whether only one set of `n` grades that are not all the same has this mean to one decimal.

    That is so where the only sum it can be rounded from is one short of all giving the best grade, or one more than all giving
    the worst: two short can be one who gave two less, or two who gave one less.
    """
    best, worst = n * RATINGS[-1], n * RATINGS[0]
    sums = [total for total in range(worst + 1, best) if rounded(total / n, 1) == mean]
    return len(sums) == 1 and sums[0] in (worst + 1, best - 1)


# Reads


def read(db: Database, asked: Asked, host: str) -> Opinions:
    """Return what participants thought of the dates of a host in the period."""
    minimum = asked.settings.feedback_minimum
    by_date, overall = feedback.of_host(db, host, minimum=minimum, since=asked.since, until=asked.until)
    return Opinions(asked=asked, host=host, by_date=by_date, overall=overall)


def limits(opinions: Opinions) -> list[str]:
    """Return the sentence on what is not told of feedback."""
    least = opinions.asked.settings.feedback_minimum
    return [
        _("Results of feedback are told where at least {least} have answered; sums leave the other dates out.").format(
            least=least
        )
    ]


def blocks(opinions: Opinions) -> list[Block]:
    """Return what all answers together say, or that there is none or too little of it to be told."""
    overall, everything = opinions.overall, _behind("true", opinions)
    if not overall.n:
        return [Paragraph(text=_("There is no feedback on the dates of this period."))]
    told = [str(number) for number, one in opinions.by_date.items() if opinions.counts(one)]
    behind = _behind(f"e.id IN ({', '.join(told)})", opinions)
    answers = Number(key="feedback.n", value=opinions.answers or None, hidden=not opinions.answers, behind=behind)
    graded = mean("feedback.mean", opinions.overall_mean, overall, _behind("f.rating IS NOT NULL", opinions))
    found: list[Block] = [
        Figures(
            items=[
                Figure(label=_("Answers"), value=answers),
                Figure(label=_("Grade on average"), value=graded),
                Figure(label=_("Recommendation index (−100 to 100)"), value=index("feedback.index", overall, everything)),
            ]
        )
    ]
    if not any(opinions.grades.values()):
        return [*found, Paragraph(text=_("Too few gave the same grade for it to be told how often each was given."))]
    return [*found, _grades(opinions)]


def by_date(opinions: Opinions, dates: Sequence[Attended]) -> Table:
    """Return what was thought of each date: answers, how often each grade was given, mean and index."""
    rows = [_row(opinions, one, opinions.by_date[one.date.id]) for one in dates if one.date.id in opinions.by_date]
    return Table(
        key="feedback",
        title=_("Feedback by date"),
        columns=[
            Column(key="day", label=_("Date"), kind="moment"),
            Column(key="n", label=_("Answers"), kind="number"),
            *(Column(key=f"grade{grade}", label=_("Grade {grade}").format(grade=grade), kind="number") for grade in RATINGS),
            Column(key="mean", label=_("Grade on average"), kind="number"),
            Column(key="index", label=_("Index"), kind="number"),
        ],
        rows=rows,
        note=_("5 is the best grade. The recommendation index is from −100 to 100."),
    )


def mean(key: str, value: float | None, summary: Summary, behind: Behind) -> Number:
    """Return the mean of the grades, hidden where it is not told although there are answers."""
    return Number(key=key, value=value, unit="grade", places=1, hidden=value is None and summary.n > 0, behind=behind)


def index(key: str, summary: Summary, behind: Behind) -> Number:
    """Return the recommendation index, hidden where too few said whether they would recommend it."""
    return Number(key=key, value=summary.index, hidden=summary.index is None and summary.n > 0, behind=behind)


def _row(opinions: Opinions, one: Attended, summary: Summary) -> list[Cell]:
    name, shown = one.date.lasting, opinions.shown(summary)
    answers = _of_date(one, "true")
    row: list[Cell] = [
        one.date.start,
        opinions.asked.people(Number(key=f"feedback.{name}.n", value=summary.n, behind=answers)),
    ]
    for grade in RATINGS:
        n = summary.rating.distribution[grade] if summary.rating else 0
        number = Number(key=f"feedback.{name}.{grade}", value=n, behind=_of_date(one, f"f.rating = {grade}"))
        row.append(number if shown else hidden(number))
    graded = replace(mean(f"feedback.{name}.mean", opinions.mean(summary), summary, answers), unit="")
    return [*row, graded, index(f"feedback.{name}.index", summary, answers)]


def _grades(opinions: Opinions) -> Table:
    told = [number for number, one in opinions.by_date.items() if opinions.shown(one)]
    given = f"e.id IN ({', '.join(str(number) for number in told)})"
    return Table(
        key="grades",
        title=_("How often each grade was given"),
        columns=[Column(key="grade", label=_("Grade")), Column(key="answers", label=_("Answers"), kind="number")],
        rows=[
            [
                str(grade),
                Number(key=f"grades.{grade}", value=n, behind=_behind(f"{given} AND f.rating = {grade}", opinions)),
            ]
            for grade, n in opinions.grades.items()
        ],
        picture=Picture(kind="columns", value="answers"),
        note=n_("Over {n} date. 5 is the best grade.", "Over {n} dates. 5 is the best grade.", len(told)),
    )


def _behind(where: str, opinions: Opinions) -> Behind:
    period = "e.host = :host AND e.starts >= :since AND e.starts < :beyond"
    values = opinions.asked.bounds | {"host": opinions.host}
    return Behind(noun="feedback", sql=f"{_ANSWERS}{period} AND {where} ORDER BY f.id", values=values)


def _of_date(one: Attended, where: str) -> Behind:
    return Behind(noun="feedback", sql=f"{_ANSWERS}e.id = :event AND {where} ORDER BY f.id", values={"event": one.date.id})
