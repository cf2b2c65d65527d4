"""The pages of mentors, one file each."""

from flask import Blueprint

from kessos_case.alumni import mentor_pages, mentoring_pages

blp = Blueprint("alumni_pages", __name__)

for part in (mentor_pages, mentoring_pages):
    blp.register_blueprint(part.blp)
