"""The words that people read for the codes that are stored."""

from osallisuus.i18n import _


def duty_words() -> dict[str, str]:
    """Return the words for duties."""
    return {"": "", "chair": _("chair"), "secretary": _("secretary"), "expert": _("expert")}


def state_words() -> dict[str, str]:
    """Return the words for marks."""
    return {
        "": _("not marked"),
        "present": _("present"),
        "remote": _("remote"),
        "excused": _("excused"),
        "absent": _("absent"),
    }


def reason_words() -> dict[str, str]:
    """Return the words for reasons."""
    return {
        "": "",
        "work": _("work"),
        "study": _("studies"),
        "care": _("care of somebody"),
        "travel": _("travel"),
        "overlap": _("another appointment"),
        "personal": _("personal"),
    }


def quiet_words() -> dict[str, str]:
    """Return the words for what is to be noticed gently."""
    return {"": "", "absent-twice": _("absent twice running"), "unseen-this-term": _("not seen this term")}


def letter_words() -> dict[str, str]:
    """Return the words for kinds of letters."""
    return {
        "invitation": _("invitation"),
        "reminder": _("reminder"),
        "change": _("change"),
        "cancellation": _("cancellation"),
        "thanks": _("thanks"),
        "speaker-invitation": _("speaker invitation"),
        "speaker-reminder": _("speaker reminder"),
        "report-back": _("report-back"),
    }


def outbox_words() -> dict[str, str]:
    """Return the words for how far a letter is."""
    return {
        "draft": _("draft"),
        "queued": _("queued"),
        "sending": _("sending"),
        "sent": _("sent"),
        "refused": _("refused"),
        "unknown": _("unknown"),
        "withdrawn": _("taken back"),
    }


def reply_words() -> dict[str, str]:
    """Return the words for what people answer to an invitation."""
    return {"": "", "accepted": _("accepts"), "declined": _("declines"), "tentative": _("perhaps")}


def kind_words() -> dict[str, str]:
    """Return the words for kinds of proposals."""
    return {
        "proposal": _("proposal"),
        "statement": _("statement"),
        "initiative": _("initiative"),
        "clarification-request": _("clarification request"),
        "recommendation": _("recommendation"),
    }


def decision_words() -> dict[str, str]:
    """Return the words for answers."""
    return {"": "", "yes": _("yes"), "partly": _("partly"), "no": _("no"), "not-ours": _("not ours")}


def status_words() -> dict[str, str]:
    """Return the words for where a proposal stands."""
    return {
        "draft": _("draft"),
        "accepted": _("accepted"),
        "sent": _("sent"),
        "answered": _("answered"),
        "done": _("done"),
        "told": _("told"),
        "withdrawn": _("withdrawn"),
    }


def step_words() -> dict[str, str]:
    """Return the words for the steps of a proposal."""
    return {
        "added": _("added"),
        "edited": _("changed"),
        "accepted": _("accepted by the panel"),
        "sent": _("sent"),
        "raised": _("raised"),
        "answered": _("answered"),
        "done": _("done"),
        "told": _("told to the panel"),
        "withdrawn": _("withdrawn"),
        "undone": _("taken back"),
    }


def speaker_words() -> dict[str, str]:
    """Return the words for how far it is agreed with a speaker."""
    return {
        "proposed": _("thought of"),
        "invited": _("invited"),
        "confirmed": _("confirmed"),
        "declined": _("has declined"),
        "cancelled": _("cannot come"),
        "spoke": _("spoke"),
    }


def slides_words() -> dict[str, str]:
    """Return the words for how far the slides are."""
    return {"": "", "received": _("received"), "accessible": _("accessible"), "none": _("no slides")}


def answer_words() -> dict[str, str]:
    """Return the words for a permission that was given or refused."""
    return {"": "", "yes": _("yes"), "no": _("no")}


def material_words() -> dict[str, str]:
    """Return the words for kinds of materials."""
    return {"slides": _("slides"), "recording": _("recording"), "link": _("link"), "document": _("document")}


def question_words() -> dict[str, str]:
    """Return the words for where a question stands."""
    return {
        "open": _("open"),
        "assigned": _("assigned"),
        "answered": _("answered"),
        "approved": _("approved"),
        "published": _("published"),
        "merged": _("merged"),
        "dropped": _("dropped"),
    }


def place_words() -> dict[str, str]:
    """Return the words for what came of a registration."""
    return {"registered": _("registered"), "waiting": _("waiting"), "cancelled": _("cancelled")}


def line_words() -> dict[str, str]:
    """Return the words for our lines of a checklist."""
    return {
        "theme": _("theme"),
        "speakers": _("speakers"),
        "link": _("link"),
        "briefing": _("briefing"),
        "budget": _("time budget"),
        "permissions": _("permissions"),
        "slides": _("slides"),
        "reminder": _("reminder"),
        "questions": _("questions"),
        "materials": _("materials"),
        "captions": _("captions"),
        "registrations": _("registrations"),
    }


def occasion_words() -> dict[str, str]:
    """Return the words for kinds of occasions."""
    return {
        "webinar": _("webinar"),
        "meeting": _("meeting"),
        "workshop": _("workshop"),
        "training": _("training"),
        "interview": _("interview"),
        "survey": _("survey"),
    }


def panel_words() -> dict[str, str]:
    """Return the words for kinds of panels."""
    return {"main": _("main panel"), "side": _("side panel"), "extended": _("extended panel")}


def record_words() -> dict[str, str]:
    """Return the words for what a number of a report was counted from."""
    return {
        "person": _("person"),
        "event": _("date"),
        "proposal": _("proposal"),
        "attendance": _("mark"),
        "training": _("training"),
        "feedback": _("answer"),
        "registration": _("registration"),
        "question": _("question"),
        "talk": _("talk"),
        "organisation": _("organisation"),
        "panel": _("panel"),
        "target": _("target"),
    }
