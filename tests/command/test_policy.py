"""`kessos policy`: what is wrong in a policy file, and what a proposed routing policy would rank otherwise."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from kessos_case.core import db
from kessos_case.core.policies import policy, policy_file
from kessos_case.core.settings import CONFIG_DIR
from kessos_case.policy_files import Compared, as_json, check_policies, in_words
from kessos_case.referrals.service.comparison import comparable_referrals, compare_terms
from kessos_case.referrals.service.needs import terms_of
from tests.command.test_command import kessos, office  # noqa: F401
from tests.conftest import Truth
from tests.factories import Make
from tests.factories.offers import shelter, triaged

ROUTING = CONFIG_DIR / "policies" / "routing.toml"


@pytest.fixture
def proposed(tmp_path: Path):
    """A routing policy that differs from the one in force: `proposed(("old", "new"))` makes the file."""

    def made(*changes: tuple[str, str]) -> Path:
        text = ROUTING.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "routing.toml"
        path.write_text(text, "utf-8")
        return path

    return made


class TestCheck:
    """Every policy file is read whole, and everything wrong in it is named."""

    def test_those_in_force_are_well(self):
        done = kessos("policy", "check")
        assert done.exit_code == 0, done.output
        assert done.output.count(": well") == len(list((CONFIG_DIR / "policies").rglob("*.toml")))

    def test_everything_wrong_is_named_at_once(self, proposed):
        path = proposed(
            ("need = 23", "need = 24"),
            ("least = 5", "least = 0"),
            ('then = "park", days = 7, ', 'then = "park", '),
            ("[meeting]\nemergency = { hours = 24 }", "[meeting]\nemergency = { days = 1 }"),
            ('"PPKS-18"', '"PPKS-99"'),
        )
        done = kessos("policy", "check", str(path))
        assert done.exit_code == 1
        for words in (
            "[weights] do not add up to 100",
            "[pace] needs least",
            "[decline] missing_papers: parks without days",
            "[meeting] emergency is neither hours nor working_days",
            "there is no category PPKS-99",
        ):
            assert words in done.output

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("[meeting]\nemergency = { hours = 24 }", "[meeting]\nemergency = { hours = 99999999 }"),
            ("[answer]\nemergency = { hours = 1 }", "[answer]\nemergency = { working_days = 400 }"),
            ("again_after_days = 30", "again_after_days = 99999999999"),
        ],
    )
    def test_a_time_beyond_the_calendar_would_stop_every_move(self, proposed, before, after):
        path = proposed((before, after))
        assert len(check_policies((path,))[path]) == 1

    def test_what_is_no_toml_or_lacks_a_table_is_said_and_no_traceback(self, tmp_path, proposed):
        broken = tmp_path / "graduation.toml"
        broken.write_text("version = [", "utf-8")
        assert all(check_policies((broken,)).values())
        path = proposed(("[pace]", "[pase]"))
        assert any("pace" in line for line in check_policies((path,))[path])

    def test_a_policy_that_nobody_reads_is_named(self, tmp_path):
        path = tmp_path / "weather.toml"
        path.write_text('name = "weather"\nversion = 1\n', "utf-8")
        assert check_policies((path,))[path] == ["nothing of the program reads a policy of this name"]


def compared(path: Path) -> Compared:
    proposed = policy_file(path, "routing")
    with db.transaction(db.system("operator")) as session:
        ids = comparable_referrals(session)
        return Compared(
            proposed.label, len(ids), compare_terms(session, ids, terms_of(proposed.content), proposed.label)
        )


@pytest.mark.usefixtures("clock")
class TestDiff:
    """Which open referrals would be ranked otherwise."""

    @pytest.fixture
    def desk(self, make: Make):
        return make.user("triage")

    def test_the_same_rules_rank_nothing_otherwise(self, make: Make, desk, proposed):
        shelter(make)
        triaged(make, desk)
        found = compared(proposed(("version = 3", "version = 4")))
        assert (found.looked_at, found.differences) == (1, [])

    def test_another_order_names_who_comes_first_and_the_biggest_move(self, make: Make, desk, proposed):
        near = shelter(make, places=2)
        wide = shelter(make, places=9, office=make.organisation("DINSOS-35.78"))
        referral = triaged(make, desk, region_code="35.09.12")
        near_first = ("nearness = 22", "nearness = 44"), ("load = 5", "load = 0"), ("need = 23", "need = 6")
        load_first = ("nearness = 22", "nearness = 0"), ("load = 5", "load = 27")
        by_load = compared(proposed(*load_first))
        assert [one.referral_id for one in by_load.differences] == [referral.id]
        one = by_load.differences[0]
        assert (one.first_before, one.first_after) == (near.service_id, wide.service_id)
        assert one.biggest_move is not None and {one.biggest_move[1], one.biggest_move[2]} == {1, 2}
        assert compared(proposed(*near_first)).differences == []

    def test_who_enters_and_who_leaves(self, make: Make, desk, proposed):
        asked = shelter(make, categories=["PPKS-08"])
        triaged(make, desk, client={"categories": ["PPKS-08"]})
        found = compared(proposed(('categories = ["PPKS-05", "PPKS-09"]', 'categories = ["PPKS-08"]')))
        assert found.differences[0].leaves == (asked.service_id,)
        assert found.differences[0].first_after is None
        assert found.totals == {
            "looked_at": 1, "ranked_otherwise": 1, "another_first": 1, "first_candidate_at_all": 0, "no_candidate_left": 1,
        }  # fmt: skip

    def test_it_moves_nothing_and_the_trail_says_whom_it_looked_at(self, make: Make, desk, proposed, truth: Truth):
        shelter(make)
        referral = triaged(make, desk)
        before = truth.all("select version from referrals"), truth.one("select count(*) from offers")
        found = compared(proposed(("least = 5", "least = 1")))
        assert (truth.all("select version from referrals"), truth.one("select count(*) from offers")) == before
        trail = truth.run("select client_ids, detail, system from audit_entries where action = 'compare'").one()
        assert (trail.client_ids, trail.system) == ([referral.client_id], "operator")
        assert trail.detail["policy"] == found.policy != policy("routing").label

    def test_ids_and_no_names_stand_in_what_is_printed(self, make: Make, desk, proposed):
        shelter(make)
        referral = triaged(make, desk, client={"name": "Bapak Rahasia"})
        found = compared(proposed(("least = 5", "least = 1")))
        told = "\n".join(in_words(found)) + as_json(found)
        assert str(referral.id) in told
        assert "Rahasia" not in told
        assert UUID(json.loads(as_json(found))["referrals"][0]["referral_id"]) == referral.id


class TestCommand:
    """The command itself, on a database of its own."""

    def test_nothing_open_is_no_difference(self, office, proposed):  # noqa: F811
        path = str(proposed(("version = 3", "version = 4")))
        done = kessos("policy", "diff", path)
        assert done.exit_code == 0, done.output
        assert "0 of 0 open referrals would be ranked otherwise under routing-4-" in done.output
        assert json.loads(kessos("policy", "diff", path, "--json").stdout)["totals"]["looked_at"] == 0

    def test_a_file_with_mistakes_is_wrong_use(self, proposed):
        done = kessos("policy", "diff", str(proposed(("need = 23", "need = 24"), ("least = 5", "least = 0"))))
        assert done.exit_code == 2
        assert "[weights] do not add up to 100" in done.output
        assert "[pace] needs least" in done.output
        assert "Traceback" not in done.output
