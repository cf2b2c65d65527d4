"""Everything of the made-up world is read through the program's own doors: a page that fails here fails before an audience."""

import csv
import io
import re
from collections import Counter, deque
from html import unescape
from typing import Any

import pytest

from kessos_case.access.rules import Role
from kessos_case.app import create_app
from kessos_case.core.ids import new_id
from kessos_case.web.auth import COOKIE
from tests.demo.conftest import World
from tests.demo.test_demo import signed_in_as
from tests.factories import Api

_LINK, _ARGUMENT = re.compile(r'href="(/[^"#]*)'), re.compile(r"[?&](\w+)=")
_ANY_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d\d(\.\d\d)+")
# The name of a part of an address: an object of this kind that the office with most cases has.
OBJECTS = {
    "client_id": "select client_id from placements where organisation_id = :office order by id limit 1",
    "case_id": "select case_id from placements where organisation_id = :office order by id limit 1",
    "assessment_id": "select a.id from assessments a join cases c on c.id = case_id where organisation_id = :office limit 1",
    "plan_id": "select p.id from plans p join cases c on c.id = p.case_id where c.organisation_id = :office limit 1",
    "household_id": "select household_id from household_members limit 1",
    "task_id": "select id from tasks where organisation_id = :office order by due_at limit 1",
    "transfer_id": "select id from case_transfers limit 1",
    "referral_id": "select referral_id from offers where organisation_id = :office and ended_at is null limit 1",
    "offer_id": "select id from offers where organisation_id = :office and ended_at is null limit 1",
    "disbursement_id": "select id from disbursements limit 1",
    "import_id": "select id from aid_imports limit 1",
    "course_id": "select id from courses where organisation_id = :office limit 1",
    "batch_id": "select id from batches where organisation_id = :office limit 1",
    "enrolment_id": """select e.id from enrolments e join cases c on c.id = e.case_id
                       where e.organisation_id = :office and c.closed_at is null limit 1""",
    "placement_id": "select id from placements where organisation_id = :office order by id limit 1",
    "review_id": "select id from graduation_reviews limit 1",
    "organisation_id": "select organisation_id from services limit 1",
    "user_id": "select id from users limit 1",
}
NAMES = {"code": "35.09.12", "name": "gse10"}
# What a caseworker of the office must be able to open.
CASEWORK = (
    "/clients/{client_id}", "/clients/{client_id}/numbers", "/clients/{client_id}/timeline", "/clients/{client_id}/consents",
    "/clients/{client_id}/alerts", "/clients/{client_id}/households", "/clients/{client_id}/visits", "/clients/{client_id}/aid",
    "/clients/{client_id}/income_statements", "/clients/{client_id}/graduation", "/cases", "/cases/{case_id}",
    "/cases/{case_id}/history", "/cases/{case_id}/agreements", "/cases/{case_id}/conferences",
    "/cases/{case_id}/reunifications", "/cases/{case_id}/assessments", "/cases/{case_id}/plans", "/assessments/{assessment_id}",
    "/plans/{plan_id}", "/tasks", "/tasks/{task_id}", "/placements", "/placements/{placement_id}", "/enrolments",
    "/enrolments/{enrolment_id}", "/courses", "/batches/{batch_id}", "/offers", "/referrals/{referral_id}",
    "/referrals/{referral_id}/history", "/referrals/{referral_id}/offers/{offer_id}", "/graduation/reviews", "/transfers",
)  # fmt: skip


@pytest.fixture(scope="module")
def office(world: World) -> dict[str, Any]:
    """The UPT with most living offers and placements, its people, and an object of each kind."""
    office_id = world.one(
        """select p.organisation_id from placements p join cases c on c.id = p.case_id where c.closed_at is null
           group by 1 order by count(*) desc, 1 limit 1"""
    )
    found = {name: (world.all(query, **_asked(query, office_id)) or [None])[0] for name, query in OBJECTS.items()}
    open_case = """select p.client_id, p.case_id, p.id from placements p join cases c on c.id = p.case_id
                   where p.organisation_id = :office and c.closed_at is null order by p.id limit 1"""
    found["client_id"], found["case_id"], found["placement_id"] = world.one(open_case, office=office_id)
    by_role = "select username from users where organisation_id = :office and username like :like order by 1 limit 1"
    for role, like in (("caseworker", "demo.peksos%"), ("supervisor", "demo.kepala%")):
        found[role] = world.one(by_role, office=office_id, like=like)
    return found


def _asked(query: str, office_id: Any) -> dict[str, Any]:
    return {"office": office_id} if ":office" in query else {}


def test_a_caseworker_opens_everything_of_the_own_office(world, office):
    api = world.sign_in(office["caseworker"])
    wrong = {}
    for path in CASEWORK:
        if any(office.get(name) is None for name in re.findall(r"{(\w+)}", path)):
            continue
        answer = api.get(path.format_map(office))
        if answer.status_code != 200:
            wrong[path] = (answer.status_code, answer.text)
    assert wrong == {}


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_no_look_of_any_role_fails(world, made, office, role):
    api = world.sign_in(office.get(role) or signed_in_as(made, role))
    wrong, seen = {}, 0
    for rule in create_app().url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and "GET" in rule.methods and "photo" not in rule.rule:
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: _named(office, part[1]), rule.rule.removeprefix("/api/v1"))
            status = api.get(path).status_code
            wrong |= {path: status} if status >= 500 else {}
            seen += status == 200
    assert wrong == {}
    assert seen >= 9, "even the narrowest role reads the reference data"


def _named(office: dict[str, Any], name: str) -> str:
    return str(NAMES.get(name) or office.get(name) or new_id())


def test_the_desk_of_a_place_sees_what_waits(world):
    regency = world.one(
        """select regency_code from referrals where state = 'submitted' and province_code = '35'
           group by 1 order by count(*) desc, 1 limit 1"""
    )
    desk = world.sign_in(f"demo.triase.{regency[3:]}")
    waiting = desk.get("/referrals?state=submitted").json["items"]
    assert len(waiting) == world.one(
        "select count(*) from referrals where state = 'submitted' and regency_code = :regency", regency=regency
    )
    assert desk.get(f"/referrals/{waiting[0]['id']}/candidates").status_code == 200


def test_the_program_goes_on_from_there(world, made, office):
    """A caseworker writes on where the demo ended: a note of income, a visit, a new task; nothing stands in the way."""
    api = world.sign_in(office["caseworker"])
    client_id = office["client_id"]
    income = {"from": "2026-01", "to": "2026-02", "amount": 3_000_000, "source": "visit", "household_size": 1}
    assert api.post(f"/clients/{client_id}/income_statements", income).status_code == 201
    visit = {"kind": "visit", "on": "2026-03-01", "was_met": True, "outcome": "well", "note": "Baik."}
    assert api.post(f"/clients/{client_id}/visits", visit).status_code == 201


def test_the_trail_is_whole(world, made):
    dpo = world.sign_in(signed_in_as(made, "dpo"))
    assert dpo.get("/audit/verify").json["problems"] == []


def test_an_offer_on_a_desk_is_accepted_and_becomes_a_case(world):
    referral_id, offer_id, client_id, office_id, region = world.one(
        """select r.id, o.id, r.client_id, o.organisation_id, r.regency_code from referrals r join offers o
           on o.referral_id = r.id join organisations u on u.id = o.organisation_id
           where r.state = 'offered' and o.ended_at is null and u.kind = 'upt' order by r.id limit 1"""
    )
    chief = world.sign_in(_one_of(world, office_id, "demo.kepala%"))
    standard = {
        "spm_type": "homeless_beggars",
        "spm_level": "province",
        "recommending_organisation_id": str(world.one(f"select id from organisations where code = 'DINSOS-{region}'")),
    }
    accepted = chief.post(f"/referrals/{referral_id}/offers/{offer_id}/acceptance", standard)
    assert accepted.status_code == 201, accepted.text
    worker = world.sign_in(_one_of(world, office_id, "demo.peksos1%"))
    stated = {"client_id": str(client_id), "organisation_id": str(office_id), "category": "PPKS-12",
              "referral_id": str(referral_id)}  # fmt: skip
    opened = worker.post("/cases", stated)
    assert opened.status_code == 201, opened.text


def test_the_printed_accounts_find_work_on_their_desks(world):
    triage, partner, tksk = (
        world.sign_in(name) for name in ("demo.triase.09", "demo.mitra.lks-harapan", "demo.tksk.0901")
    )
    states = [found["state"] for found in triage.get("/referrals?open=true&limit=200").json["items"]]
    assert {"submitted", "returned", "routing", "offered", "accepted"} <= set(states)
    assert {found["state"] for found in partner.get("/offers").json["items"]} >= {"open", "accepted"}
    assert "returned" in {found["state"] for found in tksk.get("/referrals?mine=true").json["items"]}


@pytest.fixture(scope="module")
def sender(world: World) -> Api:
    """The desk that sent the file of which a part is bad."""
    return world.sign_in(
        world.one("select u.username from aid_imports i join users u on u.id = uploaded_by where failed > 0")
    )


def test_the_office_sees_what_of_a_file_waits_for_it(sender):
    [task] = [task for task in sender.get("/tasks").json["items"] if task["kind"] == "settle_import"]
    sent = sender.get(f"/aid/imports/{task['subject_id']}").json
    assert min(sent["added"], sent["parked"], sent["failed"]) > 0
    errors = sender.get(f"/aid/imports/{sent['id']}/errors.csv").text
    assert len(errors.strip().splitlines()) == 1 + sent["parked"] + sent["failed"]


def test_a_row_that_waits_is_settled_by_the_office_that_sent_it(world, sender):
    import_id, number = world.one(
        "select import_id, row_number from aid_import_rows where reason = 'nik_missing' order by row_number limit 1"
    )
    table = csv.DictReader(io.StringIO(sender.get(f"/aid/imports/{import_id}/errors.csv").text.removeprefix("\ufeff")))
    name = next(line["Nama Penerima"] for line in table if int(line["row"]) == number)
    settled = sender.post(
        f"/aid/imports/{import_id}/rows/{number}/settlement",
        {"client_id": str(world.one("select id from clients where name = :name", name=name))},
    )
    assert settled.status_code == 201, settled.text


def test_a_pause_is_shown_with_its_partner(world):
    resting = world.one("select organisation_id from service_pauses where service_id is null limit 1")
    partner = world.sign_in("demo.triase.35").get(f"/partners/{resting}").json
    assert [pause["reason"] for pause in partner["pauses"]] == ["building"]


def test_a_due_check_is_made(world):
    """What the demo left to do is done through the program, and its task goes with it."""
    task_id, placement_id, period, username = world.one(
        """select t.id, t.subject_id, t.period, u.username from tasks t join users u on u.id = t.user_id
           join placements p on p.id = t.subject_id where t.kind = 'check_placement' and t.state = 'open'
           and p.state = 'active' and t.due_at < '2026-03-01' order by t.due_at limit 1"""
    )
    check = {"period": int(period), "on": "2026-03-01", "still_active": True, "method": "visit"}
    answer = world.sign_in(username).post(f"/placements/{placement_id}/checks", check)
    assert answer.status_code == 201, answer.text
    assert world.one("select state from tasks where id = :id", id=task_id) == "done"


def _one_of(world: World, office_id: Any, like: str) -> str:
    query = "select username from users where organisation_id = :office and username like :like order by 1 limit 1"
    return world.one(query, office=office_id, like=like)


def led_astray(browser: Any, most: int, of_a_kind: int = 2) -> list[tuple[int, str, str]]:
    """(status, address, the page that leads there) of what cannot be opened, following links from the first page on."""
    found, kinds, queue = [], Counter[str](), deque([("/", "")])
    asked = set[str]()
    while queue and len(asked) < most:
        path, leads = queue.popleft()
        kind = _ANY_ID.sub("*", path.split("?")[0]) + "?" + ",".join(sorted(_ARGUMENT.findall(path)))
        if path in asked or kinds[kind] >= of_a_kind:
            continue
        asked.add(path)
        kinds[kind] += 1
        with browser.get(path) as answer:
            if answer.status_code >= 400:
                found.append((answer.status_code, path, leads))
            elif answer.mimetype == "text/html":
                queue.extend((unescape(link), path) for link in _LINK.findall(answer.text))
    assert len(asked) > 10, "nothing was walked"
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "who",
    ["caseworker", "supervisor", "demo.triase.09", "demo.tksk.0901", "demo.mitra.lks-harapan", "demo.penandatangan"],
)
def test_no_page_leads_into_a_dead_end(world, office, who: str):
    """Whoever goes where a page leads him comes somewhere: also to what others have ended, or what he sees no more."""
    api = world.sign_in(office.get(who, who))
    browser = api.app.test_client()
    browser.set_cookie(COOKIE, api._headers["Authorization"].removeprefix("Bearer "))
    assert led_astray(browser, most=160) == []
