"""Pages of access: signing in and out, and the first page."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from kessos_case.access import service
from kessos_case.core.db import Session
from kessos_case.core.errors import KessosError, TooManyRequests, Unauthenticated, Unavailable
from kessos_case.web.errors import status_of
from kessos_case.web.pages import (
    SIGN_IN,
    drop_session,
    keep_session,
    local_path,
    may,
    page_door,
    see_other,
)

blp = Blueprint("access_pages", __name__)


@blp.get("/")
@page_door("self", "read")
def home(_session: Session) -> Response | str:
    """Where the work is; who has no pages yet is told so."""
    return see_other("/referrals") if may("referral", "read") else render_template("access/home.html")


@blp.get(SIGN_IN)
@page_door("token", "create", public=True)
def sign_in_form(_session: Session) -> str:
    """The form to sign in."""
    return _form(local_path(request.args.get("next")))


@blp.post(SIGN_IN)
@page_door("token", "create", public=True)
def sign_in(session: Session) -> Response:
    """Check name and password, keep the session in the browser and go where the reader wanted to go."""
    after = local_path(request.form.get("next"))
    username, password = request.form.get("username", ""), request.form.get("password", "")
    if not username.strip() or not password:
        return make_response(_form(after, username, _("Isi nama pengguna dan kata sandi.")), 422)
    address = request.remote_addr or ""
    try:
        signed_in = service.sign_in(session, username, password, kind="session", address=address)
    except (Unauthenticated, TooManyRequests, Unavailable) as error:
        return make_response(_form(after, username, _why(error)), status_of(error))
    answer = see_other(after)
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
    return _("Nama pengguna atau kata sandi salah. Periksa, lalu coba lagi.")
