"""What participants thought of the dates of a panel or series, as far as it may be told.

Results stand where at least `feedback_minimum` have answered. For everybody, how often each grade was given is told of a date
only where no grade was given by a few, and the mean only where the grades do not follow from it. What is said of several dates is
made from what is told of each of them, and from nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from osallisuus.domain import feedback
from osallisuus.domain.feedback import RATINGS, Measure, Summary
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
        told = _mean(summary.rating)
        return told if self.shown(summary) or not given_away(summary.rating.n, told) else None

    def index(self, summary: Summary) -> int | None:
        """Return the recommendation index of a date, None where it is not told."""
        measure = summary.recommend
        if measure is None or summary.index is None or self.asked.internal:
            return summary.index
        return None if groups_given_away(measure.n, summary.index) else summary.index

    def counts(self, summary: Summary) -> bool:
        """Tell whether it may be told how many have answered on a date."""
        return self.asked.internal or not small(summary.n, self.asked.minimum)

    @property
    def answers(self) -> int:
        """How many have answered, over the dates of which that is told."""
        return sum(one.n for one in self.by_date.values() if self.counts(one))

    @property
    def overall_mean(self) -> float | None:
        """The mean of all grades to one decimal, without those of dates that would be given away by it."""
        told = [one.rating for one in self.by_date.values() if one.rating and (self.shown(one) or not near_the_end(one.rating))]
        n = sum(rating.n for rating in told)
        total = sum(grade * count for rating in told for grade, count in rating.distribution.items())
        return rounded(total / n, 1) if n else None

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
    sums = _sums(n, mean)
    return len(sums) == 1 and sums[0] in _ends(n)


def near_the_end(rating: Measure) -> bool:
    """Tell whether the mean of these grades to one decimal may be that of all but one giving the same."""
    return bool(set(_sums(rating.n, _mean(rating))) & set(_ends(rating.n)))


def _mean(rating: Measure) -> float:
    """Return the mean to one decimal, rounded once."""
    return rounded(sum(grade * n for grade, n in rating.distribution.items()) / rating.n, 1)


def _sums(n: int, mean: float) -> list[int]:
    """Return the sums of `n` grades that are not all the same from which a mean may be rounded."""
    return [total for total in range(n * RATINGS[0] + 1, n * RATINGS[-1]) if rounded(total / n, 1) == mean]


def _ends(n: int) -> tuple[int, int]:
    return n * RATINGS[0] + 1, n * RATINGS[-1] - 1


def groups_given_away(n: int, index: int) -> bool:
    """Tell whether only one number of promoters, passives and detractors gives this index, and one of them is small."""

    def of(more: int, less: int) -> int:
        return feedback.index({10: more, 8: n - more - less, 0: less})

    # one who is no promoter (or detractor) beside all others; that all are alike, or two are not, would give another index
    return any(
        of(*one) == index and of(*all_) != index and of(*two) != index
        for one, all_, two in (
            ((n - 1, 0), (n, 0), (n - 2, 0)),
            ((0, n - 1), (0, n), (0, n - 2)),
        )
    )


# Reads


def read(db: Database, asked: Asked, host: str) -> Opinions:
    """Return what participants thought of the dates of a host in the period."""
    minimum = asked.settings.feedback_minimum
    by_date, overall = feedback.of_host(db, host, minimum=minimum, since=asked.since, until=asked.until, texts=False)
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
    graded = mean("feedback.mean", opinions.overall_mean, overall, _graded(opinions))
    recommended = index("feedback.index", opinions.index(overall), overall, everything)
    found: list[Block] = [
        Figures(
            items=[
                Figure(label=_("Answers"), value=answers),
                Figure(label=_("Grade on average"), value=graded),
                Figure(label=_("Recommendation index (−100 to 100)"), value=recommended),
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


def index(key: str, value: int | None, summary: Summary, behind: Behind) -> Number:
    """Return the recommendation index, hidden where it is not told although there are answers."""
    return Number(key=key, value=value, hidden=value is None and summary.n > 0, behind=behind)


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
    return [*row, graded, index(f"feedback.{name}.index", opinions.index(summary), summary, answers)]


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
        note=_note(len(told), len(opinions.by_date)),
    )


def _note(told: int, all_: int) -> str:
    note = n_("Over {n} date. 5 is the best grade.", "Over {n} dates. 5 is the best grade.", told)
    if told == all_:
        return note
    others = n_(
        "Of {n} other date it is not told how often each grade was given.",
        "Of {n} other dates it is not told how often each grade was given.",
        all_ - told,
    )
    return f"{note} {others}"


def _behind(where: str, opinions: Opinions) -> Behind:
    period = "e.host = :host AND e.starts >= :since AND e.starts < :beyond"
    values = opinions.asked.bounds | {"host": opinions.host}
    return Behind(noun="feedback", sql=f"{_ANSWERS}{period} AND {where} ORDER BY f.id", values=values)


def _graded(opinions: Opinions) -> Behind:
    """Return the answers with their grades, of the dates of which it is told what the grades were."""
    told = [str(number) for number, one in opinions.by_date.items() if opinions.shown(one)]
    behind = _behind(f"e.id IN ({', '.join(told)}) AND f.rating IS NOT NULL", opinions)
    graded = behind.sql.replace("e.host || '/' || e.number AS text", "e.host || '/' || e.number || ': ' || f.rating AS text", 1)
    return replace(behind, sql=graded)


def _of_date(one: Attended, where: str) -> Behind:
    return Behind(noun="feedback", sql=f"{_ANSWERS}e.id = :event AND {where} ORDER BY f.id", values={"event": one.date.id})
