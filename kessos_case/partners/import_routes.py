"""JSON endpoints of tables of partners: looked at, written, and given back with the reasons. Applied twice, nothing changes."""

from flask import Response

from kessos_case.core.sheets import written
from kessos_case.partners import import_schemas as s
from kessos_case.partners import import_wording as wording
from kessos_case.partners.import_workbook import MEDIA, template
from kessos_case.partners.service import imports as service
from kessos_case.web.api import ApiBlueprint
from kessos_case.web.auth import door

blp = ApiBlueprint("partner_imports", __name__, description="The directory as tables that offices send")


@blp.post("/partners/imports")
@door("partner", "manage")
@blp.response(200, s.DirectoryOut)
@blp.arguments(s.DirectoryIn, location="files")
def import_directory(session, data):
    """Send a table of partners: a dry run says what each row would do; applied, all of it or nothing is written."""
    return s.report_out(service.import_directory(session, data.pop("file").read(), **data))


@blp.post("/partners/imports/result.csv")
@door("partner", "manage")
@blp.response(200, {"format": "binary", "type": "string"}, content_type="text/csv")
@blp.arguments(s.TableIn, location="files")
def result(session, data):
    """A dry run as the table itself, each row with what would become of it and why: to mend and send again."""
    report = service.import_directory(session, data["file"].read())
    return table_of(report)


@blp.get("/partners/imports/template.xlsx")
@door("partner", "manage")
@blp.response(200, {"format": "binary", "type": "string"}, content_type=MEDIA)
def blank(session):
    """The workbook to fill in: headings, an example, the codes, what belongs in each column."""
    return attached(template(session), MEDIA, "direktori.xlsx")


def table_of(report: service.Report) -> Response:
    """The report as CSV in which no formula runs."""
    return attached("".join(written(wording.result_table(report))), "text/csv", "hasil-direktori.csv")


def attached(content: str | bytes, media: str, name: str) -> Response:
    """A file to keep."""
    answer = Response(content, mimetype=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
