"""Tests of the handbooks: no picture is missing or forgotten, no address is named that nobody serves."""

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from kessos_case.app import create_app
from tests.pictures.day import PICTURES

HANDBOOK = Path(__file__).parents[2] / "docs" / "handbook"
SHELF = HANDBOOK / "pictures"
BOOKS = sorted(HANDBOOK.glob("*.md"))

A_PICTURE = re.compile(r"""(?:\]\(|src=")(pictures/[^)"]+)""")
# A page's address stands in backticks; a method before it and parts in braces, angles or capitals are read past.
AN_ADDRESS = re.compile(r"`(?:(GET|POST|PATCH|PUT|DELETE) )?(/[a-z][^\s`]*|/)`")
A_LINK = re.compile(r"\]\((?!pictures/|https?:)([^)#]+)")


def text_of(book: Path) -> str:
    return book.read_text("utf-8")


def shown() -> set[str]:
    return {name for book in BOOKS for name in A_PICTURE.findall(text_of(book))}


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app()


def serves(app: Flask, method: str, address: str) -> bool:
    """Is there a page, or a call of the API, at this address?"""
    path = re.sub(r"\{[^}]*\}|<[^>]*>|\b[A-Z]{2,}\b", "00000000-0000-7000-8000-000000000000", address.split("?")[0])
    routes = app.url_map.bind("localhost")
    for prefix in ("", "/api/v1"):
        try:
            routes.match(prefix + path, method=method or "GET")
        except HTTPException:
            continue
        return True
    return False


def test_every_picture_of_a_handbook_is_there_and_every_picture_is_shown():
    assert shown() == {f"pictures/{place.name}" for place in SHELF.glob("*.png")}


def test_make_screenshots_takes_exactly_these_pictures():
    names = [picture.name for picture in PICTURES]
    assert len(names) == len(set(names))
    assert {f"{name}.png" for name in names} == {place.name for place in SHELF.glob("*.png")}


def test_all_pictures_together_stay_small():
    assert sum(place.stat().st_size for place in SHELF.glob("*.png")) < 2_500_000


def test_every_picture_says_in_words_what_it_shows():
    silent = [book.name for book in BOOKS if re.search(r"!\[\]\(|<img (?![^>]*alt=\"\w)", text_of(book))]
    assert silent == []


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_every_address_in_a_handbook_is_served(app: Flask, book: Path):
    named = AN_ADDRESS.findall(text_of(book))
    assert [f"{method} {address}" for method, address in named if not serves(app, method, address)] == []


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_every_link_of_a_handbook_leads_to_a_file(book: Path):
    assert [link for link in A_LINK.findall(text_of(book)) if not (HANDBOOK / link).exists()] == []


def test_no_handbook_names_the_machine_it_was_written_on():
    named = re.compile(r"/(work|root|tmp)/|127\.0\.0\.1:(?!8000)\d")
    assert [book.name for book in BOOKS if named.search(text_of(book))] == []
