"""Every kind of thing has words, a reason and a way, also where nothing is known of it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from kessos_case.app import create_app
from kessos_case.clients.service import Label
from kessos_case.core.ids import new_id
from kessos_case.graduation.rules import RelapseKind
from kessos_case.nights.rules import Step
from kessos_case.referrals.rules import State
from kessos_case.tasks import wording as task_words
from kessos_case.tasks.rules import TaskKind, TaskReason, TaskState
from kessos_case.today import fact_queries, reasons, ways, wording
from kessos_case.today.fact_queries import Fact
from kessos_case.today.queries import Thing
from kessos_case.today.rules import Ask, Group, View
from kessos_case.today.service import Card

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
KINDS = [*TaskKind, *Ask]


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app()


@pytest.fixture(autouse=True)
def language(app: Flask, request: pytest.FixtureRequest) -> Iterator[None]:
    with app.test_request_context("/"), force_locale(getattr(request, "param", "id")):
        yield


def card(kind: str, subject_kind: str = "case", fact: Fact | None = None, period: str = "90") -> Card:
    is_task = kind in list(TaskKind)
    thing = Thing(
        new_id(), kind, subject_kind, new_id(), period, new_id(), new_id(), "caseworker" if is_task else "", None, NOW, 1,
        NOW, None, None,
    )  # fmt: skip
    who = Label(thing.client_id, "Siti 100%", False)
    return Card(thing, Group.TODAY, fact, who, None, None, False)


def known(word: str) -> Fact:
    day = date(2026, 2, 1)
    return Fact(new_id(), day, day, word, "Ambulu, Kabupaten Jember", 3, new_id(), new_id())


def test_every_code_has_words():
    for table in (wording.NAMES, wording.ACTIONS):
        assert set(table) == set(KINDS)
    assert set(task_words.TITLES) | set(wording.ASKS) == set(KINDS)
    assert set(reasons._REASONS) == set(ways._WAYS) == set(KINDS)
    assert set(task_words.STATES) == set(TaskState)
    assert set(task_words.REASONS) == set(TaskReason)
    assert set(reasons.RELAPSES) == set(RelapseKind)
    assert set(wording.GROUPS) == set(Group)
    assert set(wording.VIEWS) == set(wording.EMPTY) == set(View)
    assert set(wording.STEPS) == set(Step)
    assert set(wording.REPORT_STATES) >= set(State)


@pytest.mark.parametrize("language", ["id", "en"], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("has_fact", [True, False], ids=["known", "unknown"])
def test_every_kind_says_what_and_why_and_leads_somewhere(kind: str, has_fact: bool):
    word = {TaskKind.ANSWER_RELAPSE: RelapseKind.WORK_LOST, TaskKind.CHASE_REFERRAL: State.MET}.get(
        kind, "PSTW Magetan"
    )
    one = card(kind, fact=known(word) if has_fact else None)
    for said in (wording.title(one), wording.why(one)):
        assert said and not re.search(r"%\(|None|_", said)
    assert re.fullmatch(r"/[a-z]+/[A-Za-z0-9/?=&_-]+", wording.way_to(one))
    assert str(wording.ACTIONS[kind])


@pytest.mark.parametrize(("subject", "words"), [("goal", "tujuan dihapus"), ("plan", "Rencana ke-3 diajukan")])
def test_a_plan_and_a_dropped_goal_are_told_apart(subject: str, words: str):
    assert words in wording.why(card(TaskKind.DECIDE_PLAN, subject, known("x")))


@pytest.mark.parametrize(("subject", "words"), [("case", "Pekerjaannya berakhir"), ("reunification", "rumah")])
def test_work_and_a_home_that_ended_are_told_apart(subject: str, words: str):
    assert words in wording.why(card(TaskKind.CONSIDER_STEP_BACK, subject))


def test_a_name_is_never_in_an_address():
    assert not [kind for kind in KINDS if "Siti" in wording.way_to(card(kind, fact=known(RelapseKind.AID)))]


def test_every_subject_that_a_task_can_have_is_known_or_needs_no_facts():
    """Read off the rooms that raise tasks: a new kind of subject must not stay without its reason."""
    from pathlib import Path

    root = Path(reasons.__file__).parents[1]
    raised = set()
    for path in root.rglob("*.py"):
        if "demo" not in path.parts:
            raised |= set(re.findall(r'subject_kind="([a-z_]+)"', path.read_text()))
    # A message about an offer is no task; a person is named by the list itself.
    assert raised - set(fact_queries._BRANCHES) <= {"client"} | NOT_TASKS


# Of notices, which name their subjects in the same way.
NOT_TASKS = {"hand_over", "photo", "letter"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("has_fact", [True, False], ids=["known", "unknown"])
def test_every_way_ends_at_a_page(app: Flask, kind: str, has_fact: bool):
    one = card(kind, fact=known(RelapseKind.AID) if has_fact else None)
    address = wording.way_to(one).split("?")[0]
    assert app.url_map.bind("").match(address, method="GET")
