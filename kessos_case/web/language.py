"""Indonesian first, English second: the language of this request."""

from flask import Flask, request
from flask_babel import Babel

LANGUAGES = ("id", "en")
COOKIE = "kessos_language"


def register(app: Flask) -> None:
    """Choose by the reader's own choice (a cookie), else by his browser, else Indonesian."""
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Jakarta"
    Babel(app, default_locale="id", locale_selector=chosen)


def chosen() -> str:
    """`id` or `en`."""
    cookie = request.cookies.get(COOKIE)
    if cookie in LANGUAGES:
        return cookie
    return request.accept_languages.best_match(LANGUAGES) or "id"
