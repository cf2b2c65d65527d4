"""The pages of casework, one file each."""

from flask import Blueprint

from kessos_case.cases import (
    agreement_pages,
    assessment_pages,
    conference_pages,
    plan_change_pages,
    plan_pages,
    plan_review_pages,
    reunification_pages,
    step_pages,
    visit_pages,
)

blp = Blueprint("casework_pages", __name__)

for part in (
    agreement_pages,
    assessment_pages,
    plan_pages,
    plan_change_pages,
    plan_review_pages,
    step_pages,
    conference_pages,
    visit_pages,
    reunification_pages,
):
    blp.register_blueprint(part.blp)
