"""The pages of the directory, one file each."""

from flask import Blueprint

from kessos_case.partners import (
    agreement_pages,
    contact_pages,
    directory_pages,
    entry_pages,
    place_pages,
    service_pages,
)

blp = Blueprint("partner_pages", __name__)

for part in (directory_pages, entry_pages, place_pages, service_pages, contact_pages, agreement_pages):
    blp.register_blueprint(part.blp)
