"""The pages and the API of a person's letters."""

from tests.factories import Make, fresh_id
from tests.letters.conftest import NAME
from tests.readers import text_of


def test_what_can_be_written_is_offered_and_written_once(reader, worker, planned, truth):
    one, address = reader(worker), f"/clients/{planned.client_id}/letters"
    assert "Buat surat" in text_of(one.get(address).text)
    for _ in range(2):
        done = one.post(address, kind="plan", subject_id=str(planned.plan.id))
        assert (done.status_code, done.location) == (303, f"{address}?notice=issued")
    assert truth.one("select count(*) from letters where client_id = :id", id=planned.client_id) == 1
    shown = one.get(address)
    assert "Suratnya sudah ada" in text_of(shown.text) and ".pdf" in shown.text


def test_nothing_to_write_says_what_a_letter_is_made_of(make: Make, reader, worker):
    client = make.client(worker)
    assert "Belum ada yang bisa dijadikan surat." in text_of(reader(worker).get(f"/clients/{client.id}/letters").text)


def test_the_pdf_opens_in_the_browser_and_is_kept_nowhere(reader, worker, planned, issue):
    letter = issue(worker, "plan", planned.plan.id)
    answer = reader(worker).get(f"/letters/{letter.id}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == f'inline; filename="surat-plan-{letter.code[:4].lower()}.pdf"'


def test_a_letter_is_taken_back_with_a_reason(reader, worker, planned, issue):
    letter = issue(worker, "plan", planned.plan.id)
    one = reader(worker)
    unsaid = one.post(f"/letters/{letter.id}/revocation", letter_id=str(letter.id))
    assert unsaid.status_code == 422 and "Pilih mengapa suratnya dicabut." in unsaid.text
    assert one.post(f"/letters/{letter.id}/revocation", reason="superseded").status_code == 422
    assert one.post(f"/letters/{letter.id}/revocation", reason="lost").status_code == 303
    again = one.post(f"/letters/{letter.id}/revocation", reason="lost")
    assert again.status_code == 409 and "sudah dicabut sebelumnya" in again.text


def test_what_cannot_be_written_yet_is_said_in_words(reader, worker, planned, truth):
    truth.run("update plans set state = 'superseded' where id = :id", id=planned.plan.id)
    answer = reader(worker).post(f"/clients/{planned.client_id}/letters", kind="plan", subject_id=str(planned.plan.id))
    assert answer.status_code == 409 and "Rencana ini belum disetujui." in text_of(answer.text)


def test_others_find_nothing(make: Make, reader, worker, planned, issue):
    letter = issue(worker, "plan", planned.plan.id)
    stranger = reader(make.caseworker("PSTW-MAGETAN"))
    assert stranger.get(f"/clients/{planned.client_id}/letters").status_code == 404
    assert stranger.get(f"/letters/{letter.id}.pdf").status_code == 404
    assert stranger.post(f"/letters/{letter.id}/revocation", reason="lost").status_code == 404
    assert reader(make.user("tksk")).get(f"/letters/{letter.id}.pdf").status_code == 403


def test_the_title_has_no_name_of_a_restricted_person(reader, worker, planned, truth):
    truth.run("update clients set confidentiality = 'strict' where id = :id", id=planned.client_id)
    assert NAME not in reader(worker).get(f"/clients/{planned.client_id}/letters").text.split("</title>")[0]


def test_few_statements(reader, worker, planned, issue, statements):
    issue(worker, "plan", planned.plan.id)
    one = reader(worker)
    assert len(statements(lambda: one.get(f"/clients/{planned.client_id}/letters"))) <= 12


def test_the_api_writes_lists_and_takes_back(api, worker, planned):
    body = {"kind": "plan", "subject_id": str(planned.plan.id)}
    made = api(worker).post(f"/clients/{planned.client_id}/letters", body)
    again = api(worker).post(f"/clients/{planned.client_id}/letters", body)
    assert (made.status_code, again.json["id"], again.headers["Idempotent-Replayed"]) == (201, made.json["id"], "true")
    listed = api(worker).get(f"/clients/{planned.client_id}/letters").json
    assert [one["id"] for one in listed["items"]] == [made.json["id"]]
    ended = api(worker).post(f"/letters/{made.json['id']}/revocation", {"reason": "mistake"})
    assert ended.json["revoked_reason"] == "mistake"
    assert api(worker).get(f"/letters/{made.json['id']}").json["revoked_at"] is not None


def test_the_api_names_mistakes_and_hides_what_is_not_there(api, worker, planned):
    wrong = api(worker).post(f"/clients/{planned.client_id}/letters", {"kind": "poem", "subject_id": str(fresh_id())})
    assert wrong.status_code == 422
    gone = api(worker).post(f"/clients/{planned.client_id}/letters", {"kind": "plan", "subject_id": str(fresh_id())})
    assert gone.status_code == 404
