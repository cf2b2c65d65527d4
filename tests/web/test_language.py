"""Every word on a page is in both languages, and dates are said as people say them."""

import io
import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask_babel import force_locale

from kessos_case.core.settings import CONFIG_DIR
from kessos_case.web.pages import current_path
from kessos_case.web.times import when
from tests.conftest import Clock
from tests.factories import Api

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "kessos_case" / "web" / "templates"
CATALOGUE = ROOT / "kessos_case" / "web" / "translations" / "en" / "LC_MESSAGES" / "messages.po"

# The page of the API document is for programmers and English throughout.
PAGES = [path for path in sorted(TEMPLATES.rglob("*.html")) if path.name != "docs.html"]
# The name of the program, and marks between words.
NAMES = {"Kessos"}


def catalogue():
    return read_po(io.BytesIO(CATALOGUE.read_bytes()), locale="en")


def msgids():
    """What `make messages` would collect."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(ROOT / "kessos_case", methods, {}, keywords)
    return {message[2] for message in found}


def test_the_scan_follows_the_same_rules_as_make_messages():
    lines = (CONFIG_DIR / "babel.ini").read_text().splitlines()
    assert [line for line in lines if line.startswith("[")] == [
        "[python: kessos_case/**.py]",
        "[jinja2: kessos_case/web/templates/**.html]",
    ]


def test_every_text_has_an_english_translation():
    known = {message.id: message for message in catalogue() if message.id}
    translated = {key for key, message in known.items() if message.string and not message.fuzzy and all(message.string)}
    wanted = msgids()
    assert wanted - translated == set()
    assert known.keys() - wanted == set(), "no longer said anywhere: run make messages"


def test_a_translation_has_the_same_placeholders():
    for message in catalogue():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        if message.id:
            assert {tuple(sorted(re.findall(r"%\(\w+\)[sd]", text))) for text in (*ids, *texts)}.__len__() == 1, (
                message.id
            )


def test_the_compiled_catalogue_is_of_this_source():
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    assert compiled.getvalue() == CATALOGUE.with_suffix(".mo").read_bytes(), "run make messages"


class VisibleText(HTMLParser):
    """Collects what a reader would see or hear of a template whose Jinja parts were taken out."""

    ATTRIBUTES = ("alt", "aria-label", "placeholder", "title", "label")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found += [text.strip() for text in data.splitlines() if re.search(r"[^\W\d_]", text)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in self.ATTRIBUTES and value and value.strip()]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_has_no_text_outside_gettext(path: Path):
    parser = VisibleText()
    parser.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL))
    assert [text for text in parser.found if text.strip(" ·") not in NAMES] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_has_nothing_inline(path: Path):
    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("instant", "said", "in_english"),
    [
        ("2026-03-02T08:30:00+00:00", "hari ini 15.30", "today 15:30"),
        ("2026-03-02T16:59:00+00:00", "hari ini 23.59", "today 23:59"),
        ("2026-03-02T17:00:00+00:00", "besok 00.00", "tomorrow 00:00"),
        ("2026-03-01T16:00:00+00:00", "kemarin 23.00", "yesterday 23:00"),
        ("2026-03-09T03:00:00+00:00", "Senin 9 Maret 2026 10.00", "Monday 9 March 2026 10:00"),
    ],
)
def test_an_instant_is_said_by_the_clock_in_the_office(
    api: Api, clock: Clock, instant: str, said: str, in_english: str
):
    moment = datetime.fromisoformat(instant)
    with api.app.test_request_context():
        with force_locale("id"):
            assert when(moment) == said
        with force_locale("en"):
            assert when(moment) == in_english


def test_pages_are_indonesian_until_the_reader_chooses(api: Api):
    reader = api.bare
    assert '<html lang="id"' in reader.get("/sign-in").text
    answer = reader.post("/language", data={"language": "en", "next": "/sign-in?next=%2Freferrals"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Freferrals")
    page = reader.get("/sign-in").text
    assert '<html lang="en"' in page
    assert "Password" in page


@pytest.mark.parametrize("language", ["", "xx", "en; Path=/api"])
def test_another_language_is_not_kept(api: Api, language: str):
    assert "Set-Cookie" not in api.bare.post("/language", data={"language": language}).headers


@pytest.mark.parametrize("next", ["//evil.example", "/\\evil.example", "https://evil.example/", "evil", "/a\nb", ""])
def test_the_language_switch_leads_nowhere_else(api: Api, next: str):
    answer = api.bare.post("/language", data={"language": "en", "next": next})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("came_from", "back"),
    [("http://localhost/cases/7?notice=moved", "/cases/7"), ("https://evil.example/cases/7", "/"), (None, "/")],
)
def test_a_form_that_came_back_is_left_for_the_page_on_which_it_stood(api: Api, came_from: str | None, back: str):
    headers = {"Referer": came_from} if came_from else {}
    with api.app.test_request_context("/cases/7/moves", method="POST", headers=headers):
        assert current_path() == back


def test_another_site_cannot_choose_the_language(api: Api):
    answer = api.bare.post("/language", data={"language": "en"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
