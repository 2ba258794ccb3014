"""The public pages in a real browser: axe-core's rules, the keyboard alone, a narrow window, large text, paper, without a server.

It takes Chromium, node, puppeteer-core and axe-core. Where one is not installed the tests are skipped; with
OSALLISUUS_REQUIRE_PEERS=1 they fail instead.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.exports import sites
from tests.exports.peers import missing, node_modules
from tests.test_examples import BLOCK, ROOT, perform

HERE = Path(__file__).parent
PATIENCE = 300
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
Facts = Mapping[str, Any]

pytestmark = pytest.mark.slow
every_page = pytest.mark.parametrize("name", sites.PAGES)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Facts:
    """Give what the browser saw of a whole site; it looks once, however many processes run these tests."""
    node, modules, chromium = _peers()
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    answer = shared / "browser.json"
    try:
        (shared / "browser").mkdir()
    except FileExistsError:
        return _wait(answer)
    found: dict[str, Any] = {"error": "the browser did not get to the end"}
    try:
        found = _look(shared / "browser", node, modules, chromium)
    finally:
        written = answer.with_suffix(".partial")
        written.write_text(json.dumps(found), encoding="utf-8")
        written.replace(answer)
    return found


@pytest.fixture
def page(seen: Facts, name: str) -> Facts:
    return seen["pages"][name]


@pytest.fixture
def large(seen: Facts, name: str) -> Facts:
    return seen["large"][name]


def test_every_page_of_the_site_is_looked_at(seen: Facts) -> None:
    assert sorted(seen["pages"]) == sorted(seen["large"]) == sorted(seen["files"]) == seen["built"] == sorted(sites.PAGES)


def test_the_season_of_the_example_passes_axe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    peers = _peers()
    for variable in ("OSALLISUUS_DB", "OSALLISUUS_CONFIG"):
        monkeypatch.delenv(variable)
    for day, block in BLOCK.findall((ROOT / "examples" / "05-a-webinar-season.md").read_text(encoding="utf-8")):
        perform(day, block)
    found = _browse(tmp_path / "julkinen", *peers)
    assert len(found["built"]) == 15
    for name in found["built"]:
        assert found["pages"][name]["axe"] == {"light": [], "dark": [], "forced": [], "phone": [], "paper": []}, name
        assert found["large"][name]["axe"] == [], name


# What axe-core finds


@every_page
def test_axe_finds_no_violation(page: Facts, name: str) -> None:
    assert page["axe"] == {"light": [], "dark": [], "forced": [], "phone": [], "paper": []}
    assert page["forced"]  # the browser really took colours of its own


@every_page
def test_axe_finds_no_violation_with_large_text(large: Facts, name: str) -> None:
    assert large["axe"] == []


# Windows and sizes


@every_page
def test_nothing_lies_beside_the_window(page: Facts, name: str) -> None:
    windows = {"desk": 1280, "zoomed": 640, "phone": 320, "paper": 643}
    assert page["width"] == {window: fits(pixels) for window, pixels in windows.items()}


@every_page
def test_text_at_twice_its_size_is_twice_as_large_and_whole(page: Facts, large: Facts, name: str) -> None:
    assert large["size"] == 2 * page["size"]
    assert large["desk"] == fits(1280)


# The keyboard alone


@every_page
def test_tab_reaches_every_link_in_the_order_of_the_page_and_leaves_it(page: Facts, name: str) -> None:
    assert sorted(page["keyboard"]) == ["dark", "light", "phone"]
    for look, walk in page["keyboard"].items():
        assert [step["place"] for step in walk["steps"]] == page["reachable"], look
        assert walk["ended"], look


@every_page
def test_what_has_the_focus_is_seen_and_marked(page: Facts, name: str) -> None:
    for step in (step for walk in page["keyboard"].values() for step in walk["steps"]):
        assert step["inside"], step
        assert step["uncovered"], step
        assert step["outline"]["style"] == "solid", step
        assert step["outline"]["width"] >= 2, step
        assert contrast(step["outline"]["colour"], step["ground"]) >= 3, step  # WCAG 1.4.11


@every_page
def test_the_first_tab_shows_a_link_past_the_heading_and_enter_follows_it(page: Facts, name: str) -> None:
    link = page["skip"]["link"]
    assert (link["tag"], link["place"], link["inside"], link["uncovered"]) == ("a", 0, True, True)
    assert page["skip"]["target"] == "main#content"
    assert page["skip"]["next"]


# What the page is made of


@every_page
def test_only_the_page_and_its_style_are_loaded(page: Facts, seen: Facts, name: str) -> None:
    assert {url.removeprefix(seen["base"]) for url in page["requests"]} == {name, "style.css"}
    assert [page[kind] for kind in ("refused", "console", "policy")] == [[], [], []]


@every_page
def test_there_is_nothing_to_run_or_to_embed(page: Facts, name: str) -> None:
    assert (page["scripts"], page["handlers"], page["embedded"]) == (0, [], 0)


@every_page
def test_a_page_says_its_language_and_its_title(page: Facts, name: str) -> None:
    language = next(language for language, folder in reversed(sites.FOLDERS.items()) if name.startswith(folder))
    assert page["lang"] == language
    assert page["title"].strip()


def test_no_two_pages_of_a_language_have_the_same_title(seen: Facts) -> None:
    for folder in sites.FOLDERS.values():
        titles = [seen["pages"][f"{folder}{name}"]["title"] for name in sites.NAMES]
        assert len(set(titles)) == len(titles)


@every_page
def test_there_is_one_first_heading_and_no_level_is_left_out(page: Facts, name: str) -> None:
    levels = [level for level, _text in page["headings"]]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(text.strip() for _level, text in page["headings"])


# Paper, and no server


@every_page
def test_on_paper_there_is_no_way_about_and_a_button_is_its_address(page: Facts, name: str) -> None:
    assert page["sheets"] >= 1
    assert [one for one in page["shown"] if not one.startswith('<a class="button"')] == []


@every_page
def test_a_page_opens_from_the_disk_with_its_style(seen: Facts, name: str) -> None:
    opened = seen["files"][name]
    assert opened["styled"]
    assert [opened[kind] for kind in ("refused", "console", "policy")] == [[], [], []]


def fits(pixels: int) -> dict[str, object]:
    """Return what the browser says of a window of this width in which everything has its place."""
    return {"inner": pixels, "scroll": pixels, "outside": [], "clipped": []}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, `rgb(179, 38, 30)`, by WCAG's formula."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("rgb(0, 0, 0)", "rgb(255, 255, 255)", 21),
        ("rgb(255, 255, 255)", "rgb(255, 255, 255)", 1),
        ("rgb(118, 118, 118)", "rgb(255, 255, 255)", 4.54),
    ],
)
def test_contrast_is_what_the_guidelines_say(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _peers() -> tuple[str, Path, str]:
    node, modules = shutil.which("node"), node_modules()
    named = os.environ.get("OSALLISUUS_CHROMIUM")
    chromium = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    lacking = [name for name in ("puppeteer-core", "axe-core") if not modules or not (modules / name).is_dir()]
    if not node or not modules or lacking:
        missing("needs node and `npm install puppeteer-core@24 axe-core@4`; name their folder in OSALLISUUS_NODE_MODULES")
    if not chromium:
        missing("needs Chromium (Debian: chromium); name it in OSALLISUUS_CHROMIUM")
    return str(node), Path(str(modules)), str(chromium)


def _look(folder: Path, node: str, modules: Path, chromium: str) -> dict[str, Any]:
    with sites.at_home(folder) as program:
        sites.fill(program)
        public = folder / "public"
        sites.build(program, str(public))
    return _browse(public, node, modules, chromium)


def _browse(public: Path, node: str, modules: Path, chromium: str) -> dict[str, Any]:
    names = sorted(path.relative_to(public).as_posix() for path in public.rglob("*.html"))
    with served(public) as base:
        command = [node, str(HERE / "browse.mjs"), str(modules), chromium, base, str(public)]
        ran = subprocess.run(
            command, input=json.dumps(names), capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE, check=False
        )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout) | {"base": base, "built": names}


def _wait(answer: Path) -> dict[str, Any]:
    """Wait for what another process is looking at."""
    until = time.monotonic() + PATIENCE
    while not answer.exists():
        assert time.monotonic() < until, "the other process never told what it saw"
        time.sleep(0.1)
    found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    assert "error" not in found, found["error"]
    return found


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # the base class's own word
        """Say nothing of what is asked for."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; give the address of its root."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
