"""The record of processing activities that a controller has to keep (GDPR article 30(1), points (a) to (g)).

What is kept of whom is told by the database itself: each table with somebody in it is a `Holding`, and a test compares them with
the schema. Purposes and legal bases are what fits a public body as a rule; the controller decides. There is nobody's name in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from osallisuus.domain import checklists, hosts
from osallisuus.domain.hosts import Series
from osallisuus.i18n import _, format_date, language, n_
from osallisuus.reports.asking import Asked, count
from osallisuus.reports.blocks import Behind, Block, Cell, Column, Figure, Figures, Heading, Paragraph, Report, Table
from osallisuus.store.database import Database, referencing

# Whose rows are about one person each: what points at one of them is about that person, too.
_ABOUT_SOMEBODY = (
    *("people", "registrations", "memberships", "trainings", "agreements", "attendance", "speakers", "messages", "answers"),
)
# How a column is called that names somebody or says how to reach them, unless it names a thing.
_NAMING = ("name", "email", "phone", "address", "asker", "organizer", "user")
_THINGS = ("hosts", "organisations", "roles", "_sqlite_migrations", "sqlite_sequence")


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What is kept of people in one place: the `columns` that hold or point at them, as table.column, and in words.

    `whose` is the category of data subjects, `kept` that of personal data; `sql` gives a row for each record with its `id`, its
    `day` and a `text` without names. Of many records `days` gives the first `day` and the last and few others, found by an index.
    """

    key: str
    columns: Sequence[str]
    label: str
    whose: str
    kept: str
    sql: str
    days: str = ""


def personal(db: Database) -> set[str]:
    """Return the columns, as table.column, that hold or point at somebody, read from the schema itself."""
    pointing = {pair for table in _ABOUT_SOMEBODY for pair in referencing(db, table)}
    columns = db.rows(
        "SELECT m.name AS source, c.name AS source_column FROM sqlite_master m JOIN pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND c.type = 'TEXT'"
    )
    naming = {
        (row["source"], row["source_column"])
        for row in columns
        if row["source"] not in _THINGS and set(row["source_column"].split("_")) & set(_NAMING)
    }
    return {f"{table}.{column}" for table, column in pointing | naming}


def holdings() -> list[Holding]:
    """Return what is kept of people, in the language that is spoken."""
    return [*_of_members(), *_of_sessions(), *_of_webinars(), *_of_letters()]


def make(db: Database, asked: Asked) -> Report:
    """Return the record of processing activities as things stand today."""
    settings = asked.settings
    missing = [
        f'osallisuus config set {key} "…"'
        for key in ("organisation", "sender_name", "sender_email", "data_protection_officer")
        if not getattr(settings, key)
    ]
    blocks = [
        Heading(text=_("Controller and contact (a)")),
        *_controller(asked),
        Heading(text=_("Purposes and legal bases (b)")),
        *_purposes(),
        Heading(text=_("Whose data and which data (c)")),
        *_categories(db, asked),
        Heading(text=_("Recipients (d)")),
        *_recipients(asked),
        Heading(text=_("Transfers to third countries (e)")),
        Paragraph(
            text=_(
                "The program transfers nothing to third countries. Where the mail server, the calendar server and the disks with"
                " the database and its backups are is for the controller to know and to add here."
            )
        ),
        Heading(text=_("Time limits for erasure (f)")),
        *_limits(db),
        Heading(text=_("Security measures (g)")),
        *map(_sentence, _security(asked)),
    ]
    remark = _("Legal bases and time limits are what fits as a rule; the controller decides on them and adds joint controllers.")
    title = _("Record of processing activities")
    report = asked.report(db, title=title, blocks=blocks, limits=[*asked.limits, remark], missing=missing)
    return replace(report, subtitle=format_date(asked.today))  # it is of no period


# Who and why


def _controller(asked: Asked) -> list[Block]:
    settings = asked.settings
    contact = ", ".join(filter(None, (settings.sender_name, settings.sender_email, settings.sender_phone)))
    facts = {
        _("Controller"): settings.organisation or _("Not written yet."),
        _("Contact"): contact or _("Not written yet."),
    }
    officer = settings.data_protection_officer
    found: list[Block] = [Figures(items=[Figure(label=label, value=value) for label, value in facts.items()])]
    if not officer:
        return [*found, Paragraph(text=_("The data protection officer is not written down yet."))]
    return [*found, Figures(items=[Figure(label=_("Data protection officer"), value=officer)])]


def _purposes() -> list[Block]:
    task = _("As a rule a task carried out in the public interest (article 6(1)(e)).")
    consent = _("Consent (article 6(1)(a)); it is withdrawn as easily as it was given, and what it allowed ends then.")
    rows: list[Sequence[Cell]] = [
        [
            _("Work of customer panels"),
            _("Members, sessions, attendance, proposals and what came of them."),
            _("As a rule a task carried out in the public interest (article 6(1)(e); act 611/2021 section 29)."),
        ],
        [_("Needs at sessions"), _("An interpreter, an induction loop; never the reason."), _needs()],
        [_("Webinars"), _("Talks, their speakers, what is published of them, questions and answers."), task],
        [_("Registrations"), _("Who takes part in a date, the waiting list, the link to join."), task],
        [_("Feedback"), _("Grades, recommendations and free words."), _("No personal data: nobody's answer is joined to them.")],
        [_("Letters"), _("Invitations, reminders, changes, thanks, and what people answer."), task],
        [_("Names, photographs, recordings, mailing list"), _("Publishing, and letters to those who asked for them."), consent],
        [
            _("Proof of what was done"),
            _("The log, agreements on confidentiality, consents and their withdrawal."),
            _("As a rule a legal duty (article 6(1)(c) with articles 5(2) and 7(1))."),
        ],
    ]
    columns = [
        Column(key="purpose", label=_("Purpose")),
        Column(key="about", label=_("What for")),
        Column(key="basis", label=_("Legal basis")),
    ]
    return [Table(key="purposes", title=_("Purposes of the processing"), columns=columns, rows=rows)]


def _needs() -> str:
    return _(
        "As a rule a task carried out in the public interest (article 6(1)(e)). Where a need tells of somebody's health, the"
        " controller names the condition of article 9(2), too."
    )


# Whose data and which


def _of_members() -> list[Holding]:
    return [
        Holding(
            key="people",
            columns=[f"people.{name}{key}" for name in ("name", "email", "phone") for key in ("", "_key")]
            + ["merged_people.person_id"],
            label=_("People"),
            whose=_("Members of panels, their deputies, coordinators, speakers, experts"),
            kept=_("Name, e-mail address, telephone number, language, home municipality, organisation"),
            sql="SELECT id, substr(created_at, 1, 10) AS day, CAST(id AS TEXT) AS text FROM people",
        ),
        Holding(
            key="memberships",
            columns=["memberships.person_id", "memberships.deputy_for"],
            label=_("Memberships"),
            whose=_("Members of panels and their deputies"),
            kept=_("Panel, role, first and last day, why it ended, whose deputy"),
            sql="SELECT id, from_date AS day, panel || ': ' || role AS text FROM memberships",
        ),
        Holding(
            key="coordinators",
            columns=["hosts.coordinator"],
            label=_("Who answers for a panel"),
            whose=_("Coordinators"),
            kept=_("Which panel"),
            sql="SELECT slug AS id, substr(created_at, 1, 10) AS day, slug AS text FROM hosts WHERE coordinator IS NOT NULL",
        ),
        Holding(
            key="trainings",
            columns=["trainings.person_id"],
            label=_("Trainings"),
            whose=_("Members of panels"),
            kept=_("Course, day, length, until when it is valid"),
            sql="SELECT id, on_date AS day, course AS text FROM trainings",
        ),
        Holding(
            key="agreements",
            columns=["agreements.person_id"],
            label=_("Agreements and consents"),
            whose=_("Members of panels, speakers, those on the mailing list"),
            kept=_("Kind, days of agreeing, ending and withdrawal, version, where the paper is"),
            sql="SELECT id, on_date AS day, kind AS text FROM agreements",
        ),
    ]


def _of_sessions() -> list[Holding]:
    dated = "JOIN events e ON e.id = x.event_id"
    return [
        Holding(
            key="arrangements",
            columns=["arrangements.person_id"],
            label=_("Needs at sessions"),
            whose=_("Members of panels, speakers"),
            kept=_("What somebody needs, never why; no diagnoses"),
            sql="SELECT person_id AS id, '' AS day, CAST(person_id AS TEXT) AS text FROM arrangements",
        ),
        Holding(
            key="attendance",
            columns=["attendance.person_id"],
            label=_("Attendance"),
            whose=_("Members of panels, experts, speakers"),
            kept=_("There or not, duty, kind of reason for an absence, minutes"),
            sql=f"SELECT x.id, substr(e.starts, 1, 10) AS day, e.host || '/' || e.number AS text FROM attendance x {dated}",
            days="SELECT substr(e.starts, 1, 10) AS day FROM events e"
            " WHERE EXISTS (SELECT 1 FROM attendance x WHERE x.event_id = e.id)",
        ),
        Holding(
            key="agenda",
            columns=["agenda_items.presenter_id", "agenda_items.owner_id"],
            label=_("Items of agendas with somebody's name"),
            whose=_("Who presents an item or sees to it"),
            kept=_("Which item, by when"),
            sql=f"SELECT x.id, substr(e.starts, 1, 10) AS day, e.host || '/' || e.number AS text FROM agenda_items x {dated}"
            " WHERE x.presenter_id IS NOT NULL OR x.owner_id IS NOT NULL",
        ),
    ]


def _of_webinars() -> list[Holding]:
    place = "substr(e.starts, 1, 10) AS day, e.host || '/' || e.number AS text"
    return [
        Holding(
            key="speakers",
            columns=["speakers.person_id"],
            label=_("Speakers"),
            whose=_("Speakers of webinars"),
            kept=_("Talk, profession, introduction, organisation, what was agreed, permissions to publish and to record"),
            sql=f"SELECT x.id, {place} FROM speakers x JOIN talks t ON t.id = x.talk_id JOIN events e ON e.id = t.event_id",
        ),
        Holding(
            key="registrations",
            columns=[f"registrations.{name}{key}" for name in ("name", "email") for key in ("", "_key")],
            label=_("Registrations"),
            whose=_("Those who register for a date"),
            kept=_("Name, e-mail address, days of registering and cancelling"),
            sql="SELECT x.id, x.registered_on AS day, e.host || '/' || e.number AS text FROM registrations x"
            " JOIN events e ON e.id = x.event_id",
            days="SELECT registered_on AS day FROM registrations WHERE substr(registered_on, 1, 7) IN"
            " (SELECT min(substr(registered_on, 1, 7)) FROM registrations"
            " UNION SELECT max(substr(registered_on, 1, 7)) FROM registrations)",
        ),
        Holding(
            key="questions",
            columns=["questions.asker", "questions.assigned_to"],
            label=_("Questions with somebody's name"),
            whose=_("Who asked, where they said so; who is to answer"),
            kept=_("Name of the asker, never published; who is to answer"),
            sql="SELECT x.id, x.asked_on AS day, e.host || '/' || e.number AS text FROM questions x"
            " JOIN events e ON e.id = x.event_id WHERE x.asker <> '' OR x.assigned_to IS NOT NULL",
        ),
    ]


def _of_letters() -> list[Holding]:
    readers = _("Members of panels, speakers, those who have registered")
    named = "e.host || '/' || e.number AS text"
    return [
        Holding(
            key="letters",
            columns=["messages.person_id", "messages.registration_id"],
            label=_("Letters"),
            whose=readers,
            kept=_("Which letter about which date, whether and when it was sent, what the mail server said; not its words"),
            sql=f"SELECT x.id, substr(x.made_at, 1, 10) AS day, {named} FROM messages x JOIN events e ON e.id = x.event_id",
        ),
        Holding(
            key="answers",
            columns=["answers.person_id", "answers.registration_id"],
            label=_("Answers to invitations"),
            whose=readers,
            kept=_("Coming or not, a comment, when it was answered"),
            sql=f"SELECT x.id, substr(x.answered_at, 1, 10) AS day, {named} FROM answers x JOIN events e ON e.id = x.event_id",
        ),
        Holding(
            key="calendars",
            columns=["revisions.organizer"],
            label=_("What calendars were told"),
            whose=_("The organiser"),
            kept=_("E-mail address that invitations come from"),
            sql=f"SELECT x.id, substr(e.starts, 1, 10) AS day, {named} FROM revisions x JOIN events e ON e.id = x.event_id",
        ),
        Holding(
            key="log",
            columns=["log.os_user"],
            label=_("Log"),
            whose=_("Who uses the program"),
            kept=_("User name on the computer, command, when; of others only the numbers of their records"),
            sql="SELECT id, substr(at, 1, 10) AS day, command AS text FROM log",
        ),
    ]


def _categories(db: Database, asked: Asked) -> Iterator[Block]:
    rows: list[Sequence[Cell]] = []
    somebody = False
    for one in holdings():
        behind = Behind(noun=one.key, sql=one.sql)
        number = asked.people(count(db, f"records.{one.key}", behind))
        first, last = db.rows(f"SELECT min(nullif(day, '')), max(nullif(day, '')) FROM ({one.days or one.sql})")[0]
        rows.append(
            [one.label, one.whose, one.kept, number, *(date.fromisoformat(day) if day else None for day in (first, last))]
        )
        somebody = somebody or (one.key != "log" and number.value != 0)
    if not somebody:
        yield Paragraph(text=_("Nothing is kept of anybody yet, but for the log."))
    columns = [
        Column(key="what", label=_("Where")),
        Column(key="whose", label=_("Whose data")),
        Column(key="kept", label=_("Which data")),
        Column(key="records", label=_("Records"), kind="number"),
        Column(key="first", label=_("Earliest"), kind="day"),
        Column(key="last", label=_("Latest"), kind="day"),
    ]
    yield Table(key="holdings", title=_("What is kept of people"), columns=columns, rows=rows)
    yield Paragraph(
        text=_(
            "Who is in a panel can show that they are a client of social or health services, which is secret (act 621/1999"
            " section 24(1)(25)): names are published with consent only. Agendas, proposals, notes and feedback are free text,"
            " in which nobody's name or health belongs."
        )
    )


# To whom, how long, how safely


def _recipients(asked: Asked) -> Iterator[Block]:
    yield _sentence(_("Nobody gets anything by itself. Data leave the computer only by commands of its user:"))
    server = asked.settings.smtp_host
    mail = _("letters, by the mail server {server} to those they are for, or as files;")
    yield _sentence(mail.format(server=server) if server else _("letters, by the organisation's mail server or as files;"))
    yield _sentence(_("dates, as calendar files or to a calendar server; nobody's name is in them;"))
    yield _sentence(_("public pages, memos and reports, with names of those only who have agreed to it;"))
    yield _sentence(_("internal memos, lists and reports, to those who have to handle them."))


def _limits(db: Database) -> list[Block]:
    plan = _("As the organisation's information management plan says.")
    series = hosts.search(db, Series)
    days = checklists.lines(db, [one.slug for one in series])
    rows: list[Sequence[Cell]] = [
        [
            _("Registrations: {series}").format(series=one.called(language())),
            _erased(days[one.slug]["registrations"]) if "registrations" in days[one.slug] else plan,
        ]
        for one in series
    ]
    rows += [
        [
            _("Agreements and consents"),
            _("They end on their last day or when they are withdrawn; after that, as the organisation's plan says."),
        ],
        [_("Log"), _("It is never shortened; of others than its user it holds no names.")],
        [_("All else"), plan],
    ]
    columns = [Column(key="what", label=_("What")), Column(key="limit", label=_("How long"))]
    return [Table(key="limits", title=_("How long data are kept"), columns=columns, rows=rows)]


def _erased(days: int) -> str:
    return n_(
        "Names and addresses are to be erased {n} day after the date; how many there were is kept.",
        "Names and addresses are to be erased {n} days after the date; how many there were is kept.",
        days,
    )


def _security(asked: Asked) -> list[str]:
    return [
        _("The database is one file that is made for its owner only (mode 0600, in a folder of mode 0700)."),
        _("The program does not encrypt it: the disk of the computer and of its backups has to be encrypted."),
        _("Each change is in a log that can only be added to; of others than its user it holds no names."),
        _("Backups are read back when they are made, and compared with their checksum before they are used."),
        _("What is erased is overwritten in the file."),
        _("Finnish personal identity codes are refused in every field."),
        _("Numbers of people below {people}, and feedback of fewer than {answers}, are hidden in what is for everybody.").format(
            people=asked.minimum, answers=asked.settings.feedback_minimum
        ),
        _("A name is published with consent only, and other names are left out of public memos and reports."),
    ]


def _sentence(text: str) -> Paragraph:
    return Paragraph(text=text)
