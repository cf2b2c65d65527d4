"""Drafts of forms: what was typed about one person must not come back in the form of another."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "kessos_case" / "web" / "templates"
# Forms that begin something of which nothing is known yet.
BLANK = {"batch-new", "client-new", "course-new"}


def test_the_draft_of_a_form_is_named_after_what_it_is_about():
    names = {
        name for page in TEMPLATES.rglob("*.html") for name in re.findall(r'data-draft="([^"]+)"', page.read_text())
    }
    assert names
    assert {name for name in names if not re.search(r"\{\{ [\w.]*id \}\}", name)} <= BLANK
