"""What a PDF of ours says, as its reader reads it: its words, and its tables by their tags."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pdfplumber

_BLANK = re.compile(r"\s")


def words_of_pdf(raw: bytes) -> str:
    """The text of every page in one line, with one space between words."""
    with pdfplumber.open(io.BytesIO(raw)) as pdf:
        return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def pictures_on(raw: bytes) -> int:
    """How many pictures it has."""
    with pdfplumber.open(io.BytesIO(raw)) as pdf:
        return sum(len(page.images) for page in pdf.pages)


def table_rows(raw: bytes) -> list[list[str]]:
    """Each row of each table, in order, without its headings: the text of its cells without blanks, none for an empty cell."""
    with pdfplumber.open(io.BytesIO(raw)) as pdf:
        said: dict[tuple[int, int | None], str] = {}
        for page in pdf.pages:
            for sign in page.chars:
                place = page.page_number, sign["mcid"]
                said[place] = said.get(place, "") + sign["text"]
        rows = [list(row.get("children", ())) for top in pdf.structure_tree for row in _all(top, "TR")]
        return [[_text(cell, said) for cell in row] for row in rows if all(cell["type"] == "TD" for cell in row)]


def _all(tag: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    """This tag and those inside it that are of a kind, in their order."""
    if tag["type"] == kind:
        yield tag
    for inside in tag.get("children", ()):
        yield from _all(inside, kind)


def _text(tag: Mapping[str, Any], said: Mapping[tuple[int, int | None], str]) -> str:
    own = (said[tag["page_number"], mark] for mark in tag.get("mcids", ()))
    inside = (_text(each, said) for each in tag.get("children", ()))
    return _BLANK.sub("", "".join((*own, *inside)))
