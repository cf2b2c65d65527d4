"""With whom a person lives on one family card, as a browser without JavaScript writes it down."""

import re
from html import unescape

import pytest

from tests.conftest import Truth
from tests.factories import Make
from tests.factories.cases import MAGETAN
from tests.factories.households import membership, new_kk

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\xa0", " ").split())


def join(reader, user, client_id, **form):
    return reader(user).post(f"/clients/{client_id}/households", **{"relation": "head", "from": "2026-02"} | form)


def test_two_people_of_one_card_find_each_other(make: Make, reader, worker):
    kk, mother, son = new_kk(), make.client(worker, name="Bu Ratmi"), make.client(worker, name="Mas Danu")
    join(reader, worker, mother.id, kk=kk)
    sent = join(reader, worker, son.id, kk=kk, relation="child")
    said = text_of(reader(worker).get(sent.headers["Location"]).text)
    assert "Sudah tercatat dalam keluarga itu." in said
    assert "Bu Ratmi , kepala keluarga, sejak Februari 2026" in said
    assert kk not in said


def test_who_stands_elsewhere_is_told_so_and_moves_by_a_tick(make: Make, reader, worker, truth: Truth):
    client = make.client(worker)
    join(reader, worker, client.id, **{"from": "2025-06"})
    refused = join(reader, worker, client.id, kk=new_kk())
    assert refused.status_code == 409
    assert "sejak 2025-06" in text_of(refused.text)
    assert 'value="2026-02"' in refused.text
    assert join(reader, worker, client.id, kk=new_kk(), moving="1").status_code == 303
    assert truth.one("select count(*) from household_members where to_month is not null") == 1


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"kk": "12"}, "kk"),
        ({"relation": ""}, "relation"),
        ({"from": "2026-13"}, "from"),
        ({"from": "2026-04"}, "from"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(make: Make, reader, worker, form, field: str):
    answer = join(reader, worker, make.client(worker).id, **form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_the_last_month_is_written_down_and_a_wrong_one_said(make: Make, reader, worker):
    made = membership(make, worker, make.client(worker).id)
    way = f"/clients/{made.client_id}/households/{made.id}/ending"
    refused = reader(worker).post(way, to="2027-01")
    assert refused.status_code == 422
    assert f'id="to-{made.id}-error"' in refused.text
    sent = reader(worker).post(way, to="2026-01")
    assert "sampai Januari 2026" in text_of(reader(worker).get(sent.headers["Location"]).text)


def test_a_mistake_stays_in_sight_and_counts_for_nothing(make: Make, reader, worker):
    made = membership(make, worker, make.client(worker).id)
    sent = reader(worker).post(f"/clients/{made.client_id}/households/{made.id}/void")
    assert "Keliru, tidak dihitung" in text_of(reader(worker).get(sent.headers["Location"]).text)


def test_nobody_ends_the_membership_of_another_person(make: Make, reader, worker):
    made = membership(make, worker, make.client(worker).id)
    other = make.client(worker)
    assert reader(worker).post(f"/clients/{other.id}/households/{made.id}/void").status_code == 404
    hidden = make.client(make.caseworker(MAGETAN))
    assert reader(worker).get(f"/clients/{hidden.id}/households").status_code == 404


def test_the_page_asks_few_questions(make: Make, reader, worker, statements):
    made = membership(make, worker, make.client(worker).id)
    one = reader(worker)
    assert len(statements(lambda: one.get(f"/clients/{made.client_id}/households"))) <= 12
