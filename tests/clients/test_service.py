"""Registering, changing and finding people; likely doubles; what is sealed and masked."""

import csv
from pathlib import Path

import pytest

from kessos_case.clients import service
from kessos_case.core.errors import Conflict, Invalid, NotFound
from tests.factories import AMBULU, Make

NIK = "3509125507909901"  # 15 July 1990, a woman, Ambulu
VECTORS = list(csv.DictReader((Path(__file__).parent / "nik_test_vectors.csv").read_text("utf-8").splitlines()))


def codes(refused) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in refused.value.errors]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_every_nik_vector_at_registration(vector: dict[str, str], make: Make, clock):
    """A valid or doubtful NIK is registered with its warnings, an impossible one refused by name, a blank is no NIK."""
    clock.set("2026-01-01T03:00:00+00:00")
    stated = {"name": f"Vektor {vector['id']}", "sex": vector["stated_sex"] or "unknown"}
    stated["nik"] = vector["raw"].replace("\\n", "\n")
    if vector["stated_birth_date"]:
        from datetime import date

        stated["birth_date"] = date.fromisoformat(vector["stated_birth_date"])
    worker = make.caseworker()
    with make.acting(worker) as session:
        if vector["expected"] == "invalid" and vector["raw"]:
            with pytest.raises(Invalid) as refused:
                service.register_client(session, **stated)
            assert codes(refused) == [("nik", code) for code in vector["codes"].split("|")]
            return
        card = service.register_client(session, **stated)
    doubts = vector["codes"].split("|") if vector["expected"] == "warning" else []
    assert [warning["code"] for warning in card.warnings] == doubts
    if vector["raw"]:
        normalised = vector["normalised"]
        assert card.nik == f"{normalised[:2]}************{normalised[-2:]}"
        with make.acting(worker) as session:
            assert service.reveal_numbers(session, card.id)["nik"] == normalised
    else:
        assert (card.nik, card.no_nik_reason) == (None, "not_stated")


def test_a_person_without_a_name_gets_a_temporary_identity_and_is_completed_later(make: Make):
    worker = make.caseworker()
    client = make.client(worker, name=None, temporary_label="Bapak di terminal Ambulu, 2 Maret")
    assert client.label == "Bapak di terminal Ambulu, 2 Maret"
    with make.acting(worker) as session:
        record = service.client_for(session, client.id, lock=True)
        changed = service.change_client(session, record, {"name": "Sutrisno"})
    assert (changed.id, changed.name, changed.version) == (client.id, "Sutrisno", 2)
    assert changed.temporary_label == "Bapak di terminal Ambulu, 2 Maret"


def test_somebody_must_be_called_something(make: Make):
    with pytest.raises(Invalid) as refused:
        make.client(make.caseworker(), name=None)
    assert codes(refused) == [("name", "missing")]


def test_all_mistakes_are_named_at_once(make: Make):
    from datetime import date

    with pytest.raises(Invalid) as refused:
        make.client(
            make.caseworker(), nik="1", kk="2", phone="halo", region_code="35.99", birth_date=date(2199, 1, 1),
            categories=["PPKS-27"],
        )  # fmt: skip
    assert [field for field, _ in codes(refused)] == ["birth_date", "nik", "kk", "phone", "region_code", "categories"]


def test_a_birth_on_29_february_and_its_age(make: Make, clock):
    from datetime import date

    clock.set("2026-02-28T03:00:00+00:00")
    client = make.client(make.caseworker(), birth_date=date(2008, 2, 29))
    assert (client.age_from, client.age_to) == (17, 17)


def test_a_second_record_asks_before_it_is_made(make: Make):
    worker = make.caseworker()
    first = make.client(worker, name="Siti Aminah", nik=NIK)
    with pytest.raises(Conflict) as refused:
        make.client(worker, name="Sitti Aminah", nik=NIK)
    shown = refused.value.extra["candidates"]
    assert (refused.value.code, shown[0]["id"], shown[0]["score"]) == ("possible_duplicates", str(first.id), 100)
    again = make.client(worker, name="Sitti Aminah", nik=NIK, acknowledge_duplicates=[str(first.id)])
    assert again.id != first.id


def test_the_same_nik_under_another_name_is_registered_and_left_for_review(make: Make, truth):
    worker = make.caseworker()
    first = make.client(worker, name="Siti Aminah", nik=NIK)
    second = make.client(worker, name="Paidi", nik=NIK, acknowledge_duplicates=[str(first.id)])
    query = "select client_id, other_client_id from duplicate_reviews"
    assert truth.all(query) == [(second.id, first.id)]


def test_a_nik_with_one_wrong_digit_is_still_alike(make: Make):
    worker = make.caseworker()
    make.client(worker, name="Siti Aminah", nik=NIK)
    with pytest.raises(Conflict) as refused:
        make.client(worker, name="Siti Aminah", nik="3509125507909801")
    assert "nik_near" in refused.value.extra["candidates"][0]["reasons"]


def test_a_foreign_double_is_a_reference_without_a_name(make: Make):
    make.client(make.caseworker("PSTW-MAGETAN"), name="Siti Aminah", nik=NIK)
    with pytest.raises(Conflict) as refused:
        make.client(make.caseworker(), name="Siti Aminah", nik=NIK)
    shown = refused.value.extra["candidates"][0]
    assert set(shown) == {"ref", "score", "reasons", "held_by"}
    assert shown["held_by"] == [make.organisation("PSTW-MAGETAN").name]
    make.client(make.caseworker(), name="Siti Aminah", nik=NIK, acknowledge_duplicates=[shown["ref"]])


def test_a_restricted_double_is_never_told_but_left_to_its_own_team(make: Make):
    team, stranger = make.caseworker("PSTW-MAGETAN"), make.caseworker()
    child = make.client(team, name="Siti Aminah", nik=NIK, categories=["PPKS-06"])
    made = make.client(stranger, name="Siti Aminah", nik=NIK)
    query = "select other_client_id from duplicate_reviews where client_id = :id"
    from sqlalchemy import text

    with make.acting(team) as session:
        assert session.scalars(text(query), {"id": made.id}).all() == [child.id]
    with make.acting(stranger) as session:
        assert session.scalars(text(query), {"id": made.id}).all() == []


def test_a_common_name_alone_asks_nobody(make: Make):
    worker = make.caseworker()
    make.client(worker, name="Siti Aminah", region_code="35.09.12")
    assert make.client(worker, name="Siti Aminah", region_code="35.78.01")


def test_a_category_sets_the_least_confidentiality(make: Make):
    worker = make.caseworker()
    child = make.client(worker, categories=["PPKS-06"], confidentiality="standard")
    assert child.confidentiality == "strict"
    with make.acting(worker) as session:
        record = service.client_for(session, child.id, lock=True)
        assert service.change_client(session, record, {"confidentiality": "standard"}).confidentiality == "strict"


def test_a_strict_person_has_no_name_in_lists(make: Make):
    worker = make.caseworker()
    child = make.client(worker, name="Bunga Melati", categories=["PPKS-06"], phone="0812 3456 7890")
    with make.acting(worker) as session:
        found = service.search_clients(session, "bunga melati", 10)
    assert [(card.id, card.name, card.is_masked, card.phone) for card in found] == [(child.id, None, True, None)]
    assert "Bunga" not in repr(found)


@pytest.mark.parametrize("text", ["Moch. Ichsan", "mohammad ikhsan", "Muhamad Ihsan", "0812-3456-7890", NIK])
def test_a_person_is_found_by_name_variants_phone_and_nik(text: str, make: Make):
    worker = make.caseworker()
    client = make.client(worker, name="Mochammad Ichsan", phone="+62 812 3456 7890", nik=NIK)
    make.client(worker, name="Wagiman")
    with make.acting(worker) as session:
        assert [card.id for card in service.search_clients(session, text, 10)] == [client.id]


def test_nobody_is_found_beyond_the_own_office(make: Make):
    make.client(make.caseworker("PSTW-MAGETAN"), name="Mochammad Ichsan")
    with make.acting(make.caseworker()) as session:
        assert service.search_clients(session, "Mochammad Ichsan", 10) == []


def test_numbers_are_stored_sealed_and_open_only_in_their_place(make: Make, truth):
    client = make.client(
        make.caseworker(), nik=NIK, phone="0812 3456 7890", address="Jl. Mawar 1", kk="3509120101990001"
    )
    stored = truth.run("select * from clients where id = :id", id=client.id).one()
    plain = repr(tuple(stored))
    for secret in (NIK, "81234567890", "Mawar", "3509120101990001"):
        assert secret not in plain
    other = make.client(make.caseworker())
    truth.run("update clients set nik_sealed = :sealed where id = :id", sealed=stored.nik_sealed, id=other.id)
    from kessos_case.core.keys import KeyringError

    with pytest.raises(KeyringError), make.acting(make.caseworker()) as session:
        service.read_client(session, other.id)


def test_an_erased_key_leaves_the_record_readable_without_its_secrets(make: Make, truth):
    worker = make.caseworker()
    client = make.client(worker, nik=NIK, address="Jl. Mawar 1")
    truth.run("update clients set data_key = null where id = :id", id=client.id)
    with make.acting(worker) as session:
        card = service.read_client(session, client.id)
    assert (card.nik, card.address) == (None, None)


def test_a_full_look_at_the_numbers_is_in_the_trail(make: Make, truth):
    worker = make.caseworker()
    client = make.client(worker, nik=NIK)
    with make.acting(worker) as session:
        service.reveal_numbers(session, client.id)
    assert truth.all("select action from audit_entries where resource_id = :id order by id", id=client.id) == [
        "create",
        "reveal",
    ]


def test_a_client_beyond_the_reach_is_not_there(make: Make):
    client = make.client(make.caseworker("PSTW-MAGETAN"))
    with pytest.raises(NotFound), make.acting(make.caseworker()) as session:
        service.client_for(session, client.id)


def test_every_write_is_on_the_timeline_without_a_name(make: Make, truth):
    worker = make.caseworker()
    client = make.client(worker, name="Sutrisno")
    with make.acting(worker) as session:
        service.change_client(session, service.client_for(session, client.id, lock=True), {"region_code": AMBULU})
    entries = truth.all(
        "select kind, detail::text from timeline_entries where client_id = :id order by id", id=client.id
    )
    assert entries == [("client_registered", "{}"), ("client_changed", "{}")]
