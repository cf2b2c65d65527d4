"""Tables of partners over HTTP."""

import csv
import io
import zipfile

import pytest

from tests.factories.directories import entry, table
from tests.factories.imports import csv_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def caller(make, api):
    return api(make.user("administrator"))


def send(caller, content: bytes, to: str = "/partners/imports", **fields: str):
    return caller.call("POST", to, data={"file": (io.BytesIO(content), "mitra.csv"), **fields})


def test_a_table_is_looked_at_and_then_written(caller, truth):
    looked = send(caller, table(entry()))
    assert (looked.status_code, looked.json["dry_run"], looked.json["create"]) == (200, True, 1)
    (row,) = looked.json["rows"]
    assert (row["row"], row["outcome"], row["service_type"]) == (2, "create", "temporary_shelter")
    assert {"field": "coverage", "from": None, "to": "35.09; 35.11"} in row["changes"]
    assert truth.one("select count(*) from services") == 0
    done = send(caller, table(entry()), dry_run="false", digest=looked.json["digest"])
    assert (done.status_code, done.json["dry_run"], truth.one("select count(*) from services")) == (200, False, 1)
    again = send(caller, table(entry()), dry_run="false", digest=looked.json["digest"])
    assert (again.status_code, again.json["nothing"]) == (200, 1)


def test_mistakes_are_told_in_both_languages_and_stop_it(caller, truth):
    bad = table(entry(), entry(service_name="Dapur", min_age="tua"))
    (_, row) = send(caller, bad).json["rows"]
    assert row["errors"] == [
        {
            "field": "min_age",
            "code": "not_an_age",
            "row": None,
            "detail": {"id": "bukan umur: tulis 0 sampai 130", "en": "is no age: write 0 to 130"},
        }
    ]
    stopped = send(caller, bad, dry_run="false")
    assert (stopped.status_code, stopped.json["code"], truth.one("select count(*) from services")) == (
        409,
        "rows_failed",
        0,
    )
    assert send(caller, bad, dry_run="false", skip_failed="true").json["create"] == 1


def test_a_new_service_that_may_be_an_old_one_says_which(caller):
    assert [row["alike"] for row in send(caller, table(entry())).json["rows"]] == [[]]
    send(caller, table(entry()), dry_run="false")
    [row] = send(caller, table(entry(service_name="Rumah Aman"))).json["rows"]
    [alike] = row["alike"]
    assert (row["outcome"], alike["name"], alike["service_id"] is not None) == ("create", "Rumah Singgah Mawar", True)
    assert alike["detail"]["id"].startswith("mungkin nama lain dari layanan")


def test_what_changed_in_between_is_not_written(caller):
    seen = send(caller, table(entry())).json["digest"]
    send(caller, table(entry()), dry_run="false")
    send(caller, table(entry(max_age="60")), dry_run="false")
    answer = send(caller, table(entry(max_age="70")), dry_run="false", digest=seen)
    assert (answer.status_code, answer.json["code"]) == (409, "changed")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"\0\0", "not_a_table"), (b"PK\x03\x04", "unreadable"), (b"a,b\n", "heading_missing")],
)
def test_what_is_no_table_is_422(caller, content: bytes, code: str):
    answer = send(caller, content)
    assert (answer.status_code, answer.json["errors"][0]["field"], answer.json["errors"][0]["code"]) == (
        422,
        "file",
        code,
    )


@pytest.mark.parametrize("fields", [{"digest": "x"}, {"dry_run": "perhaps"}, {"colour": "red"}])
def test_an_argument_that_is_none_is_422(caller, fields: dict):
    assert send(caller, table(entry()), **fields).status_code == 422


def test_a_workbook_with_a_cell_where_no_table_reaches_is_refused(caller):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b'<c r="XFD1048576"/>')
    answer = send(caller, out.getvalue())
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "too_large")


def test_cells_of_any_kind_are_mistakes_and_never_ours(caller):
    odd = [
        "\u202e",
        "=1+1",
        "1e308",
        "9" * 500,
        "-",
        "''",
        "\ufeff",
        "35.09.99.9999",
        "9999-12-31",
        "NULL",
        "😀" * 150,
        "\x7f",
    ]
    rows = [dict.fromkeys(entry(), text) for text in odd]
    answer = send(caller, table(*rows), dry_run="false")
    assert (answer.status_code, answer.json["code"]) == (409, "rows_failed")
    assert send(caller, table(*rows), dry_run="false", skip_failed="true").json["failed"] == len(odd)


def test_the_result_is_the_table_with_its_reasons_and_no_formula_in_it(caller):
    bad = entry(service_name="@SUM(1)", min_age="-", contact_name="Jaga", contact_phone="+62 812 3456 7890")
    answer = send(caller, table(entry(), bad), "/partners/imports/result.csv")
    text = answer.data.decode("utf-8-sig")
    heading, good, wrong = csv.reader(io.StringIO(text))
    assert heading[-5:] == ["baris", "hasil", "kolom", "kode", "keterangan"]
    assert (good[-5:-1], wrong[-5:-1]) == (["2", "baru", "", ""], ["3", "salah", "service_name", "formula"])
    assert wrong[-1] == "Nama layanan: berisi rumus: tulis isinya saja"
    assert [cell for cell in wrong if cell.startswith(("=", "@", "+", "-"))] == []
    assert "attachment" in answer.headers["Content-Disposition"]
    # Mended and sent again, the marks of the spreadsheet and the added columns are in nobody's way.
    mended = text.replace("'@SUM(1)", "Dapur").encode()
    again = send(caller, mended).json
    assert (again["create"], again["unknown_columns"]) == (2, [])


def test_the_template_is_a_table_that_brings_nothing_by_itself(caller):
    answer = caller.get("/partners/imports/template.xlsx")
    assert answer.status_code == 200
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    read = send(caller, answer.data)
    assert (read.status_code, read.json["errors"][0]["code"]) == (422, "no_rows")


def test_a_heading_in_indonesian_beneath_a_title_is_read(caller):
    content = (
        b"Direktori mitra;;;\n\nKode Organisasi;JENIS LAYANAN;Nama layanan;Cakupan;Nama organisasi;Jenis organisasi\n"
    )
    content += "LKS-Melati;Permakanan;Dapur;35;Yayasan Melati;Yayasan\n".encode("cp1252")
    answer = send(caller, content).json
    assert (answer["create"], answer["rows"][0]["row"]) == (1, 4)


def test_a_desk_may_not_import(make, api):
    assert send(api(make.user("triage")), table(entry())).status_code == 403


def test_a_partner_is_told_which_rows_are_not_his(make, api):
    user = make.user("partner")
    own = entry(organisation_code=user.organisation.code, organisation_name="", organisation_kind="", region_code="")
    answer = send(api(user), csv_of(own, entry(), heading=list(entry())))
    assert [row["outcome"] for row in answer.json["rows"]] == ["create", "failed"]
