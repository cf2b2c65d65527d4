"""The pages of what a plan says beyond its goals: money, stepping down, differences, signature, review."""

from urllib.parse import urlencode

import pytest
from werkzeug.datastructures import FileStorage

from tests.conftest import Clock, Truth
from tests.factories import Make, casework
from tests.factories import cases as c
from tests.factories.casework import goal, step, taper
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")

DOWN = (("2026-05", 100_000), ("2026-07", 0))


@pytest.fixture(autouse=True)
def _day(clock: Clock):
    clock.set("2026-03-10T03:00:00+00:00")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make):
    return c.supervisor(make)


@pytest.fixture
def case(make: Make, worker):
    return c.open_case(make, worker)


def address_of(plan) -> str:
    return f"/cases/{plan.case_id}/plans/{plan.id}"


def whole(worker, **more: str) -> dict[str, str]:
    step = {
        "kind": "aid", "text": "Modal usaha", "due_on": "2026-04-20",
        "responsible_organisation_id": str(worker.organisation_id),
        "cost": "2.500.000", "cost_source": "apbd_province", "programme_code": "KUBE",
    }  # fmt: skip
    return {
        "goals.0.domain": "other", "goals.0.text": "Punya usaha",
        **{f"goals.0.steps.0.{name}": text for name, text in step.items()},
        "tapers.0.programme_code": "SEMBAKO", "tapers.0.reason": "",
        "tapers.0.steps.0.from_month": "2026-05", "tapers.0.steps.0.amount": "100.000",
        "tapers.0.steps.1.from_month": "2026-07", "tapers.0.steps.1.amount": "0",
    } | more  # fmt: skip


def test_money_and_stepping_down_are_written_and_shown(reader, worker, case):
    one = reader(worker)
    sent = one.post(f"/cases/{case.id}/plans/new", **whole(worker), do="propose")
    assert sent.status_code == 303, text_of(sent.text)
    page = text_of(one.get(sent.headers["Location"]).text)
    assert "Biaya Rp 2.500.000 · Anggaran provinsi" in page
    assert "Mulai Mei 2026: Rp 100.000 sebulan" in page
    assert "Tidak ada bantuan yang berhenti sendiri karenanya." in page
    assert "Semuanya" in page


def test_the_draft_comes_back_as_it_was_written(reader, worker, case):
    one = reader(worker)
    sent = one.post(f"/cases/{case.id}/plans/new", **whole(worker), do="save")
    form = fields_of(one.get(sent.headers["Location"]).text)
    assert (form["goals.0.steps.0.cost"], form["goals.0.steps.0.programme_code"]) == ("2500000", "KUBE")
    assert (form["tapers.0.steps.1.from_month"], form["tapers.0.steps.1.amount"]) == ("2026-07", "0")


def test_lines_of_stepping_down_are_added_and_taken_away(reader, worker, case, truth: Truth):
    one, address = reader(worker), f"/cases/{case.id}/plans/new"
    form = fields_of(one.post(address, **whole(worker), do="add_taper").text)
    assert form["tapers.0.steps.0.amount"] == "100.000"
    assert form["tapers.1.steps.1.amount"] == ""
    form = fields_of(one.post(address, **form | {"do": "drop_reduction:0:0"}).text)
    assert form["tapers.0.steps.0.from_month"] == "2026-07"
    form = fields_of(one.post(address, **form | {"do": "drop_taper:0"}).text)
    assert form["tapers.0.programme_code"] == ""
    assert form["goals.0.steps.0.cost"] == "2.500.000"
    assert truth.one("select count(*) from plans") == 0


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("goals.0.steps.0.cost_source", "", "Isian ini belum benar."),
        ("goals.0.steps.0.cost", "banyak", "Isian ini belum benar."),
        ("goals.0.steps.0.programme_code", "X", "Isian ini belum benar."),
        ("tapers.0.programme_code", "KUBE", "Ini bukan bantuan untuk kebutuhan sehari-hari."),
        ("tapers.0.programme_code", "", "Pilih programnya."),
        ("tapers.0.steps.0.from_month", "2026-02", "Tanggal ini sudah lewat."),
        ("tapers.0.steps.1.from_month", "2026-05", "Bulannya harus sesudah bulan di atasnya."),
        ("tapers.0.steps.1.amount", "100.000", "Jumlahnya harus lebih kecil"),
        ("tapers.0.steps.1.amount", "", "Isian ini belum diisi."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(reader, worker, case, field, typed, said):
    refused = reader(worker).post(f"/cases/{case.id}/plans/new", **whole(worker) | {field: typed}, do="save")
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert said in text_of(refused.text)


def test_without_anything_that_empowers_it_is_saved_and_not_proposed(reader, worker, case, truth: Truth):
    form = whole(worker) | {"goals.0.steps.0.programme_code": ""}
    refused = reader(worker).post(f"/cases/{case.id}/plans/new", **form, do="propose")
    assert refused.status_code == 409
    assert "Sebelum bantuan ini berkurang harus ada bantuan usaha" in text_of(refused.text)
    assert 'href="#tapers.0"' in refused.text
    assert truth.all("select state from plans") == ["draft"]


def test_who_decides_sees_what_is_different(make: Make, reader, worker, leader, case):
    first = casework.approved_plan(make, worker, case.id, supervisor=leader)
    later = goal(
        step(worker.organisation_id, due_on=casework.in_days(60), cost=5000, cost_source="own"),
        carried_from=first.goals[0].id,
    )
    second = casework.plan(make, worker, case.id, later)
    page = text_of(reader(leader).get(address_of(second)).text)
    assert "Yang berubah dari rencana ke-1" in page
    assert "Langkah berubah: Bantu mengurus KTP." in page
    assert "Paling lambat dari 9 April 2026 menjadi 9 Mei 2026" in page
    assert "sumber uang dari tidak ada menjadi Uangnya sendiri" in page


def test_an_approval_says_when_it_is_looked_at_again(make: Make, reader, worker, leader, case, truth: Truth):
    card = casework.plan(make, worker, case.id)
    one = reader(leader)
    form = fields_of(one.get(address_of(card)).text) | {"decision": "approve", "review_on": "2020-01-01"}
    refused = one.post(f"{address_of(card)}/decision", **form)
    assert refused.status_code == 422
    assert "paling lama satu tahun lagi" in text_of(refused.text)
    assert one.post(f"{address_of(card)}/decision", **form | {"review_on": "2026-05-04"}).status_code == 303
    assert str(truth.one("select review_on from plans")) == "2026-05-04"
    assert "Dilihat lagi bersama orangnya: 4 Mei 2026" in text_of(reader(worker).get(address_of(card)).text)


def test_a_photo_of_the_signature_is_kept_and_given_as_a_file(make: Make, reader, worker, case):
    card = casework.plan(make, worker, case.id)
    one = reader(worker)
    sent = one.post(f"{address_of(card)}/signature", **make.form("signature") | {"image": FileStorage(*make.picture())})
    assert sent.status_code == 303, text_of(sent.text)
    page = one.get(address_of(card)).text
    assert "Ditandatangani: Orangnya sendiri, foto dari kertas, 10 Maret 2026" in text_of(page)
    assert "Orangnya setuju dengan rencana ini" in text_of(page)
    file = one.get(f"{address_of(card)}/signature")
    assert file.headers["Content-Type"] == "image/jpeg"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_without_a_picture_the_form_says_so(make: Make, reader, worker, case):
    card = casework.plan(make, worker, case.id)
    refused = reader(worker).post(f"{address_of(card)}/signature", form="photo", signer="client", on="2026-03-10")
    assert refused.status_code == 422
    assert "Ambil foto tanda tangannya, atau gambar di layar." in text_of(refused.text)


def test_a_plan_that_stays_is_written_down(make: Make, reader, worker, leader, case, truth: Truth):
    card = casework.approved_plan(make, worker, case.id, supervisor=leader)
    one, address = reader(worker), f"{address_of(card)}/review"
    seen = str(card.version)
    refused = one.post(address, version=seen, on="2026-03-09")
    assert refused.status_code == 422
    assert 'id="review-on-error"' in refused.text
    assert one.post(address, version="1", on="2026-03-10").status_code == 409
    assert one.post(address, version=seen, on="2026-03-10", next_on="2026-04-01").status_code == 303
    assert str(truth.one("select review_on from plans")) == "2026-04-01"


def test_another_upt_finds_none_of_it(make: Make, reader, worker, case):
    card = casework.signed_plan(make, worker, casework.plan(make, worker, case.id).id)
    stranger = reader(make.caseworker("PSTW-MAGETAN"))
    assert stranger.get(f"{address_of(card)}/signature").status_code == 404
    assert stranger.post(f"{address_of(card)}/review", on="2026-03-10").status_code == 404
    other = c.open_case(make, worker)
    assert reader(worker).get(f"/cases/{other.id}/plans/{card.id}/signature").status_code == 404


def test_the_fullest_pages_ask_little_of_the_database(make: Make, reader, worker, leader, case, statements):
    lines = [
        goal(step(worker.organisation_id, cost=5, cost_source="own", programme_code="KUBE"), text=f"Tujuan {n}")
        for n in range(8)
    ]
    tapers = [taper(*DOWN, reason="x"), taper(*DOWN, reason="x", programme_code="BLT-DD")]
    first = casework.plan(make, worker, case.id, *lines, tapers=tapers)
    casework.decided(make, leader, first.id)
    draft = casework.plan(make, worker, case.id, *lines[:4], tapers=tapers, propose=False)
    one, other = reader(worker), reader(leader)
    # What programmes are called is read once a process.
    one.get(address_of(first))
    for path in (address_of(draft), address_of(first)):
        assert len(statements(lambda path=path: one.get(path))) <= 12, path
    proposed = one.post(address_of(draft), **fields_of(one.get(address_of(draft)).text) | {"do": "propose"})
    assert proposed.status_code == 303, text_of(proposed.text)
    assert len(statements(lambda: other.get(address_of(draft)))) <= 12


class TestComparing:
    """Any two versions of a plan, in sentences."""

    @pytest.fixture
    def three(self, make: Make, worker, leader, case):
        """One step; the same with another day; the same under another goal."""
        first = casework.approved_plan(make, worker, case.id, supervisor=leader)
        later = step(worker.organisation_id, due_on=casework.in_days(60))
        second = casework.approved_plan(
            make, worker, case.id, goal(later, carried_from=first.goals[0].id), supervisor=leader
        )
        return casework.plan(
            make, worker, case.id, goal(later, text="Punya KTP dan KK", carried_from=second.goals[0].id)
        )

    def compared(self, one, case, **asked: object) -> str:
        return text_of(one.get(f"/cases/{case.id}/plans/changes?{urlencode(asked)}").text)

    def test_the_first_and_the_last(self, reader, worker, case, three):
        said = self.compared(reader(worker), case, since=1, to=3)
        assert "Yang berubah dari rencana ke-1 sampai rencana ke-3" in said
        assert "Tujuan berubah: Punya KTP dan KK." in said
        assert "Paling lambat dari" in said

    @pytest.mark.parametrize("asked", [{}, {"since": "x", "to": "99"}, {"since": 3, "to": 2}])
    def test_the_last_two_where_none_are_named_and_always_forward(self, reader, worker, case, three, asked):
        said = self.compared(reader(worker), case, **asked)
        assert "Yang berubah dari rencana ke-2 sampai rencana ke-3" in said
        assert "Tujuan berubah: Punya KTP dan KK." in said
        assert "Langkah berubah" not in said

    def test_one_beside_itself_has_not_changed(self, reader, worker, case, three):
        assert "Tidak ada yang berubah." in self.compared(reader(worker), case, since=2, to=2)

    def test_the_list_leads_there_once_there_are_two(self, make: Make, reader, worker, case):
        one, way = reader(worker), f"/cases/{case.id}/plans/changes"
        casework.approved_plan(make, worker, case.id)
        assert way not in one.get(f"/cases/{case.id}/plans").text
        assert "Baru ada satu rencana" in self.compared(one, case)
        casework.plan(make, worker, case.id)
        assert way in one.get(f"/cases/{case.id}/plans").text

    def test_offices_are_called_by_their_names(self, make: Make, reader, worker, case):
        other = make.organisation("DINSOS-35.09")
        casework.approved_plan(make, worker, case.id)
        casework.plan(make, worker, case.id, goal(step(other.id)))
        assert f"menjadi {other.name}" in self.compared(reader(worker), case).replace("“", "").replace("”", "")

    def test_a_foreign_office_finds_nothing(self, make: Make, reader, case, three):
        assert reader(make.caseworker("PSTW-MAGETAN")).get(f"/cases/{case.id}/plans/changes").status_code == 404

    def test_statements_do_not_grow_with_versions(self, reader, worker, case, three, statements):
        one = reader(worker)
        address = f"/cases/{case.id}/plans/changes?since=1&to=3"
        assert len(statements(lambda: one.get(address))) <= 12
