"""Keyset pages: nothing missed, nothing doubled, cursors that cannot be forged or carried elsewhere."""

import pytest

from tests.factories import Api, Make


def ids(answer) -> list[str]:
    return [item["id"] for item in answer.json["items"]]


def test_pages_hold_everyone_once_also_when_rows_come_meanwhile(make: Make, api: Api):
    worker = make.caseworker()
    everyone = [str(make.client(worker).id) for _ in range(7)]
    mine, seen, cursor = api(worker), [], ""
    while cursor is not None:
        answer = mine.get("/clients?limit=3" + (f"&cursor={cursor}" if cursor else ""))
        seen += ids(answer)
        cursor = answer.json["next_cursor"]
        make.client(worker)  # newer than the cursor: not on a later page
    assert seen == everyone[::-1]


@pytest.mark.parametrize("cursor", ["x", "WzFd.abc", "a" * 499])
def test_a_forged_cursor_is_refused(cursor: str, make: Make, api: Api):
    answer = api(make.caseworker()).get(f"/clients?cursor={cursor}")
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "invalid_cursor")


def test_a_cursor_belongs_to_its_list_and_filters(make: Make, api: Api):
    worker = make.caseworker()
    for _ in range(2):
        make.client(worker, categories=["PPKS-24"])
    mine = api(worker)
    cursor = mine.get("/clients?limit=1&category=PPKS-24").json["next_cursor"]
    assert mine.get(f"/clients?limit=1&category=PPKS-24&cursor={cursor}").status_code == 200
    assert mine.get(f"/clients?limit=1&cursor={cursor}").status_code == 422
    assert mine.get(f"/organisations?cursor={cursor}").status_code == 422


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "nonsense=1"])
def test_wrong_arguments_are_named(query: str, make: Make, api: Api):
    answer = api(make.caseworker()).get(f"/clients?{query}")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, query.split("=")[0])
