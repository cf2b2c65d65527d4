"""A phone comes back to the network: reports in a batch, photos in pieces; never lost, never twice."""

import hashlib
import io
from typing import Any

import pytest
from PIL import Image

from kessos_case.core import db
from kessos_case.nights.service.retention import forget
from kessos_case.web.auth import COOKIE, csrf_token
from tests.factories import AMBULU, Api, Make


def report(reference: str | None, **more: Any) -> dict[str, Any]:
    return {
        "client_reference": reference,
        "person": {"alias": "Mbah Surip"},
        "service_types": ["temporary_shelter"],
        "urgency": "urgent",
        "region_code": AMBULU,
    } | more


def send(api: Api, *reports: Any) -> list[dict[str, Any]]:
    answer = api.post("/referrals/batch", {"items": list(reports)})
    assert answer.status_code == 200, answer.json
    return answer.json["items"]


def test_reports_are_received_in_the_order_they_came(make: Make, api: Api, truth):
    results = send(api(make.user("tksk")), report("hp-2"), report("hp-1"))
    assert [(one["client_reference"], one["status"]) for one in results] == [("hp-2", "received"), ("hp-1", "received")]
    assert sorted(truth.all("select client_reference from referrals")) == ["hp-1", "hp-2"]


def test_a_report_with_a_mistake_loses_none_of_the_others(make: Make, api: Api, truth):
    wrong = [
        report("hp-2", urgency="soon"),
        report("hp-3", region_code="99"),
        report("hp-4", unknown=1),
        report("hp-5", service_types=["none_such"]),
        {"client_reference": "hp-6"},
        report(None),
        {},
        {"client_reference": 7},
    ]
    results = send(api(make.user("tksk")), report("hp-1"), *wrong, report("hp-9"))
    assert [one["status"] for one in results] == ["received", *["invalid"] * len(wrong), "received"]
    assert all(one["errors"] for one in results[1:-1])
    assert sorted(truth.all("select client_reference from referrals")) == ["hp-1", "hp-9"]


def test_a_refused_report_leaves_nothing_behind(make: Make, api: Api, truth):
    send(api(make.user("tksk")), report("hp-1", region_code="99"), report("hp-2"))
    assert truth.one("select count(*) from referral_transitions") == 1
    assert truth.one("select count(*) from jobs where name = 'referrals.find_matches'") == 1


def test_a_report_sent_again_is_known(make: Make, api: Api, truth):
    tksk = api(make.user("tksk"))
    first = send(tksk, report("hp-1"))[0]
    again = send(tksk, report("hp-1"), report("hp-1"))
    assert [(one["status"], one["id"]) for one in again] == [("known", first["id"])] * 2
    assert truth.one("select count(*) from referrals") == 1


def test_the_same_report_twice_in_one_batch_is_one(make: Make, api: Api):
    results = send(api(make.user("tksk")), report("hp-1"), report("hp-1"))
    assert [one["status"] for one in results] == ["received", "known"]
    assert results[0]["id"] == results[1]["id"]


def test_another_report_under_the_same_reference_names_the_one_that_stands(make: Make, api: Api):
    tksk = api(make.user("tksk"))
    first = send(tksk, report("hp-1"))[0]
    again = send(tksk, report("hp-1", place="Pasar Ambulu"))[0]
    assert (again["status"], again["id"], again["code"]) == ("conflict", first["id"], "client_reference_used")


def test_the_reference_of_another_phone_is_none_of_mine(make: Make, api: Api):
    theirs = send(api(make.user("tksk")), report("hp-1"))[0]
    mine = send(api(make.user("tksk")), report("hp-1"))[0]
    assert mine["status"] == "received"
    assert mine["id"] != theirs["id"]


def test_a_batch_takes_fifty_reports_and_no_more(make: Make, api: Api):
    tksk = api(make.user("tksk"))
    assert len(send(tksk, *(report(f"hp-{number}") for number in range(50)))) == 50
    too_many = tksk.post("/referrals/batch", {"items": [report(f"hq-{number}") for number in range(51)]})
    assert too_many.status_code == 422


def test_what_is_nested_deeper_than_anybody_reads_is_a_mistake_of_the_caller(make: Make, api: Api):
    body = '{"items": ' + "[" * 100_000 + "]" * 100_000 + "}"
    answer = api(make.user("tksk")).call(
        "POST", "/referrals/batch", data=body, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")


def test_the_page_sends_with_its_cookie_and_token_and_not_without(make: Make, api: Api):
    token = make.token(make.user("tksk"), "session")
    browser = api.bare
    browser.set_cookie(COOKIE, token)
    with api.app.app_context():
        headers = {"X-CSRF-Token": csrf_token(token)}
    body = {"items": [report("hp-1")]}
    refused = browser.post("/api/v1/referrals/batch", json=body)
    assert (refused.status_code, refused.json["code"]) == (403, "csrf")
    assert browser.post("/api/v1/referrals/batch", json=body, headers=headers).json["items"][0]["status"] == "received"


def test_where_the_phone_stood_is_seen_by_the_desk_and_sealed(make: Make, api: Api, truth):
    location = {"latitude": -8.345678, "longitude": 113.605432, "accuracy": 12.5}
    sent = send(api(make.user("tksk")), report("hp-1", location=location))[0]
    assert api(make.user("triage")).get(f"/referrals/{sent['id']}").json["location"] == location
    assert b"8.345678" not in bytes(truth.one("select content_sealed from referrals"))


@pytest.mark.parametrize(
    "location",
    [
        {"latitude": 91, "longitude": 0},
        {"latitude": 0, "longitude": -181},
        {"latitude": 0},
        {"latitude": 0, "longitude": 0, "accuracy": -1},
    ],
)
def test_a_place_that_is_none_is_refused(make: Make, api: Api, location: dict[str, float]):
    result = send(api(make.user("tksk")), report("hp-1", location=location))[0]
    assert result["status"] == "invalid"
    assert result["errors"][0]["field"].startswith("location.")


# Photos in pieces


def picture(size: tuple[int, int] = (900, 700)) -> bytes:
    """A JPEG of some pieces, with the maker of the phone in it."""
    exif = Image.Exif()
    exif[0x010F] = "Telepon"
    out = io.BytesIO()
    Image.effect_noise(size, 100).convert("RGB").save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


class Phone:
    """Sends one photo of one report in pieces."""

    def __init__(self, api: Api, referral_id: Any, raw: bytes) -> None:
        self.api, self.path, self.raw = api, f"/referrals/{referral_id}/photo_parts", raw
        self.name = hashlib.sha256(raw).hexdigest()
        self.pieces = [raw[start : start + 65536] for start in range(0, len(raw), 65536)]

    def send(self, piece: int, /, **more: Any) -> Any:
        form = {"photo_reference": self.name, "part": piece, "parts": len(self.pieces)} | more
        form.setdefault("content", (io.BytesIO(self.pieces[piece]), "part"))
        return self.api.call("POST", self.path, data=form)

    def here(self) -> list[dict[str, Any]]:
        return self.api.get(self.path).json["items"]


@pytest.fixture
def phone(make: Make, api: Api) -> Phone:
    tksk = make.user("tksk")
    return Phone(api(tksk), make.referral(tksk).id, picture())


def test_pieces_make_a_photo_without_exif(phone: Phone, make: Make, api: Api, truth):
    answers = [phone.send(part).json for part in reversed(range(len(phone.pieces)))]
    assert len(phone.pieces) > 2
    assert [answer["photo"] is None for answer in answers] == [*[True] * (len(answers) - 1), False]
    assert truth.one("select count(*) from photo_parts") == 0
    stored = phone.api.get(f"{phone.path.removesuffix('/photo_parts')}/photos/{answers[-1]['photo']['id']}").data
    assert Image.open(io.BytesIO(stored)).size == (900, 700)
    assert b"Telepon" not in stored


def test_after_a_cut_only_the_rest_is_sent(phone: Phone):
    phone.send(0)
    phone.send(2)
    assert phone.here() == [
        {"photo_reference": phone.name, "parts": len(phone.pieces), "received": [0, 2], "photo": None}
    ]


def test_a_piece_sent_twice_is_harmless(phone: Phone, truth):
    assert phone.send(0).json == phone.send(0).json
    assert truth.one("select count(*) from photo_parts") == 1


def test_a_photo_that_is_whole_is_known_by_any_of_its_pieces(phone: Phone, truth):
    whole = [phone.send(part).json for part in range(len(phone.pieces))][-1]
    assert phone.send(len(phone.pieces) - 1).json["photo"] == whole["photo"]
    assert [one["photo"] for one in phone.here()] == [whole["photo"]]
    assert truth.one("select count(*) from referral_photos") == 1
    assert truth.one("select count(*) from photo_parts") == 0


def test_pieces_that_are_not_what_was_announced_are_thrown_away(phone: Phone, truth):
    phone.pieces[0] = b"x" * 100
    answer = [phone.send(part).json for part in range(len(phone.pieces))][-1]
    assert (answer["received"], answer["photo"]) == ([], None)
    assert truth.one("select count(*) from photo_parts") + truth.one("select count(*) from referral_photos") == 0


def test_pieces_of_what_is_no_photo_are_refused(make: Make, api: Api):
    tksk = make.user("tksk")
    phone = Phone(api(tksk), make.referral(tksk).id, b"not a photo")
    assert (phone.send(0).status_code, phone.send(0).json["errors"][0]["code"]) == (422, "not_a_photo")


@pytest.mark.parametrize(
    "wrong",
    [
        {"part": 64, "parts": 64},
        {"part": -1},
        {"parts": 65},
        {"parts": 0},
        {"content": b"x" * 65537},
        {"content": b""},
        {"photo_reference": "G" * 64},
        {"photo_reference": "0" * 63},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_a_piece_that_does_not_fit_is_refused(phone: Phone, wrong: dict[str, Any], truth):
    if "content" in wrong:
        wrong = {"content": (io.BytesIO(wrong["content"]), "part")}
    assert phone.send(0, **wrong).status_code == 422
    assert truth.one("select count(*) from photo_parts") == 0


def test_the_number_of_pieces_does_not_change_on_the_way(phone: Phone):
    phone.send(0)
    assert phone.send(1, parts=len(phone.pieces) + 1).status_code == 422


def test_only_the_sender_sends_pieces(phone: Phone, make: Make, api: Api):
    for other, status in ((make.user("triage"), 403), (make.user("tksk"), 404)):
        theirs = Phone(api(other), phone.path.split("/")[2], phone.raw)
        assert theirs.send(0).status_code == status
        assert theirs.api.get(theirs.path).status_code == status


def test_six_photos_may_be_on_their_way(phone: Phone):
    statuses = [phone.send(0, photo_reference=f"{number:064x}").status_code for number in range(7)]
    assert statuses == [*[200] * 6, 409]


def test_a_closed_report_takes_no_pieces(phone: Phone):
    phone.send(0)
    address = phone.path.removesuffix("/photo_parts")
    phone.api.post(f"{address}/transitions", {"verb": "withdraw", "reason": "solved"})
    assert (phone.send(1).status_code, phone.send(1).json["code"]) == (409, "wrong_state")


def test_pieces_are_sealed(phone: Phone, truth):
    phone.send(0)
    assert phone.pieces[0][:64] not in bytes(truth.one("select content_sealed from photo_parts"))


def test_pieces_whose_rest_never_came_are_forgotten(clock, phone: Phone, truth):
    phone.send(0)
    counts = []
    for days in (6, 2):
        clock.move(days=days)
        with db.transaction(db.system("test")) as session:
            counts.append(forget(session)["photo_parts"])
    assert counts == [0, 1]
    assert truth.one("select count(*) from photo_parts") == 0
