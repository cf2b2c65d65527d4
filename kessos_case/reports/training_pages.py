"""The page of what became of those who finished a course: by office and course, and in all."""

from uuid import UUID

from flask import Blueprint, render_template, request

from kessos_case.core.db import Session
from kessos_case.reports import service, training_wording, wording
from kessos_case.web.pages import page_door

blp = Blueprint("training_figure_pages", __name__)


@blp.get("/reports/training-outcomes")
@page_door("report", "read")
def outcomes(session: Session) -> str:
    """Who finished, passed, found work and kept it, and of whom nobody knows; `?year=`, `?organisation=`."""
    year, office = request.args.get("year", ""), _office(request.args.get("organisation", ""))
    found = service.training_outcomes(session, int(year) if year.isdecimal() and len(year) == 4 else None, office)
    return render_template(
        "reports/training_outcomes.html", found=found, office=office, columns=training_wording, words=wording
    )


def _office(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
