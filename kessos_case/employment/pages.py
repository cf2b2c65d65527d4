"""The pages of work and income, one file each."""

from flask import Blueprint

from kessos_case.employment import (
    application_pages,
    business_pages,
    income_pages,
    inquiry_pages,
    list_pages,
    vacancy_pages,
    work_pages,
)

blp = Blueprint("employment_pages", __name__)

_PARTS = (
    list_pages,
    work_pages,
    income_pages,
    vacancy_pages,
    application_pages,
    business_pages,
    inquiry_pages,
)

for part in _PARTS:
    blp.register_blueprint(part.blp)
