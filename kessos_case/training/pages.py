"""The pages of training, one file each."""

from flask import Blueprint

from kessos_case.training import attendance_pages, batch_pages, course_pages, enrolment_pages, result_pages

blp = Blueprint("training_pages", __name__)

for part in (course_pages, batch_pages, enrolment_pages, attendance_pages, result_pages):
    blp.register_blueprint(part.blp)
