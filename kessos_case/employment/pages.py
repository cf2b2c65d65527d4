"""The pages of work and income, one file each."""

from flask import Blueprint

from kessos_case.employment import income_pages, list_pages, work_pages

blp = Blueprint("employment_pages", __name__)

for part in (list_pages, work_pages, income_pages):
    blp.register_blueprint(part.blp)
