"""The first page in a real browser: every role, every size, and from Today to done by the keyboard alone."""

from datetime import date, timedelta

import pytest

from kessos_case.access.models import User
from kessos_case.access.rules import Role
from kessos_case.core import clock, db
from kessos_case.core.ids import new_id
from kessos_case.tasks.rules import CLOSED_BY_DOING, TaskKind
from kessos_case.tasks.service import end_of, raise_task
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make

pytestmark = pytest.mark.browser

UPT = "PSTW-BONDOWOSO"


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    """One user of each role."""
    make = Make()
    offices = {"caseworker": UPT, "supervisor": UPT}
    return {role.value: make.user(role, organisation=offices.get(role, "DINSOS-35.09")) for role in Role}


def today() -> date:
    return clock.office_day(clock.now())


@pytest.fixture(scope="module")
def work(people: dict[str, User]) -> None:
    """Something of every kind, overdue, due and for later, with a long name and with words."""
    make, worker = Make(), people["caseworker"]
    client = make.client(worker, name="Sulastri binti Wiryo Kusumaningrum Tumenggung Notoningrat")
    with db.transaction(db.system("test")) as session:
        for number, kind in enumerate(TaskKind):
            if kind != TaskKind.MANUAL:
                raise_task(
                    session, kind, subject_kind="case", subject_id=new_id(), client_id=client.id, period="90",
                    organisation_id=worker.organisation_id, role=("caseworker", "supervisor")[number % 2],
                    due_at=end_of(today() + timedelta(days=number // 2 - 3)),
                    user_id=people["caseworker"].id if number % 4 == 0 else None,
                )  # fmt: skip
    make.task(worker, client.id, user_id=worker.id, due_on=today(), text="Telepon ibunya tentang KTP\nlalu antar")
    make.referral(people["tksk"], urgency="emergency")
    make.referral(people["tksk"])


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_the_first_page_of_every_role_can_be_used_by_everyone(reader: Opens, work: None, role: str, language: str):
    one = reader(role, language=language)
    assert one.page.url == f"{one.address}/"
    one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    for path in ("/", "/?show=office", "/?show=later"):
        for size in (PHONE, DESK):
            one.page.set_viewport_size(size)
            page = one.open(path)
            shoot(page, f"{size['width']}_{role}_{language}_{path.strip('/?') or 'today'}")
            assert faults(page) == "", f"{path} {size}"
            assert page.evaluate(TARGETS) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_from_today_to_done_by_the_keyboard_alone(reader: Opens, work: None, served: Served, javascript: bool, people):
    task = Make().task(people["caseworker"], due_on=today(), text=f"Antar surat {javascript}")
    page = reader("caseworker", javascript=javascript).open("/?kind=manual")
    page.locator(f"form[action='/tasks/{task.id}/take'] button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**notice=taken")
    assert page.get_by_role("status").inner_text() == "Tugas ini sekarang milik Anda."
    page.locator(f"form[action='/tasks/{task.id}/completion'] button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**notice=done")
    assert served.one("select state from tasks where id = :id", id=task.id) == "done"
    assert page.locator(f"#thing-{task.id}").count() == 0


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_of_a_task_can_be_used_by_everyone(reader: Opens, people: dict[str, User], size: dict):
    make, worker = Make(), people["caseworker"]
    task = make.task(worker, due_on=today() + timedelta(days=2), text="Telepon ibunya")
    one = reader("caseworker", size=size)
    page = one.open(f"/tasks/{task.id}")
    page.get_by_text("Pindahkan harinya").click()
    page.get_by_role("button", name="Pindahkan", exact=True).click()
    assert page.locator("#due_on-error").is_visible()
    shoot(page, f"{size['width']}_task_refused")
    assert faults(page) == ""
    assert page.evaluate(TARGETS) == []
    page = one.open(f"/clients/{task.client_id}/tasks/new")
    shoot(page, f"{size['width']}_task_new")
    assert faults(page) == ""
    said = f"Antar ke Dispendukcapil, {size['width']}"
    page.fill("#text", said)
    page.fill("#due_on", str(today()))
    page.get_by_role("button", name="Tulis tugas").click()
    page.wait_for_url("**notice=added")
    assert page.get_by_text(said).is_visible()


def test_what_a_kind_needs_is_on_its_card(reader: Opens, work: None):
    """A press that ticks off is offered only where ticking off is allowed."""
    page = reader("caseworker").open("/?show=office")
    for kind in (TaskKind.CHECK_PLACEMENT, TaskKind.MANDATORY_REPORT):
        page.goto(page.url.split("?")[0] + f"?show=office&kind={kind}")
        can_tick = page.get_by_role("button", name="Sudah dikerjakan").count() > 0
        assert can_tick == (kind not in CLOSED_BY_DOING)
