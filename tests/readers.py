"""A browser without JavaScript, in the hands of one signed-in user."""

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
