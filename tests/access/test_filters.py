"""Saved views of lists: kept by their owner, shown to nobody else, holding filters of the list and nothing else."""

import re

import pytest

from kessos_case.access import service
from kessos_case.access.rules import MOST_FILTERS
from kessos_case.core.errors import Invalid, NotFound, RuleBroken
from tests.factories import Make


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


def kept_by(make: Make, user) -> list[str]:
    with make.acting(user) as session:
        return [f"{kept.name}: {kept.query}" for kept in service.own_filters(session, "/cases", {}).saved]


def save(make: Make, user, name="Tunggu", query="stage=plan"):
    with make.acting(user) as session:
        return service.save_filter(session, "/cases", name, query)


def test_a_saved_view_keeps_only_filters_of_its_list(make: Make, worker):
    save(make, worker, query="stage=plan&cursor=x&q=Siti+Aminah&show=mine&pathway=")
    assert kept_by(make, worker) == ["Tunggu: show=mine&stage=plan"]


def test_a_value_that_is_too_long_to_be_a_code_is_not_kept(make: Make, worker):
    with pytest.raises(Invalid):
        save(make, worker, query="stage=" + "x" * 41)


def test_nobody_sees_the_views_of_another(make: Make, worker):
    kept, other = save(make, worker), make.caseworker()
    assert kept_by(make, other) == []
    with make.acting(other) as session, pytest.raises(NotFound):
        service.forget_filter(session, kept.id)


def test_the_same_name_again_replaces_what_it_showed(make: Make, worker):
    save(make, worker, query="stage=plan")
    save(make, worker, query="stage=intake")
    assert kept_by(make, worker) == ["Tunggu: stage=intake"]


def test_a_list_has_at_most_twenty_views_of_one_user(make: Make, worker):
    for number in range(MOST_FILTERS):
        save(make, worker, name=f"Saringan {number}")
    save(make, worker, name="Saringan 3", query="stage=intake")
    with pytest.raises(RuleBroken):
        save(make, worker, name="Satu lagi")


def test_an_unknown_list_keeps_nothing(make: Make, worker):
    with make.acting(worker) as session, pytest.raises(Invalid):
        service.save_filter(session, "//evil.example", "Tunggu", "stage=plan")


def test_saving_leads_back_to_the_view(reader, worker):
    answer = reader(worker).post("/filters", page="/cases", query="stage=plan", name=" Rencana ")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/cases?stage=plan"


@pytest.mark.parametrize("name", ["", "x" * 61, "a\x00b", "\u202eabc"])
def test_a_name_that_cannot_be_one_is_said_at_its_field(reader, worker, name: str):
    answer = reader(worker).post("/filters", page="/cases", query="stage=plan", name=name)
    assert answer.status_code == 422
    assert 'id="filter-name-error"' in answer.text
    assert 'name="query" value="stage=plan"' in answer.text


def test_with_twenty_views_the_page_says_what_to_do_and_offers_to_drop_one(make: Make, reader, worker):
    for number in range(MOST_FILTERS):
        save(make, worker, name=f"Saringan {number}")
    answer = reader(worker).post("/filters", page="/cases", query="stage=plan", name="Satu lagi")
    assert answer.status_code == 409
    assert "Hapus satu yang tidak dipakai" in answer.text
    assert 'value="Satu lagi"' in answer.text
    gone = re.search(r'action="(/filters/[^"]+/removal)"', answer.text)[1]
    assert reader(worker).post(gone).headers["Location"] == "/cases"
    assert len(kept_by(make, worker)) == MOST_FILTERS - 1


def test_a_page_that_has_no_filters_is_refused(reader, worker):
    assert reader(worker).post("/filters", page="https://evil.example/", query="a=b", name="X").status_code == 422
