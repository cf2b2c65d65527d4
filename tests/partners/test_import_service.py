"""A table of partners before the directory: what each row would do, what is written, and what is refused."""

from datetime import date

import pytest

from kessos_case.access.service import add_organisation, organisation_named
from kessos_case.core.errors import Conflict, Invalid, RuleBroken
from kessos_case.partners import service
from kessos_case.partners.import_wording import result_table
from kessos_case.partners.models import ServiceCapacity
from kessos_case.partners.rules.import_rows import COLUMNS
from kessos_case.partners.service import imports
from tests.factories.directories import bring, entry, look, run, table
from tests.factories.imports import csv_of, xlsx_of
from tests.factories.partners import agree, offer_service, open_places, partner

pytestmark = pytest.mark.usefixtures("clock")

YEAR = {"capacity_starts_on": "01/01/2026", "capacity_ends_on": "31/12/2026"}
WHOLE = {
    "organisation_name": "Yayasan Mawar", "max_age": "60", "categories": "Lanjut Usia Terlantar", "open_days": "Senin-Jumat",
    "opens_at": "08.00", "closes_at": "15.00", "application_process": "Bawa surat desa.", "is_accredited": "ya",
    "has_disability_access": "ya", "allows_waiting": "ya", "capacity_places": "12", **YEAR,
    "agreement_number": "PKS-1/2026", "agreement_starts_on": "2026-01-01", "agreement_ends_on": "2026-12-31",
    "agreement_parties": "Dinas Sosial; Yayasan Mawar", "contact_name": "Petugas Jaga", "contact_phone": "0331-424242",
}  # fmt: skip


@pytest.fixture
def administrator(make):
    return make.user("administrator")


def outcomes(report) -> list[str]:
    return [row.outcome for row in report.rows]


def faults(report, place: int = 0) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in report.rows[place].faults]


def changes(report, place: int = 0) -> dict:
    return {change.field: (change.before, change.after) for change in report.rows[place].changes}


def stored(truth, what: str = "services") -> int:
    return truth.one(f"select count(*) from {what}")


def of_mawar(make, administrator):
    """The organisation of `entry` as the directory shows it."""
    with make.acting(administrator) as session:
        return service.read_partner(session, organisation_named(session, "LKS-MAWAR").id)


def test_a_dry_run_says_what_would_be_and_writes_nothing(make, truth, administrator):
    before = stored(truth), stored(truth, "organisations"), stored(truth, "audit_entries")
    report = look(make, administrator, entry(**WHOLE), entry(service_name="Dapur Umum", service_type="meals"))
    assert (outcomes(report), report.is_applied) == (["create", "create"], False)
    assert changes(report)["capacity_places"] == (None, 12)
    # The organisation is new in the first row; what it brings counts for the second.
    assert changes(report)["organisation_name"] == (None, "Yayasan Mawar")
    assert "organisation_name" not in changes(report, 1)
    assert (stored(truth), stored(truth, "organisations"), stored(truth, "audit_entries")) == before


def test_what_is_written_stands_as_by_hand(make, truth, administrator):
    bring(make, administrator, entry(**WHOLE))
    shown = of_mawar(make, administrator)
    (offered,) = shown.services
    assert (shown.kind, shown.name, shown.region_code) == ("lks", "Yayasan Mawar", "35.09")
    assert (offered.service_type, offered.coverage, offered.sexes) == ("temporary_shelter", ["35.09", "35.11"], ["P"])
    assert (offered.open_days, str(offered.opens_at), offered.is_accredited) == ([1, 2, 3, 4, 5], "08:00:00", True)
    assert (offered.capacity.places, offered.free, offered.confirmed_on) == (12, 12, date(2026, 3, 2))
    assert shown.agreement_until == date(2026, 12, 31)
    assert [(one.name, one.phone) for one in shown.contacts] == [("Petugas Jaga", "+62331424242")]
    assert truth.all("select parties from agreements") == [["Dinas Sosial", "Yayasan Mawar"]]
    trail = truth.all("select action || ' ' || resource from audit_entries where user_id = :id", id=administrator.id)
    assert sorted(trail) == [
        "create agreement", "create contact", "create organisation", "create service", "import directory", "set capacity",
    ]  # fmt: skip


def test_applied_twice_it_changes_nothing(make, truth, administrator):
    rows = [
        entry(**WHOLE),
        entry(
            service_name="Dapur Umum",
            service_type="Permakanan",
            contact_name="Ibu Dapur",
            contact_email="dapur@mawar.invalid",
        ),
    ]
    bring(make, administrator, *rows)
    written = truth.one("select max(at) from audit_entries where resource <> 'directory'")
    again = bring(make, administrator, *rows)
    assert outcomes(again) == ["nothing", "nothing"]
    assert truth.one("select max(at) from audit_entries where resource <> 'directory'") == written
    assert (
        stored(truth, "agreements"),
        stored(truth, "organisation_contacts"),
        stored(truth, "service_capacities"),
    ) == (1, 2, 1)


def test_an_unchanged_row_does_not_confirm_a_stale_entry(make, truth, clock, administrator):
    bring(make, administrator, entry())
    clock.move(days=120)
    assert outcomes(bring(make, administrator, entry())) == ["nothing"]
    assert of_mawar(make, administrator).services[0].is_stale
    bring(make, administrator, entry(max_age="70"))
    assert not of_mawar(make, administrator).services[0].is_stale


def test_a_change_says_from_what_to_what_and_leaves_empty_cells_alone(make, administrator):
    bring(make, administrator, entry(**WHOLE))
    changed = entry(
        organisation_name="", organisation_kind="", region_code="", coverage="35.11;35.09", min_age="-", max_age="",
        sexes="L;P", capacity_places="20", contact_name="petugas jaga", contact_phone="0331-777777",
    )  # fmt: skip
    report = bring(make, administrator, changed)
    # The same regions in another order are no change; without days the places are those of the period that is open.
    assert changes(report) == {
        "min_age": (18, None), "sexes": (["P"], []), "capacity_places": (12, 20),
        "contact_phone": ("+62331424242", "+62331777777"),
    }  # fmt: skip
    (offered,) = of_mawar(make, administrator).services
    assert (offered.min_age, offered.max_age, offered.capacity.places) == (None, 60, 20)


def test_what_the_table_does_not_name_is_listed_and_stays(make, truth, administrator):
    bring(make, administrator, entry(), entry(service_name="Dapur Umum", service_type="meals"))
    other = offer_service(make)
    report = bring(make, administrator, entry())
    told = [(one.organisation_code, one.service_name) for one in report.absent]
    assert ("LKS-MAWAR", "Dapur Umum") in told
    assert (truth.one("select code from organisations where id = :id", id=other.organisation_id), None) in told
    assert len(of_mawar(make, administrator).services) == 2


def test_one_mistake_stops_everything_unless_it_is_skipped(make, truth, administrator):
    rows = [entry(), entry(service_name="Dapur Umum", coverage="99.99", min_age="70", max_age="60")]
    with pytest.raises(RuleBroken) as refused:
        bring(make, administrator, *rows)
    assert [(error["field"], error["code"]) for error in refused.value.errors] == [
        ("rows.3.coverage", "not_found"), ("rows.3.max_age", "below_min_age"),
    ]  # fmt: skip
    assert truth.one("select count(*) from organisations where code = 'LKS-MAWAR'") == 0
    report = bring(make, administrator, *rows, skip_failed=True)
    assert (outcomes(report), [one.name for one in of_mawar(make, administrator).services]) == (
        ["create", "failed"], ["Rumah Singgah Mawar"],
    )  # fmt: skip


def test_what_a_failed_row_would_have_brought_the_next_one_brings_or_lacks(make, administrator):
    failed = entry(min_age="kecil")
    report = look(make, administrator, failed, entry(service_name="Dapur", organisation_name=""))
    assert faults(report, 1) == [("organisation_name", "missing")]
    assert outcomes(look(make, administrator, failed, entry(service_name="Dapur"))) == ["failed", "create"]


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"coverage": ""}, [("coverage", "missing")]),
        ({"organisation_name": ""}, [("organisation_name", "missing")]),
        ({"region_code": "35.99"}, [("region_code", "not_found")]),
        ({"categories": "PPKS-99"}, [("categories", "not_found")]),
        ({"opens_at": "08.00"}, [("closes_at", "missing")]),
        ({"opens_at": "08.00", "closes_at": "07.00"}, [("closes_at", "before_opening")]),
        ({"capacity_places": "3"}, [("capacity_starts_on", "missing"), ("capacity_ends_on", "missing")]),
        ({**YEAR, "capacity_ends_on": "2025-01-01", "capacity_places": "3"}, [("capacity_ends_on", "before_start")]),
        ({"agreement_starts_on": "2026-01-01"}, [("agreement_number", "missing")]),
        ({"agreement_number": "PKS"}, [("agreement_starts_on", "missing"), ("agreement_ends_on", "missing")]),
        ({"contact_phone": "0331-424242"}, [("contact_name", "missing")]),
        ({"contact_name": "Jaga"}, [("contact_phone", "unreachable")]),
    ],
)  # fmt: skip
def test_a_row_that_the_directory_cannot_take(make, administrator, cells: dict, wrong: list):
    assert faults(look(make, administrator, entry(**cells))) == wrong


def test_places_in_use_other_periods_and_agreements_that_stand_are_not_overwritten(make, connection, administrator):
    bring(make, administrator, entry(**WHOLE))
    with make.acting(administrator) as session:
        session.query(ServiceCapacity).update({"taken": 5, "reserved": 2})
    few = entry(capacity_places="6", **YEAR)
    assert faults(look(make, administrator, few)) == [("capacity_places", "capacity_in_use")]
    assert outcomes(look(make, administrator, few | {"capacity_places": "7"})) == ["change"]
    overlapping = entry(capacity_places="6", capacity_starts_on="2026-12-01", capacity_ends_on="2027-01-31")
    assert faults(look(make, administrator, overlapping)) == [("capacity_starts_on", "period_overlaps")]
    longer = entry(agreement_number="pks-1/2026", agreement_starts_on="2026-01-01", agreement_ends_on="2027-12-31")
    assert faults(look(make, administrator, longer)) == [("agreement_ends_on", "agreement_differs")]
    assert faults(look(make, administrator, entry(organisation_kind="OPD"))) == [("organisation_kind", "kind_fixed")]


@pytest.mark.parametrize("role", ["partner", "supervisor"])
def test_a_partner_brings_the_own_organisation_and_nothing_that_the_office_decides(make, role: str):
    user = make.user(role)
    office = user.organisation
    own = entry(
        organisation_code=office.code, organisation_kind="", organisation_name="", region_code="", service_name="Dapur"
    )
    assert outcomes(bring(make, user, own)) == ["create"]
    assert faults(look(make, user, entry())) == [("organisation_code", "scope")]
    assert faults(look(make, user, entry(organisation_code=partner(make).code))) == [("organisation_code", "scope")]
    assert faults(look(make, user, own | {"organisation_name": "Nama Baru"})) == [
        ("organisation_name", "administrator")
    ]
    assert faults(look(make, user, own | {"is_accredited": "ya"})) == [("is_accredited", "accreditation")]
    agreed = {"agreement_number": "PKS", "agreement_starts_on": "2026-01-01", "agreement_ends_on": "2026-12-31"}
    assert faults(look(make, user, own | agreed)) == [("agreement_number", "agreement")]


def test_a_partner_may_send_back_what_the_office_wrote_about_him(make):
    user = make.user("partner")
    offer_service(make, user.organisation_id, is_accredited=True)
    agree(make, user.organisation_id)
    own = {
        "organisation_code": user.organisation.code, "service_type": "temporary_shelter", "service_name": "Rumah Singgah",
        "is_accredited": "ya", "agreement_number": "PKS-1/2026", "agreement_starts_on": "2026-01-01",
        "agreement_ends_on": "2026-12-31",
    }  # fmt: skip
    report = bring(make, user, own)
    assert (outcomes(report), report.absent) == (["nothing"], [])


def test_what_was_looked_at_is_what_is_written(make, truth, administrator):
    seen = look(make, administrator, entry())
    bring(make, administrator, entry(service_name="Lain"))
    with pytest.raises(Conflict) as refused:
        bring(make, administrator, entry(), digest=seen.digest)
    assert refused.value.code == "changed"
    with pytest.raises(Conflict):
        bring(make, administrator, entry(max_age="99"), digest=seen.digest)
    now = look(make, administrator, entry())
    assert outcomes(bring(make, administrator, entry(), digest=now.digest)) == ["create"]
    # Sent once more after a cut: nothing is left to do, so nothing stands in the way.
    assert outcomes(bring(make, administrator, entry(), digest=now.digest)) == ["nothing"]


def test_a_workbook_is_read_with_its_dates_numbers_and_lost_digits(make, administrator):
    row = entry(coverage="", capacity_places="", **dict.fromkeys(YEAR, ""))
    cells = [row.get(name, "") for name in COLUMNS]
    at = {name: place for place, name in enumerate(COLUMNS)}
    cells[at["capacity_places"]], cells[at["min_age"]] = 12, 18.0
    cells[at["capacity_starts_on"]], cells[at["capacity_ends_on"]] = date(2026, 1, 1), 46387
    cells[at["coverage"]] = 35.1
    report = run(make, administrator, xlsx_of([["Daftar mitra"], COLUMNS, cells]))
    assert report.rows[0].row.number == 3
    assert faults(report) == [("coverage", "digits_lost"), ("capacity_ends_on", "day_serial")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\0", "not_a_table"),
        (b"PK\x03\x04 no zip", "unreadable"),
        (b"nama,alamat\nx,y\n", "heading_missing"),
        (b"kode organisasi,jenis layanan\nx,y\n", "columns_missing"),
        (b"kode organisasi,kode mitra,jenis layanan,nama layanan\nx,y,z,w\n", "columns_twice"),
        (b"kode organisasi,jenis layanan,nama layanan\n", "no_rows"),
        (b'kode organisasi,jenis layanan,nama layanan\nx,"y,z\n', "broken_row"),
        (b"kode organisasi,jenis layanan,nama layanan\n" + b"x,y,z\n" * 5001, "too_many_rows"),
    ],
)
def test_what_is_no_table_of_partners_is_refused_in_a_sentence(make, administrator, content: bytes, code: str):
    with pytest.raises(Invalid) as refused:
        run(make, administrator, content)
    assert [(error["field"], error["code"]) for error in refused.value.errors] == [("file", code)]


def test_a_column_that_nobody_reads_is_said_but_for_those_of_the_results(make, administrator):
    content = csv_of(entry(warna="biru", keterangan="salah"), heading=[*COLUMNS, "warna", "keterangan"])
    assert run(make, administrator, content).unknown_columns == ("warna",)


def test_a_dry_run_of_many_rows_asks_as_little_as_of_one(make, statements, administrator):
    def asked(*rows) -> int:
        return len(statements(lambda: look(make, administrator, *rows)))

    rows = [entry(**WHOLE) | {"service_name": f"Layanan {number}"} for number in range(40)]
    bring(make, administrator, *rows[:20])
    assert asked(*rows) == asked(rows[0]) <= 12


def test_a_stopped_service_of_the_same_name_is_not_the_one_that_is_meant(make, truth, administrator):
    office = partner(make, code="LKS-MAWAR", name="Yayasan Mawar")
    old = offer_service(make, office.id, name="Rumah Singgah Mawar", is_active=False)
    new = offer_service(make, office.id, name="Rumah Singgah Mawar")
    open_places(make, new, 3)
    bring(make, administrator, entry(max_age="55", capacity_places="9"))
    found = dict(truth.all("select id, max_age from services"))
    assert (found[old.id], found[new.id]) == (None, 55)
    assert truth.one("select places from service_capacities") == 9


def between(make, user, content: bytes, meanwhile) -> None:
    """Look at the table, let somebody else do something, and write what was looked at."""
    with make.acting(user) as session:
        report, found = imports._looked_at(session, content)
        meanwhile()
        imports._write(session, report, found)


@pytest.mark.parametrize("what", ["service", "places", "taken", "organisation"])
def test_whoever_comes_in_between_is_not_overwritten(make_committed, clock, what: str):
    make = make_committed
    administrator = make.user("administrator")
    bring(make, administrator, entry(**WHOLE))
    wanted = entry(max_age="70", capacity_places="9")

    def meanwhile() -> None:
        with make.acting(administrator) as session:
            office = organisation_named(session, "LKS-MAWAR")
            (offered,) = service.read_partner(session, office.id).services
            if what == "service":
                service.change_service(session, service.service_for(session, offered.id), {"max_age": 50})
            elif what == "organisation":
                add_organisation(session, kind="lks", code="LKS-LAIN", name="Lain", region_code="35.09")
            elif what == "places":
                days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
                service.set_capacity(session, office.id, service_id=offered.id, places=30, **days)
            else:
                for _ in range(10):
                    service.reserve(session, offered.id, date(2026, 3, 2))

    content = table(wanted, entry(organisation_code="LKS-LAIN", organisation_name="Lain"))
    with pytest.raises(Conflict) as refused:
        between(make, administrator, content, meanwhile)
    assert refused.value.code == "changed"
    (offered,) = of_mawar(make, administrator).services
    assert (offered.max_age, offered.capacity.places) == {
        "service": (50, 12), "organisation": (60, 12), "places": (60, 30), "taken": (60, 12),
    }[what]  # fmt: skip


def doubts(report) -> dict[int, list[tuple]]:
    return {number: [(one.name, one.service_id is not None) for one in found] for number, found in report.alike.items()}


def test_a_service_that_was_renamed_is_new_and_the_old_name_is_told_beside_it(make, administrator):
    bring(make, administrator, entry(), entry(service_name="Dapur Umum", service_type="meals"))
    renamed = entry(service_name="Rumah Aman Mawar")
    report = look(make, administrator, renamed)
    assert (outcomes(report), doubts(report)) == (["create"], {2: [("Rumah Singgah Mawar", True)]})
    # Whoever names both means two.
    assert doubts(look(make, administrator, renamed, entry())) == {}
    retyped = entry(service_name="dapur umum", service_type="Penampungan sementara")
    assert doubts(look(make, administrator, retyped, entry())) == {2: [("Dapur Umum", True)]}


def test_a_stopped_service_is_no_other_name(make, administrator):
    bring(make, administrator, entry())
    bring(make, administrator, entry(is_active="tidak"))
    assert doubts(look(make, administrator, entry(service_name="Rumah Aman Mawar"))) == {}


def test_an_organisation_that_stands_under_another_code_is_told(make, administrator):
    bring(make, administrator, entry(organisation_name="Yayasan Mawar Melati"))
    again = entry(organisation_code="LKS-MAWAR-2", organisation_name="LKS Mawar  melati")
    report = look(make, administrator, again, again | {"service_name": "Dapur", "service_type": "meals"})
    assert doubts(report) == {2: [("Yayasan Mawar Melati", False)]}
    assert doubts(look(make, administrator, entry(organisation_name="Yayasan Mawar Melati"))) == {}


def test_it_is_said_in_the_file_of_results_and_does_not_stop_the_rest(make, administrator):
    bring(make, administrator, entry())
    report = bring(make, administrator, entry(service_name="Rumah Aman Mawar"))
    assert report.is_applied
    [_heading, row] = result_table(report)
    assert "mungkin nama lain dari layanan yang sudah tercatat: Rumah Singgah Mawar" in row[-1]


def test_only_the_example_of_the_template_is_passed_over(make, administrator):
    report = look(
        make, administrator, entry(organisation_code="CONTOH-LKS-HARAPAN"), entry(organisation_code="contoh-lks-mawar")
    )
    assert [row.row.stated["organisation_code"] for row in report.rows] == ["CONTOH-LKS-HARAPAN"]
