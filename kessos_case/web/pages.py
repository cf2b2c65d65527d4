"""Glue for pages: the door of the cookie session, refusals in plain words, and what every template may ask."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, Response, g, make_response, redirect, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from kessos_case.core.db import Credentials, nobody
from kessos_case.core.phone import readable_phone
from kessos_case.core.settings import settings
from kessos_case.web import auth, figures, language, menu
from kessos_case.web.auth import Door
from kessos_case.web.times import time_left, when

blp = Blueprint("pages", __name__)

# Access answers there; the glue only knows the way.
SIGN_IN = "/sign-in"
YEAR = 365 * 24 * 3600

# Begins with one slash and holds nothing that a browser would read as another host.
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*\Z")


@dataclass(frozen=True)
class Refused:
    """What a refusal tells a person: what happened, and what to do now."""

    title: str
    advice: str


def register(app: Flask) -> None:
    """Give the templates of `app` their words and the app its language switch."""
    app.register_blueprint(blp)
    app.jinja_env.filters |= {"when": when, "time_left": time_left, "phone": readable_phone}
    app.jinja_env.filters |= {figure.__name__: figure for figure in figures.FILTERS}
    app.jinja_env.globals["months_between"] = figures.months_between
    app.jinja_env.globals.update(csrf_token=csrf_token, may=may, current_path=current_path, language=current_language)
    app.jinja_env.globals["menu"] = lambda: list(menu.entries(may))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def page_door(
    resource: str, action: str, *, public: bool = False, most_bytes: int | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Open the transaction of this page for the holder of the session cookie, as web.auth.door does for programs.

    A public page acts for nobody, also when an ended cookie comes along, and asks that the form is our own. `most_bytes`
    allows a larger body than usual, so that one photo too many does not lose a whole form.
    """

    def who() -> Credentials:
        if most_bytes is not None:
            request.max_content_length = most_bytes
        if not public:
            return auth.cookie_credentials()
        if request.method not in auth.SAFE:
            auth.check_same_site()
        return nobody()

    return auth.door_for(Door(resource, action, public), who)


def is_page() -> bool:
    """Does a person in a browser wait for this answer?"""
    return not request.path.startswith("/api/")


def refusal(status: int, code: str, headers: dict[str, str]) -> Response:
    """A refusal as a page; who is not signed in is led to the sign-in and from there back."""
    if status == 401:
        back = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return see_other(f"{SIGN_IN}?{urlencode({'next': back})}" if back != "/" else SIGN_IN)
    told = _told_to_whom_a_notice_led(status) or _told(status, code)
    page = render_template("error.html", told=told, status=status, request_id=g.get("request_id", ""))
    answer = make_response(page, status)
    answer.headers.update({name: value for name, value in headers.items() if name != "WWW-Authenticate"})
    return answer


def see_other(address: str) -> Response:
    """Go on there with GET: a reload of the next page must not send the form again."""
    return make_response(redirect(address, 303))


def local_path(text: str | None) -> str:
    """Where to go on, when that is an address of ours; else the first page."""
    return text if text and _LOCAL.match(text) else "/"


def keep_session(answer: Response, token: str) -> None:
    """Let the browser hold the sign-in until it is closed."""
    answer.set_cookie(auth.COOKIE, token, path="/", httponly=True, samesite="Lax", secure=settings().tls)


def drop_session(answer: Response) -> None:
    """Take the sign-in from the browser."""
    answer.delete_cookie(auth.COOKIE, path="/", httponly=True, samesite="Lax", secure=settings().tls)


def csrf_token() -> str:
    """The token for a form of this session; empty for a visitor."""
    cookie = request.cookies.get(auth.COOKIE)
    return auth.csrf_token(cookie) if cookie else ""


def may(resource: str, action: str) -> bool:
    """May the reader do this at all? Pages show no door that is shut."""
    actor = g.get("actor")
    return bool(actor and actor.user_id) and auth.hooks().may(actor.roles, resource, action)


def current_path() -> str:
    """The address to come back to after the language was changed: never one that only takes forms."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    # A form that came back with mistakes: the page on which it stood, as the browser says.
    came_from = urlsplit(request.referrer or "")
    return local_path(came_from.path) if came_from.netloc == request.host else "/"


def current_language() -> str:
    """`id` or `en`."""
    return str(get_locale() or "id")


def uploads(name: str) -> Sequence[FileStorage]:
    """The files that were really chosen; a browser sends an empty part for an empty field."""
    return [file for file in request.files.getlist(name) if file.filename]


@blp.post("/language")
def choose_language() -> Response:
    """Remember the reader's language on this device."""
    auth.check_same_site()
    answer = see_other(local_path(request.form.get("next")))
    chosen = request.form.get("language", "")
    if chosen in language.LANGUAGES:
        answer.set_cookie(
            language.COOKIE, chosen, max_age=YEAR, path="/", httponly=True, samesite="Lax", secure=settings().tls
        )
    return answer


def _told(status: int, code: str) -> Refused:
    """By the code where it says more, else by the status."""
    told = _told_by_code(code) or _told_by_status(status)
    return told or Refused(_("Permintaan ini tidak bisa diterima"), _("Kembali ke halaman awal dan coba lagi."))


def _told_to_whom_a_notice_led(status: int) -> Refused | None:
    """What was told was true then; that it is out of reach now is no mistake of the reader."""
    if status not in (403, 404) or request.args.get("from") != "notice":
        return None
    return Refused(
        _("Ini sekarang bukan di tangan Anda"),
        _(
            "Kabarnya benar waktu dikirim. Sekarang urusannya sudah selesai, atau orang lain yang menanganinya. "
            "Kembali ke halaman awal."
        ),
    )


def _told_by_code(code: str) -> Refused | None:
    return {
        "csrf": Refused(
            _("Formulir ini sudah terlalu lama terbuka"),
            _("Tidak ada yang berubah. Buka lagi halamannya, isi, lalu kirim."),
        ),
        "cross_site": Refused(
            _("Formulir ini dikirim dari situs lain"), _("Buka aplikasi ini langsung, lalu isi formulirnya di sini.")
        ),
        "role": Refused(
            _("Halaman ini bukan untuk peran Anda"),
            _("Kalau ini pekerjaan Anda, minta pengurus aplikasi di kantor Anda untuk membukanya."),
        ),
        "too_many_photos": Refused(
            _("Fotonya sudah cukup"), _("Satu laporan paling banyak memuat enam foto. Kembali ke laporannya.")
        ),
    }.get(code)


def _told_by_status(status: int) -> Refused | None:
    return {
        403: Refused(_("Anda tidak boleh melakukan ini"), _("Kembali ke halaman awal dan pilih yang lain.")),
        404: Refused(
            _("Halaman ini tidak ada"),
            _("Mungkin alamatnya salah ketik, atau isinya bukan untuk Anda. Kembali ke halaman awal."),
        ),
        405: Refused(_("Alamat ini tidak bisa dibuka begitu"), _("Kembali ke halaman awal.")),
        409: Refused(
            _("Keadaannya sudah berubah"),
            _("Orang lain sudah lebih dulu mengubahnya. Buka lagi halamannya dan lihat keadaan yang baru."),
        ),
        413: Refused(
            _("Kiriman ini terlalu besar"),
            _("Kembali, lalu pilih foto atau berkas yang lebih kecil, atau kirim dalam beberapa bagian."),
        ),
        422: Refused(_("Ada isian yang salah"), _("Kembali, periksa isiannya, lalu kirim lagi.")),
        429: Refused(_("Terlalu banyak permintaan"), _("Tunggu satu menit, lalu coba lagi.")),
        500: Refused(
            _("Ini kesalahan kami"),
            _("Coba lagi. Kalau tetap begini, beri tahu pengurus aplikasi nomor di bawah ini."),
        ),
        503: Refused(
            _("Aplikasi sedang tidak bisa dipakai"), _("Tidak ada yang berubah. Tunggu sebentar, lalu coba lagi.")
        ),
    }.get(status)
