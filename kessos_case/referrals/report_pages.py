"""The page to report a person that works without a network, and what makes a phone able to keep it."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, url_for
from flask_babel import gettext as _

from kessos_case.core.db import Session
from kessos_case.referrals import offline, page_queries, report_queries, wording
from kessos_case.web.pages import csrf_token, current_language, page_door

blp = Blueprint("report_pages", __name__)


@blp.get(offline.PAGE)
@page_door("reference", "read", public=True)
def report(session: Session) -> Response:
    """The same page for everybody, because phones keep it: who is signed in is asked by the page itself."""
    page = render_template(
        "referrals/report.html",
        words=wording,
        groups=page_queries.service_groups(session, current_language()),
        version=offline.version(),
        scripts=[offline.script(name) for name in offline.WORKER_SCRIPTS],
        drafts_script=offline.script("drafts.js"),
        report_script=offline.script("report.js"),
        manifest=offline.MANIFEST,
    )
    answer = Response(page)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blp.get("/report/session")
@page_door("referral", "create")
def report_session(session: Session) -> Response:
    """Who sends from this browser, where he may report, and which of his reports wait for his answer."""
    places = page_queries.places_for(session, session.actor)
    asked = report_queries.asked_back(session)
    return jsonify(
        user_id=str(session.actor.user_id),
        username=session.actor.username,
        csrf_token=csrf_token(),
        places=[{"regency": regency, "districts": districts} for regency, districts in places],
        asked=[{"id": str(one.id), "due_at": one.due_at and one.due_at.isoformat()} for one in asked],
    )


@blp.get("/sw.js")
def service_worker() -> Response:
    """The service worker of the whole site; asked for anew each time, so that a release reaches every phone."""
    answer = Response(offline.worker(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blp.get(offline.MANIFEST)
def manifest() -> Response:
    """What a phone needs to put the page beside its other programs."""
    answer = jsonify(_manifest())
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _manifest() -> dict[str, Any]:
    icons = [
        {"src": url_for("static", filename=f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    icons.append({"src": url_for("static", filename="icon.svg"), "sizes": "any", "type": "image/svg+xml"})
    icons.append({**icons[1], "src": url_for("static", filename="icon-maskable-512.png"), "purpose": "maskable"})
    return {
        "id": offline.PAGE,
        "name": _("Kessos: lapor orang"),
        "short_name": _("Lapor orang"),
        "lang": current_language(),
        "start_url": offline.PAGE,
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f8f7",
        "theme_color": "#0b5a52",
        "icons": icons,
    }
