"""A browser without JavaScript, in the hands of one signed-in user."""

import re
from html import unescape
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse, stream_encode_multipart

from kessos_case.access.models import User
from kessos_case.web.auth import COOKIE, csrf_token
from tests.factories import Api, Make


class Reader:
    """A browser of one signed-in user: every form carries the session's token."""

    def __init__(self, api: Api, user: User) -> None:
        self.app, self.client = api.app, api.bare
        self.token = Make().token(user)
        self.client.set_cookie(COOKIE, self.token)

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, **form: Any) -> TestResponse:
        """Send a form."""
        with self.app.app_context():
            form["csrf_token"] = csrf_token(self.token)
        # Encoded here: the client's own encoder leaves a temporary file open for a large photo.
        stream, _size, boundary = stream_encode_multipart(MultiDict(form), use_tempfile=False)
        return self.client.post(path, data=stream, content_type=f'multipart/form-data; boundary="{boundary}"')


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)
    assert main
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0])).replace("\xa0", " ").split())


def fields_of(page: str) -> dict[str, str]:
    """What the page's longest form would send if nobody touched it: a browser's own reading of it, and no more."""
    form = max(re.findall(r"<form.*?</form>", page, re.DOTALL), key=len)
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") not in ("radio", "checkbox") or " checked" in tag:
            sent[found.get("name", "")] = unescape(found.get("value", "on"))
    for name, words in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = unescape(words)
    for name, choices in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', choices) or re.search(
            r'<option value="([^"]*)"', choices
        )
        sent[name] = unescape(chosen[1]) if chosen else ""
    sent.pop("csrf_token", None)
    return sent
