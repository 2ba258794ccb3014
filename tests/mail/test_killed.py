"""A sender that is killed again and again: no letter twice, none that is said to be sent and is not, and none forgotten."""

import random
import shutil
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.conftest import Program
from tests.mail.servers import Rude
from tests.store import faults, peers

pytestmark = pytest.mark.slow

# Lanes run at once; in each so many are killed, over so many letters.
LANES, KILLS, DATES, PEOPLE = 4, 25, 10, 25
LETTERS = DATES * PEOPLE
# A run is killed after so many lines at most that it said to the server; three a letter.
LINES = 30
WEEKLY = ("--rule", "every tuesday", "--at", "14:00", "--minutes", "60")


@pytest.fixture
def drafted(program: Program) -> Program:
    """Give webinars with so many people registered, and a letter to each drafted."""
    run = program
    run("series", "add", "teematiistait", "--name", "Teematiistait", *WEEKLY)
    run(f"webinar plan teematiistait --from 2035-09-01 --count {DATES}")
    people = run.folder / "lista.csv"
    people.write_text("name,email\n" + "".join(f"Henkilö{n} Malli,h{n}@example.org\n" for n in range(PEOPLE)), encoding="utf-8")
    settings = {
        "sender_email": "raati@example.org",
        "sender_name": "Koordinaattori Malli",
        "smtp_host": "127.0.0.1",
        "smtp_security": "none",
        "smtp_port": "1",
        "send_limit": "1000",
    }
    for key, value in settings.items():
        run("config", "set", key, value)
    for number in range(1, DATES + 1):
        run(f"webinar edit teematiistait/{number} --url https://example.org/teams")
        run("registration", "import", f"teematiistait/{number}", str(people))
        run(f"invite draft teematiistait/{number}")
    assert states(run) == {"draft": LETTERS}
    return run


def lane(drafted: Program, name: str, port: int) -> Program:
    """Give the same in a folder of its own, where letters leave by a port."""
    run = Program(drafted.folder / name)
    run.folder.mkdir()
    shutil.copy(drafted.database, run.database)
    run.config.write_text(drafted.config.read_text().replace("smtp_port = 1\n", f"smtp_port = {port}\n"))
    return run


def states(run: Program) -> dict[str, int]:
    return dict(faults.rows(run.database, "SELECT state, count(*) FROM messages GROUP BY state"))


def letters(run: Program, state: str) -> set[str]:
    found = faults.rows(run.database, "SELECT message_id FROM messages WHERE state = ?", state)
    return {message_id for (message_id,) in found}


def start(run: Program) -> peers.subprocess.Popen[str]:
    paths = {"OSALLISUUS_DB": str(run.database), "OSALLISUUS_CONFIG": str(run.config)}
    return peers.start("invite", "send", "--yes", **paths)


def kill_again_and_again(run: Program, server: Rude, dice: random.Random) -> tuple[int, list[str]]:
    """Kill runs at random moments after they began to talk to the server; return how many, and what was wrong after one.

    The moment is after so many lines of talk, and not after so long: on a slow machine a run would not have come to a letter yet.
    """
    killed, wrong = 0, []
    for _kill in range(KILLS):
        lines, moment = len(server.heard) + dice.randint(1, LINES), dice.uniform(0, 0.01)
        process = start(run)
        until = time.monotonic() + 60
        while len(server.heard) < lines and process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(moment)
        process.kill()
        killed += peers.end(process).status == -9
        faults.meddle(run.database, "SELECT count(*) FROM messages")  # rolls a journal back, as the next run does
        found = states(run)
        if found.get("sending", 0) > 1 or set(found) - {"draft", "queued", "sending", "sent", "unknown"}:
            wrong.append(f"{found}")
        left = letters(run, "sending")
        if not letters(run, "sent") <= {mail.message_id for mail in server.accepted}:
            wrong.append("a letter is said to be sent that the server has not")
        if left & letters(run, "unknown"):
            wrong.append("a letter is in two states")
    return killed, wrong


def test_no_letter_is_sent_twice_and_none_is_lost_whenever_the_sender_is_killed(drafted: Program) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(Rude(thinks=0.008)) for _lane in range(LANES)]
        pool = stack.enter_context(ThreadPoolExecutor(LANES))
        runs = [lane(drafted, f"lane{n}", server.port) for n, server in enumerate(servers)]
        dice = [random.Random(11 + n) for n in range(LANES)]
        outcomes = list(pool.map(kill_again_and_again, runs, servers, dice))
        assert [wrong for _killed, wrong in outcomes] == [[]] * LANES
        assert sum(killed for killed, _wrong in outcomes) > LANES * KILLS // 2, "the letters had left before the kills were over"
        for run, server in zip(runs, servers, strict=True):
            left = letters(run, "sending")
            server.thinks = 0
            assert peers.end(start(run)).status == 0
            assert left <= letters(run, "unknown")
            time.sleep(0.1)  # what was on its way when its sender was killed
            accepted = Counter(mail.message_id for mail in server.accepted)
            assert set(accepted.values()) == {1}
            assert set(map(len, (mail.recipients for mail in server.accepted))) == {1}
            sent, unknown = letters(run, "sent"), letters(run, "unknown")
            assert set(states(run)) == {"sent", "unknown"}
            assert len(sent) + len(unknown) == LETTERS
            assert sent <= set(accepted)
            assert set(accepted) - sent <= unknown
            assert len(unknown) > KILLS // 5, "the kills missed the letters"
