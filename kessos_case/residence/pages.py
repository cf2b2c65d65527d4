"""The pages of the house, one file each."""

from flask import Blueprint

from kessos_case.residence import house_pages, line_pages, log_pages, stay_pages, ward_pages

blp = Blueprint("residence_pages", __name__)

for part in (house_pages, ward_pages, stay_pages, line_pages, log_pages):
    blp.register_blueprint(part.blp)
