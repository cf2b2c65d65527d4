"""The queue of flags and the review of one, as a browser without JavaScript uses them."""

import random
import re
from html import unescape

import pytest
import sqlalchemy as sa

from kessos_case.aid.service.picture import stretches
from kessos_case.cases.rules import StepKind
from kessos_case.dependency import wording
from kessos_case.dependency.rules import Band, DismissReason, FlagKind, FlagState, Opinion
from kessos_case.dependency.rules.indicators import indicators_of
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories import dependency as maker

UPT, OTHER_UPT = "PSTW-BONDOWOSO", "PSTW-MAGETAN"

pytestmark = pytest.mark.usefixtures("clock")

OPINION = {"form": "opinion", "opinion": "agree", "reason": "Sudah lama sendiri dan ingin berjualan."}
ACTION = {
    "form": "action", "step.kind": "course", "step.text": "Pelatihan menjahit", "step.due_on": "2026-06-30",
}  # fmt: skip
DISMISS = {"form": "dismiss", "dismiss_reason": "temporary_need", "until": "2026-09-01"}


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make):
    return make.user("supervisor", organisation=UPT)


@pytest.fixture
def flag(make: Make, worker, leader):
    """A person on aid for 59 months, who came up last night."""
    return maker.flagged(make, worker, leader)


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\xa0", " ").split())


def send(reader, user, flag, **form):
    """The form of a review, with the version that the page had."""
    one = reader(user)
    shown = re.search(r'name="version" value="(\d+)"', one.get(f"/dependency/flags/{flag.id}").text)
    return one.post(f"/dependency/flags/{flag.id}/review", **{"version": shown[1] if shown else "1"} | form)


def test_the_queue_names_who_and_why_without_a_number(make: Make, reader, leader, flag):
    page = text_of(reader(leader).get("/dependency/flags").text)
    assert flag.client.label in page
    assert "Menerima bantuan 59 dari 60 bulan terakhir" in page
    assert not re.search(r"\([+−-]\d|poin|sangat tinggi", page)


def test_an_empty_queue_says_what_will_come(reader, leader):
    one = reader(leader)
    assert "Tidak ada yang menunggu tinjauan." in one.get("/dependency/flags").text
    assert "Tidak ada di daftar ini." in one.get("/dependency/flags?state=expired").text


def test_what_is_late_is_marked(reader, leader, flag, clock: Clock):
    assert "Terlambat" not in reader(leader).get("/dependency/flags").text
    clock.move(days=16)
    page = reader(leader).get("/dependency/flags").text
    assert "Terlambat" in page
    assert "Seharusnya ditinjau paling lambat" in page


def test_a_secret_person_has_no_name_in_the_queue(make: Make, reader, worker, leader, truth: Truth, flag):
    truth.run("update clients set confidentiality = 'strict' where id = :id", id=flag.client_id)
    page = reader(leader).get("/dependency/flags").text
    assert flag.client.label not in page
    assert "Dirahasiakan" in page


def test_a_flag_shows_why_and_the_months_of_aid_before_any_number(reader, leader, flag):
    page = reader(leader).get(f"/dependency/flags/{flag.id}").text
    said = text_of(page)
    assert "Langkah 1: pendapat Anda" in said
    assert "Yang belum diketahui" in said
    assert "Februari 2026. Kebutuhan hidup: Rp 300.000." in said
    assert f'href="/clients/{flag.client_id}/aid"' in page
    assert "Langkah 2" not in said
    assert not re.search(r"\([+−-]\d|[Ss]kornya|undian", said)


def test_after_the_opinion_the_number_is_shown(reader, leader, flag):
    sent = send(reader, leader, flag, **OPINION)
    assert sent.status_code == 303
    said = text_of(reader(leader).get(sent.headers["Location"]).text)
    for words in ("Pendapat Anda sudah dicatat.", "Ya, orang ini butuh dukungan", OPINION["reason"],
                  "Skornya 11 poin: tinggi.", "muncul karena skornya", "(+6)", "Langkah 2"):  # fmt: skip
        assert words in said
    assert "Langkah 1" not in said


def test_a_sample_looks_like_any_other_until_the_opinion(make: Make, reader, worker, leader, flag, truth: Truth):
    def forms(page: str) -> str:
        return re.sub(r"[0-9a-f-]{36}|value=\"[0-9a-f]{64}\"", "", page)

    before = forms(reader(leader).get(f"/dependency/flags/{flag.id}").text)
    truth.run("update dependency_flags set kind = 'sample', cause = 'lot' where id = :id", id=flag.id)
    assert forms(reader(leader).get(f"/dependency/flags/{flag.id}").text) == before
    send(reader, leader, flag, **OPINION)
    assert "terpilih dengan undian" in reader(leader).get(f"/dependency/flags/{flag.id}").text


def test_an_agreed_step_ends_the_review(reader, leader, flag, truth: Truth):
    send(reader, leader, flag, **OPINION)
    sent = send(reader, leader, flag, **ACTION)
    said = text_of(reader(leader).get(sent.headers["Location"]).text)
    assert "Langkah sudah dicatat." in said
    assert "Langkah disepakati" in said
    assert "<form" not in re.search(r"<main.*</main>", reader(leader).get(f"/dependency/flags/{flag.id}").text, re.S)[0]
    assert truth.one("select state from dependency_flags where id = :id", id=flag.id) == "action_agreed"
    assert flag.client.label in reader(leader).get("/dependency/flags?state=action_agreed").text


def test_a_dismissal_needs_a_reason_and_holds_until_a_day(reader, leader, flag):
    send(reader, leader, flag, **OPINION)
    refused = send(reader, leader, flag, **DISMISS | {"dismiss_reason": ""})
    assert refused.status_code == 422
    assert 'id="dismiss_reason-error"' in refused.text
    assert 'value="2026-09-01"' in refused.text
    assert re.search(r"<details open>", refused.text)
    assert send(reader, leader, flag, **DISMISS).status_code == 303
    page = text_of(reader(leader).get("/dependency/flags?state=dismissed").text)
    assert "Sampai 1 September 2026 : Butuh bantuan hanya untuk sementara" in page


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        (OPINION | {"opinion": ""}, "opinion", "Pilih pendapat Anda."),
        (OPINION | {"opinion": "maybe"}, "opinion", "Pilih pendapat Anda."),
        (OPINION | {"reason": "  "}, "reason", "Tulis alasannya"),
        (OPINION | {"reason": "x" * 2001}, "reason", "terlalu panjang"),
        (OPINION | {"reason": "a\x00b"}, "reason", "tidak bisa disimpan"),
    ],
)
def test_a_wrong_opinion_is_said_at_its_field(reader, leader, flag, form, field: str, said: str, truth: Truth):
    answer = send(reader, leader, flag, **form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert said in answer.text
    assert truth.one("select state from dependency_flags where id = :id", id=flag.id) == "raised"


def test_everything_wrong_is_said_at_once(reader, leader, flag):
    answer = send(reader, leader, flag, form="opinion")
    assert "Pilih pendapat Anda." in answer.text
    assert "Tulis alasannya" in answer.text


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        (ACTION | {"step.kind": ""}, "step.kind", "Pilih langkahnya."),
        (ACTION | {"step.text": ""}, "step.text", "Tulis apa yang akan dilakukan."),
        (ACTION | {"step.due_on": "besok"}, "step.due_on", "Tulis tanggal mulai hari ini"),
        (ACTION | {"step.due_on": "2026-03-01"}, "step.due_on", "Tulis tanggal mulai hari ini"),
        (DISMISS | {"until": "2026-03-02"}, "until", "Tulis tanggal sesudah hari ini"),
        (DISMISS | {"until": "2027-03-03"}, "until", "paling lama satu tahun"),
        (DISMISS | {"dismiss_reason": "bored"}, "dismiss_reason", "Pilih alasan mengesampingkan."),
    ],
)
def test_a_wrong_decision_is_said_at_its_field(reader, leader, flag, form, field: str, said: str):
    send(reader, leader, flag, **OPINION)
    answer = send(reader, leader, flag, **form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert said in answer.text


def test_what_was_typed_stays(reader, leader, flag):
    typed = "<b>Ibu ini</b>\nbaru pindah"
    answer = send(reader, leader, flag, form="opinion", opinion="", reason=typed)
    assert "&lt;b&gt;Ibu ini&lt;/b&gt;\nbaru pindah" in answer.text.replace("\r\n", "\n")
    answer = send(reader, leader, flag, form="opinion", opinion="disagree", reason="")
    assert re.search(r'value="disagree" checked', answer.text)


def test_a_decision_before_the_opinion_is_refused(reader, leader, flag, truth: Truth):
    assert send(reader, leader, flag, **ACTION).status_code == 422
    assert truth.one("select state from dependency_flags where id = :id", id=flag.id) == "raised"


def test_a_second_opinion_does_not_replace_the_first(reader, leader, flag, truth: Truth):
    one = reader(leader)
    version = re.search(r'name="version" value="(\d+)"', one.get(f"/dependency/flags/{flag.id}").text)[1]
    send(reader, leader, flag, **OPINION)
    late = one.post(f"/dependency/flags/{flag.id}/review", version=version, **OPINION | {"opinion": "disagree"})
    assert late.status_code == 409
    assert "sudah berubah sejak halaman ini dibuka" in late.text
    assert "Yang Anda tulis tadi:" in late.text
    assert truth.one("select opinion from dependency_flags where id = :id", id=flag.id) == "agree"


def test_a_form_of_yesterday_is_asked_again(reader, leader, flag):
    answer = send(reader, leader, flag, **OPINION | {"version": "9"})
    assert answer.status_code == 409
    assert f">{OPINION['reason']}</textarea>" in answer.text


@pytest.mark.parametrize("form", [{}, {"form": "delete"}, OPINION | {"version": "x"}, OPINION | {"version": "²"}])
def test_a_made_up_form_changes_nothing(reader, leader, flag, form, truth: Truth):
    assert send(reader, leader, flag, **form).status_code in (409, 422)
    assert truth.one("select state from dependency_flags where id = :id", id=flag.id) == "raised"


def test_a_caseworker_sees_and_does_not_review(reader, worker, flag):
    page = reader(worker).get(f"/dependency/flags/{flag.id}")
    assert page.status_code == 200
    assert "<form" not in re.search(r"<main.*</main>", page.text, re.DOTALL)[0]
    assert send(reader, worker, flag, **OPINION).status_code == 403


def test_another_upt_sees_none_of_it(make: Make, reader, flag):
    foreign = make.user("supervisor", organisation=OTHER_UPT)
    one = reader(foreign)
    assert flag.client.label not in one.get("/dependency/flags").text
    assert one.get(f"/dependency/flags/{flag.id}").status_code == 404
    assert send(reader, foreign, flag, **OPINION).status_code == 404


def test_whoever_no_longer_reaches_the_person_sees_that_there_was_a_flag(reader, leader, flag, truth: Truth):
    ended = "update client_access set valid_from = '2026-01-01', valid_until = '2026-02-01' where client_id = :id"
    truth.run(ended, id=flag.client_id)
    page = reader(leader).get(f"/dependency/flags/{flag.id}")
    assert page.status_code == 200
    assert flag.client.label not in page.text
    assert 'class="months"' not in page.text
    assert reader(leader).get(f"/clients/{flag.client_id}/aid").status_code == 404


@pytest.mark.parametrize("role", ["tksk", "triage", "partner"])
def test_others_have_no_such_page_and_no_way_to_it(make: Make, reader, role: str, flag):
    one = reader(make.user(role))
    assert one.get("/dependency/flags").status_code == 403
    assert "/dependency" not in one.get("/referrals").text


def test_a_long_queue_goes_on_where_it_ended(make: Make, reader, worker, leader, monkeypatch):
    monkeypatch.setattr("kessos_case.dependency.pages.A_PAGE", 1)
    flags = [maker.flagged(make, worker, leader) for _ in range(2)]
    first = reader(leader).get("/dependency/flags").text
    more = unescape(re.search(r'class="more" href="([^"]+)"', first)[1])
    second = reader(leader).get(more).text
    shown = [flag.client.label for page in (first, second) for flag in flags if flag.client.label in page]
    assert sorted(shown) == sorted(flag.client.label for flag in flags)


def test_the_look_is_in_the_trail(reader, leader, flag, truth: Truth):
    reader(leader).get("/dependency/flags")
    reader(leader).get(f"/dependency/flags/{flag.id}")
    kept = "select distinct action from audit_entries where resource = 'dependency_flag' and user_id = :user"
    assert {"list", "read"} <= set(
        truth.all(f"{kept} and :client = any(client_ids)", user=leader.id, client=flag.client_id)
    )


@pytest.mark.parametrize("path", ["/dependency/flags", "/dependency/flags/{id}"])
def test_a_page_asks_the_database_few_questions(
    make: Make, reader, worker, leader, flag, superuser: sa.Engine, path: str
):
    def asked() -> int:
        seen: list[str] = []
        note = lambda *call: seen.append(call[2])  # noqa: E731
        one = reader(leader)
        sa.event.listen(superuser, "before_cursor_execute", note)
        assert one.get(path.format(id=flag.id)).status_code == 200
        sa.event.remove(superuser, "before_cursor_execute", note)
        return len([statement for statement in seen if "SAVEPOINT" not in statement])

    few = asked()
    maker.flagged(make, worker, leader)
    assert asked() == few
    assert few <= 12


def test_the_picture_and_the_score_see_the_same_spells():
    draw = random.Random(11)
    last = 2026 * 12
    for gap in (0, 1, 2):
        for _ in range(200):
            observed = draw.randrange(last - 59, last + 1)
            on = [draw.random() < 0.6 for _ in range(observed, last + 1)]
            net = {observed + place: int(is_on) for place, is_on in enumerate(on)}
            counted = indicators_of(net, [], last=last, observed_from=observed, gap=gap)
            drawn = stretches(on, observed, gap)
            assert [(one.first, one.last, one.months_on, one.length, one.may_be_longer) for one in drawn] == [
                (spell.start, spell.end, spell.months_on, spell.length, spell.left_censored) for spell in counted.spells
            ]


def test_every_code_has_words():
    assert set(wording.STATES) == set(FlagState)
    assert set(wording.OPINIONS) == set(Opinion)
    assert set(wording.BANDS) == set(Band)
    assert set(wording.KINDS) == set(FlagKind)
    assert set(wording.STEPS) == set(StepKind)
    assert set(wording.DISMISS_REASONS) == set(DismissReason)
    assert set(wording.VIEWS) - {""} <= set(FlagState)
