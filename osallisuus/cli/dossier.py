"""Everything about one person, gathered from all that refers to them."""

from dataclasses import asdict
from typing import Any

from osallisuus.cli.context import App
from osallisuus.domain import (
    agreements,
    attendance,
    memberships,
    people,
    questions,
    requirements,
    roles,
    rundowns,
    speakers,
    trainings,
)
from osallisuus.i18n import _
from osallisuus.texts import shortened
from osallisuus.words import speaker_words, state_words


def show_person(run: App, reference: str) -> None:
    """Show everything about a person: contacts, needs, memberships, trainings, agreements, attendance, what is open."""
    person = people.get(run.db, reference)
    titles = {role.key: roles.title(role, run.language) for role in roles.search(run.db)}
    lacks = requirements.of_person(run.db, person.id, run.today)
    record = people.public(person, people.organisations(run.db).get(person.organisation_id or 0, "")) | {
        "arrangements": people.arrangements(run.db, person.id),
        "memberships": [asdict(member) for member in memberships.search(run.db, person_id=person.id)],
        "trainings": [trainings.public(t) for t in trainings.search(run.db, person_id=person.id)],
        "agreements": [
            asdict(a) | {"state": agreements.state(a, run.today)} for a in agreements.search(run.db, person_id=person.id)
        ],
        "lacks": list(dict.fromkeys(lack.what for lack in lacks)),
        "attendance": attendance.of_person(run.db, person.id),
        "talks": speakers.of_person(run.db, person.id),
        "to_answer": [
            {"question": question.id, "text": question.text}
            for question in questions.search(run.db, assigned_to=person.id, unanswered=True)
        ],
        "sees_to": [
            {"occasion": event.lasting, "number": line.number, "title": line.title, "due": line.due}
            for line, event in rundowns.owned(run.db, person_id=person.id)
        ],
    }
    run.out.record(
        "person",
        record,
        (
            (_("Number"), "id"),
            (_("Name"), "name"),
            (_("E-mail"), "email"),
            (_("Phone"), "phone"),
            (_("Language"), "language"),
            (_("Organisation"), "organisation"),
            (_("Municipality"), "municipality"),
            (_("Arrangements"), "arrangements"),
            (_("Memberships"), lambda row: [_membership_line(member, titles) for member in row["memberships"]]),
            (_("Trainings"), lambda row: [_training_line(training) for training in row["trainings"]]),
            (_("Agreements"), lambda row: [_agreement_line(agreement) for agreement in row["agreements"]]),
            (_("Lacks"), lambda _row: requirements.in_words(lacks)),
            (_("Attendance"), lambda row: [_attendance_line(mark) for mark in row["attendance"]]),
            (_("Talks"), lambda row: [_talk_line(talk) for talk in row["talks"]]),
            (_("To answer"), lambda row: [f"{one['question']} {shortened(one['text'])}" for one in row["to_answer"]]),
            (_("Sees to"), lambda row: [f"{item['title']} ({item['occasion']})" for item in row["sees_to"]]),
        ),
    )


def _membership_line(member: dict[str, Any], titles: dict[str, str]) -> str:
    return f"{member['panel']}: {titles[member['role']]} {member['from_date']}–{member['to_date'] or ''}"


def _training_line(training: dict[str, Any]) -> str:
    hours = f", {training['hours']:g} h" if training["hours"] else ""
    end = f"–{training['valid_until']}" if training["valid_until"] else ""
    return f"{training['course']} {training['on_date']}{end}{hours}"


def _agreement_line(agreement: dict[str, Any]) -> str:
    end = agreement["withdrawn_on"] or agreement["expires"] or ""
    words = {"in-force": "", "future": "", "expired": _(" (run out)"), "withdrawn": _(" (withdrawn)")}
    period = f"{agreement['on_date']}–{end}" if end else agreement["on_date"]
    return f"{requirements.called(agreement['kind'])} {period}{words[agreement['state']]}"


def _attendance_line(mark: dict[str, Any]) -> str:
    return f"{mark['occasion']} {mark['day']} {state_words()[mark['state']]}"


def _talk_line(talk: dict[str, Any]) -> str:
    return f"{talk['occasion']} {talk['day']} {talk['title']} ({speaker_words()[talk['state']]})"
