"""JSON endpoints of files of aid: upload, look, apply, settle. Checking and applying are jobs."""

from flask import Response

from kessos_case.aid import import_queries as queries
from kessos_case.aid import import_schemas as s
from kessos_case.aid import import_wording as wording
from kessos_case.aid.models import AidImport, AidImportRow
from kessos_case.aid.service import imports as service
from kessos_case.core.errors import NotFound
from kessos_case.core.paging import Page, page
from kessos_case.core.sheets import written
from kessos_case.web.api import IDEMPOTENCY_KEY, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request

blp = ApiBlueprint("aid_imports", __name__, description="Files of aid as offices send them")


@blp.post("/aid/imports")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("aid_import", "create")
@blp.response(202, s.StartedOut)
@blp.arguments(s.ImportIn, location="files")
@idempotent(again=service.read_started)
def upload(session, data):
    """Send a file; it is checked as a dry run, and nothing of it is in the ledger yet."""
    sent = data.pop("file")
    return service.upload(session, content=sent.read(), filename=sent.filename or "", **data)


@blp.get("/aid/imports")
@door("aid_import", "read")
@blp.response(200, listed(s.ImportOut))
@blp.arguments(s.ImportArgs, location="query")
def imports(session, args):
    """The files of the own office, the latest first."""
    keys = [AidImport.uploaded_at, AidImport.id]
    found = page(session, queries.imports(args["state"]), keys, page_request(args), descending=True)
    return Page(service.listed_imports(session, found.items), found.next_cursor)


@blp.get("/aid/imports/<uuid:import_id>")
@door("aid_import", "read")
@blp.response(200, s.ImportOut)
def read_import(session, import_id):
    """One file: where it stands, how far it has come, and what became of its rows."""
    return service.read_import(session, import_id)


@blp.get("/aid/imports/<uuid:import_id>/rows")
@door("aid_import", "read")
@blp.response(200, listed(s.ImportRowOut))
@blp.arguments(s.RowArgs, location="query")
def rows(session, args, import_id):
    """The rows of a file with what is wrong with them, in order. Whom they name is in `errors.csv` alone."""
    found = service.import_for(session, import_id)
    keys = [AidImportRow.row_number]
    shown = page(session, queries.rows_of(found.id, args["state"]), keys, page_request(args))
    cards = service.listed_rows(session, found.id, shown.items)
    return Page([s.row_out(card) for card in cards], shown.next_cursor)


@blp.get("/aid/imports/<uuid:import_id>/errors.csv")
@door("aid_import", "read")
@blp.response(200, {"format": "binary", "type": "string"}, content_type="text/csv")
def errors(session, import_id):
    """Failed and parked rows as they were sent, each with what is wrong with it: to mend and send again."""
    text = "".join(written(wording.open_table(service.open_rows(session, import_id))))
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{import_id}.csv"'
    return answer


@blp.post("/aid/imports/<uuid:import_id>/application")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("aid_import", "apply")
@blp.response(202, s.StartedOut)
@blp.arguments(s.ApplicationIn)
@idempotent(again=service.read_started)
def apply(session, data, import_id):
    """Write the ready rows into the ledger; rows with mistakes stop it unless they are skipped."""
    return service.apply_import(session, import_id, **data)


@blp.post("/aid/imports/<uuid:import_id>/cancellation")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("aid_import", "apply")
@blp.response(201, s.ImportOut)
@idempotent(again=service.read_import)
def cancel(session, import_id):
    """Give up a file that is not applied; its content is deleted."""
    return service.cancel_import(session, import_id)


@blp.post("/aid/imports/<uuid:import_id>/rows/<row_number>/settlement")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("aid_import", "settle")
@blp.response(201, s.ImportRowOut)
@blp.arguments(s.RowSettlementIn)
def settle(session, data, import_id, row_number):
    """Say whose a parked row is; its line is written for this person or for the household of then. Said again, it stays."""
    # As text, because a number may have any length and a row's has seven digits at most.
    if not (row_number.isascii() and row_number.isdigit() and len(row_number) < 10):
        raise NotFound("There is no such row.")
    return s.row_out(service.settle_row(session, import_id, int(row_number), **data))
