import pytest
from kessos_case.access.rules import Role
from tests.access import test_walk as w
from tests.access.samples import aid, employment
MINE = set(aid.SAMPLES) | set(employment.SAMPLES)
real = w.doors
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_mine(role, make, api, truth, connection, monkeypatch):
    monkeypatch.setattr(w, "doors", lambda of_api: [d for d in real(of_api) if f"{d[0]} {d[1]}" in MINE])
    assert len(w.doors(True)) == len(MINE)
    world = w.World(make, truth, role)
    assert w.walk(world, connection, api(world.user), of_api=True) == []
