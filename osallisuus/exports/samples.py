"""Made-up values to try templates with: everything filled in, and as little as there can be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from osallisuus.domain.letters import Contact, Letter, OwnTalk, Reply, Told
from osallisuus.domain.memos import Attended, Counts, Exchange, Memo, Point, Said
from osallisuus.domain.messages import KINDS


def of(noun: str) -> Sequence[Mapping[str, object]]:
    """Return values for the templates of a noun (`memo` of `fi/memo.txt`); those of every kind for a part of letters."""
    if noun == "memo":
        return [{"memo": _full()}, {"memo": _least()}]
    kinds = (noun,) if noun in KINDS else KINDS
    return [{"letter": letter, "subject": "Otsikko"} for kind in kinds for letter in letters(kind).values()]


def letters(kind: str) -> Mapping[str, Letter]:
    """Return letters of a kind by what they are: of a panel with everything in it, of a webinar, with as little as can be."""
    full = _full_letter(kind)
    webinar = replace(full, public=True, host="Teematiistait", title="Uni ja mieli", place="", items=(), answer="")
    if full.role != "speaker":
        webinar = replace(webinar, role="registered")
    found = {"full": full, "webinar": webinar, "least": _least_letter(kind, full.role)}
    if kind in ("invitation", "speaker-invitation"):
        found |= {"again": replace(full, again=True), "webinar again": replace(webinar, again=True)}
        found |= {"on paper": replace(full, on_paper=True)}
    if kind == "cancellation":
        released = replace(full, cause="released", reason="")
        found |= {"replaced": replace(full, cause="replaced", reason=""), "released": released}
        found |= {"speaker released": replace(released, role="speaker")}
        found |= {"webinar released": replace(webinar, cause="released", reason="")}
    if kind in ("reminder", "speaker-reminder"):
        found |= {"tomorrow": replace(full, answer="", days=1), "today": replace(full, answer="tentative", days=0)}
        found |= {f"in {days} days": replace(full, days=days) for days in (9, 14, 21)}
    if kind == "reminder":
        found |= {"declined": replace(full, answer="declined"), "another time": replace(full, answer="", answered_before=True)}
    if kind == "change":
        found |= {"elsewhere": replace(full, changed=("place",)), "online": replace(full, place="", changed=("place", "url"))}
        found |= {"unanswered": replace(full, changed=("place",), answer="")}
        found |= {"another time": replace(full, changed=("place",), answer="", answered_before=True)}
        found |= {"first place": replace(full, before=replace(_told(), place="", title=""), changed=("place", "title"))}
    return found


def _full_letter(kind: str) -> Letter:
    talk = OwnTalk(title="Uni ja palautuminen", starts=datetime(2022, 9, 29, 17, 10), minutes=20)
    return Letter(
        kind=kind,
        role="speaker" if kind.startswith("speaker") else "member",
        name="Aino Esimerkki",
        organisation="Esimerkkilän hyvinvointialue",
        host="Esimerkkilän asiakasraati",
        public=False,
        title="Syyskokous",
        starts=datetime(2022, 9, 29, 17),
        ends=datetime(2022, 9, 29, 19),
        place="Esimerkkitalo, Esimerkkikatu 1",
        url="https://verkossa.example/syksy?a=1&b=2",
        description="Kahvia on tarjolla kello 16.30 alkaen.",
        contact=Contact(name="Liisa Kokeilu", email="liisa.kokeilu@esimerkkila.example", phone="050 000 0000"),
        answer="accepted",
        days=7,
        items=["Kuljetuspalvelun puhelinajat", "Vastaukset ehdotuksiin"],
        programme=["Uni ja palautuminen", "Kysymyksiä ja vastauksia"],
        before=_told(),
        changed=("time", "place", "url", "title", "description"),
        cause="cancelled",
        reason="Puheenjohtaja on sairastunut.",
        next_starts=datetime(2022, 10, 27, 17),
        feedback_url="https://palaute.example/syksy",
        talks=[talk, replace(talk, title="Kysymyksiä", starts=None, minutes=None)],
        missing=("confirmation", "slides", "may-publish", "may-record", "introduction"),
        replies=_replies(),
    )


def _told() -> Told:
    return Told(
        starts=datetime(2022, 9, 27, 16),
        ends=datetime(2022, 9, 27, 18),
        place="Mallitalo",
        url="https://verkossa.example/vanha",
        title="Kokous",
        description="",
    )


def _replies() -> Sequence[Reply]:
    done = Reply(
        number=1,
        text="Puhelin auki myös iltaisin.",
        decision="yes",
        reason="Iltapuheluille on tarvetta.",
        answered_by="Palvelujohtaja",
        answered_on=date(2022, 9, 1),
        done_on=date(2022, 9, 15),
    )
    return [
        done,
        replace(
            done, number=2, text="Lomake suurella tekstillä.", decision="partly", reason="Paperilomake uusitaan.", done_on=None
        ),
        replace(done, number=3, text="Kuljetus myös öisin.", decision="no", reason="Rahaa ei ole tänä vuonna.", done_on=None),
        replace(
            done,
            number=4,
            text="Bussille uusi pysäkki.",
            decision="not-ours",
            reason="Kaupunki päättää.",
            answered_by="",
            done_on=None,
        ),
    ]


def _least_letter(kind: str, role: str) -> Letter:
    reply = Reply(number=1, text="Ehdotus", decision="no", reason="", answered_by="", answered_on=date(2022, 9, 1), done_on=None)
    return Letter(
        kind=kind,
        role=role,
        name="",
        organisation="",
        host="Raati",
        public=False,
        title="",
        starts=datetime(2022, 9, 29, 17),
        ends=datetime(2022, 9, 29, 19),
        place="",
        url="",
        description="",
        contact=Contact(name="", email="", phone=""),
        cause="cancelled",
        replies=[reply],
    )


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
