"""Sample calls of tables of partners; the table that is sent is one of aid, which no directory can be read from."""

from tests.access.samples import Sample

REACH = dict[tuple[str, str], set[str]]()
SAMPLES = {
    "POST /partners/imports": Sample(body="file", status=422),
    "POST /partners/imports/result.csv": Sample(body="file", status=422),
    "GET /partners/imports/template.xlsx": Sample(),
}
PAGES = {
    "GET /partners/imports/new": Sample(),
    # Without a file: the form again.
    "POST /partners/imports/new": Sample(status=422),
    "POST /partners/imports/application": Sample(status=422),
    "POST /partners/imports/result": Sample(status=422),
}
