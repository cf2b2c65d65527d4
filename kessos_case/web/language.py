"""Indonesian first, English second: the language of this request."""

from flask import Flask, request
from flask_babel import Babel

LANGUAGES = ("id", "en")
COOKIE = "kessos_language"


def register(app: Flask) -> None:
    """Indonesian, unless the reader has chosen English on this device."""
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Jakarta"
    Babel(app, default_locale="id", locale_selector=chosen)


def chosen() -> str:
    """`id` or `en`."""
    # Not by the browser's own language: many phones of the field are left at English by people who do not read it.
    cookie = request.cookies.get(COOKIE, "")
    return cookie if cookie in LANGUAGES else "id"
