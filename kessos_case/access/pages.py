"""Pages of access: signing in and out."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from kessos_case.access import service
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, KessosError, TooManyRequests, Unauthenticated, Unavailable
from kessos_case.web.errors import status_of
from kessos_case.web.pages import (
    SIGN_IN,
    drop_session,
    keep_session,
    local_path,
    page_door,
    see_other,
)

blp = Blueprint("access_pages", __name__)


@blp.get(SIGN_IN)
@page_door("token", "create", public=True)
def sign_in_form(_session: Session) -> str:
    """The form to sign in."""
    return _form(local_path(request.args.get("next")))


def _saying_why(view: Callable[..., Response]) -> Callable[..., Response]:
    """Show the form again with what was wrong. Outside the door, which writes a failed sign-in into the trail first."""

    @wraps(view)
    def shown() -> Response:
        try:
            return view()
        except (Invalid, Unauthenticated, TooManyRequests, Unavailable) as error:
            form = _form(local_path(request.form.get("next")), request.form.get("username", ""), _why(error))
            return make_response(form, status_of(error))

    return shown


@blp.post(SIGN_IN)
@_saying_why
@page_door("token", "create", public=True)
def sign_in(session: Session) -> Response:
    """Check name, password and code, keep the session in the browser and go where the reader wanted to go."""
    username, password = request.form.get("username", ""), request.form.get("password", "")
    if not username.strip() or not password:
        raise Invalid("Name and password are needed.")
    signed_in = service.sign_in(
        session,
        username,
        password,
        kind="session",
        address=request.remote_addr or "",
        otp=request.form.get("otp", "").strip() or None,
    )
    answer = see_other(local_path(request.form.get("next")))
    keep_session(answer, signed_in.token)
    return answer


@blp.post("/sign-out")
@page_door("self", "change")
def sign_out(session: Session) -> Response:
    """End the session here and on the server."""
    service.sign_out(session)
    answer = see_other(SIGN_IN)
    drop_session(answer)
    return answer


def _form(after: str, username: str = "", error: str = "") -> str:
    return render_template("access/sign_in.html", next=after, username=username, error=error)


def _why(error: KessosError) -> str:
    if isinstance(error, TooManyRequests):
        minutes = -(-int(error.extra.get("retry_after", 60)) // 60)
        return ngettext(
            "Terlalu sering salah. Tunggu %(num)d menit, lalu coba lagi.",
            "Terlalu sering salah. Tunggu %(num)d menit, lalu coba lagi.",
            minutes,
        )
    if isinstance(error, Unavailable):
        return _("Masuk sedang tidak bisa. Tunggu satu menit, lalu coba lagi.")
    if isinstance(error, Invalid):
        return _("Isi nama pengguna dan kata sandi.")
    if error.code == "otp_required":
        return _("Isi kata sandi sekali lagi, dan kode dari aplikasi kode di HP Anda.")
    if error.code == "second_factor_missing":
        return _("Peran Anda perlu kode dari HP. Minta pengurus aplikasi di kantor Anda memasangnya.")
    return _("Nama pengguna, kata sandi atau kode salah. Periksa, lalu coba lagi.")
