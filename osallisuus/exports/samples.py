"""Made-up values to try templates with: everything filled in, and as little as there can be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from osallisuus.domain.memos import Attended, Counts, Exchange, Memo, Point, Said


def of(noun: str) -> Sequence[Mapping[str, object]]:
    """Return values for the templates of a noun (`memo` of `memo.fi.txt`)."""
    return [{"memo": _full()}, {"memo": _least()}] if noun == "memo" else []


def _full() -> Memo:
    person = Attended(name="Aino Esimerkki", role="kehittäjäasiakas", duty="chair", state="remote")
    away = Attended(name="Eero Malli", role="", duty="", state="excused")
    item = Point(
        number=1,
        title="Kuljetuspalvelun puhelinajat",
        kind="discussion",
        presenter="Eero Malli",
        outcome="Selvitetään.\nAsiaan palataan.",
        owner="Aino Esimerkki",
        due=date(2022, 11, 15),
        closed=False,
    )
    return Memo(
        public=False,
        draft=False,
        organisation="Esimerkkilän hyvinvointialue",
        panel="Esimerkkilän asiakasraati",
        title="Syyskokous",
        starts=datetime(2022, 9, 29, 17),
        ends=datetime(2022, 9, 29, 19),
        place="Esimerkkitalo",
        online=True,
        chair="Aino Esimerkki",
        secretary="Eero Malli",
        experts=["Liisa Kokeilu"],
        present=[person],
        absent=[away],
        counts=Counts(present=1, remote=1, absent=1, unmarked=1, others=2),
        items=[item, replace(item, number=2, presenter="", outcome="", owner="", closed=True)],
        proposals=[Said(number=1, text="Puhelin auki myös iltaisin")],
        questions=[Exchange(question="Milloin?", answer="Tammikuussa.")],
        reviewed_on=date(2022, 10, 27),
        reviewed="Hyväksyttiin korjauksin.",
        next_starts=datetime(2022, 10, 27, 17),
        next_place="Esimerkkitalo",
    )


def _least() -> Memo:
    return Memo(
        public=True,
        draft=True,
        organisation="",
        panel="Raati",
        title="",
        starts=datetime(2022, 9, 29, 17),
        ends=datetime(2022, 9, 29, 19),
        place="",
        online=False,
        chair="",
        secretary="",
        experts=[],
        present=[],
        absent=[],
        counts=Counts(present=0, remote=0, absent=0, unmarked=0, others=0),
        items=[],
        proposals=[],
        questions=[],
        reviewed_on=None,
        reviewed="",
        next_starts=None,
        next_place="",
    )
