"""`kessos demo`: what it makes is whole, repeatable, and nothing that the program could not go on with."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from kessos_case import demo
from kessos_case.access.rules import Role
from kessos_case.cases.rules import OPEN_STAGES
from kessos_case.core.db import Base
from kessos_case.referrals.rules import TRANSITIONS
from tests import servers
from tests.demo import marginals
from tests.demo.conftest import PEOPLE, World, make_demo

SIGN_IN = re.compile(r"^  (\S+)\s+(\w+)\s+(.+)$", re.MULTILINE)


def signed_in_as(made: Any, role: str) -> str:
    return next(name for name, shown, _office in SIGN_IN.findall(made.output) if shown == role)


def test_each_role_is_told_its_sign_in(made, world):
    shown = {role: name for name, role, _office in SIGN_IN.findall(made.output)}
    assert set(shown) == set(Role)
    for name in shown.values():
        assert world.sign_in(name).get("/me").status_code == 200


def test_what_is_printed_fits_a_terminal(made):
    printed = made.output[made.output.index("Made up:") :].splitlines()
    assert max(len(line) for line in printed) <= 80


def test_a_second_demo_is_refused(world, tmp_path):
    again = make_demo(tmp_path)
    assert again.exit_code == 1
    assert "already" in again.output


def test_production_has_no_made_up_people(empty, monkeypatch, tmp_path):
    from kessos_case.core.settings import settings

    monkeypatch.setenv("KESSOS_ENVIRONMENT", "production")
    settings.cache_clear()
    refused = make_demo(tmp_path)
    monkeypatch.undo()
    settings.cache_clear()
    assert refused.exit_code == 1
    assert "production" in refused.output


def test_a_login_under_row_security_is_told_so(empty, monkeypatch, tmp_path):
    from kessos_case.core.settings import settings

    monkeypatch.setenv("KESSOS_DATABASE_OWNER_URL", settings().database_url)
    settings.cache_clear()
    refused = make_demo(tmp_path)
    monkeypatch.undo()
    settings.cache_clear()
    assert refused.exit_code == 1
    assert "past row-level security" in refused.output


def test_every_room_has_something(world):
    empty_tables = {
        # Made by the nights, by imports at work, by requests and by people who are really there.
        "audit_seals", "tokens", "idempotency_keys", "duplicate_reviews", "referral_photos", "referral_matches",
        "score_policies", "dependency_scores", "dependency_flags", "nights", "night_chunks", "digests", "relapses",
        "saved_filters", "notifications", "contact_choices", "messages", "photo_parts", "answer_links", "letters",
        "plan_signatures", "aid_tapers", "taper_steps", "conference_calls", "conference_guests", "conference_decisions",
        "case_notes", "note_addenda", "attachments", "house_rules",
        "course_requirements", "vacancies", "applications", "employer_inquiries",
        "business_months", "business_capital", "mentors", "mentorings",
        "service_records", "course_records", "webhook_subscriptions", "webhook_deliveries", "alembic_version",
    }  # fmt: skip
    for table in Base.metadata.tables:
        assert world.one(f"select exists(select from {table})") or table in empty_tables, table


def test_nobody_is_taken_for_real(world):
    assert world.one("select count(*) from clients where name not like 'Contoh %'") == 0
    assert world.one("select count(*) from users where username not like 'demo.%'") == 0


@pytest.mark.parametrize(
    ("what", "query"),
    [
        ("an open referral without owner or time", """select count(*) from referrals where
         state not in ('completed', 'rejected', 'withdrawn') and (owner_organisation_id is null or due_at is null)"""),
        ("a reach that search does not know", """select count(*) from client_access a join client_search s using (client_id)
         where (a.valid_until is null or a.valid_until > :now)
         and not (a.organisation_id = any (s.organisation_ids) or a.user_id = any (s.user_ids))"""),
        ("a holder in search without a reach", """select count(*) from client_search s, unnest(s.organisation_ids) as o (id)
         where not exists (select from client_access a where a.client_id = s.client_id and a.organisation_id = o.id
         and (a.valid_until is null or a.valid_until > :now))"""),
        ("an open case whose UPT does not reach the person", """select count(*) from cases c where c.closed_at is null and
         not exists (select from client_access a where a.client_id = c.client_id and a.organisation_id = c.organisation_id
         and a.ground = 'case' and a.valid_until is null)"""),
        ("a case whose last move leads elsewhere", """select count(*) from cases c where c.stage <> (select t.to_stage
         from case_transitions t where t.case_id = c.id order by t.recorded_at desc, t.id desc limit 1)"""),
        ("a referral whose last move leads elsewhere", """select count(*) from referrals r where r.state <>
         (select t.to_state from referral_transitions t where t.referral_id = r.id order by t.recorded_at desc, t.id desc
         limit 1)"""),
        ("a batch that counts other places than it has", """select count(*) from batches b where taken <> (select count(*)
         from enrolments e where e.batch_id = b.id and e.state in ('enrolled', 'attending', 'completed'))"""),
        ("a place that no living offer holds", """select count(*) from service_capacities c where
         (reserved, taken) <> (select count(*) filter (where o.state <> 'accepted'), count(*) filter
         (where o.state = 'accepted') from offers o where o.capacity_id = c.id and o.ended_at is null)"""),
        ("an instant to come", """select (select count(*) from timeline_entries where recorded_at > :now)
         + (select count(*) from clients where registered_at > :now) + (select count(*) from disbursements
         where recorded_at > :now or known_on > :today) + (select count(*) from tasks where created_at > :now)"""),
        ("a case before its person", """select count(*) from cases c join clients p on p.id = c.client_id
         where c.opened_at < p.registered_at"""),
        ("something open about who has died", """select (select count(*) from cases c join clients p on p.id = c.client_id
         where p.died_on is not null and c.closed_at is null) + (select count(*) from tasks t join clients p
         on p.id = t.client_id where p.died_on is not null and t.state = 'open') + (select count(*) from referrals r
         join clients p on p.id = r.client_id where p.died_on is not null
         and r.state not in ('completed', 'rejected', 'withdrawn')) + (select count(*) from placements w join clients p
         on p.id = w.client_id where p.died_on is not null and w.state <> 'ended')"""),
        ("two plans in force", """select count(*) from (select case_id from plans where state = 'approved' group by 1
         having count(*) > 1) twice"""),
        ("a referral that stands elsewhere than its offers", """select count(*) from referrals r where
         (r.state = 'offered') <> exists(select from offers o where o.referral_id = r.id and o.state = 'open')
         or (r.state = 'waiting') <> exists(select from offers o where o.referral_id = r.id and o.state = 'waiting')
         or (r.state in ('accepted', 'met', 'completed')) <> exists(select from offers o where o.referral_id = r.id
         and o.state = 'accepted')"""),
        ("an offer that lives after its end, or ends without one", """select count(*) from offers o join referrals r
         on r.id = o.referral_id where (o.ended_at is null) <> (o.state in ('open', 'waiting', 'accepted')
         and r.state <> 'completed')"""),
        ("an offer that held no place, or one of another year", """select count(*) from offers o left join
         service_capacities c on c.id = o.capacity_id where (o.offered_at at time zone 'Asia/Jakarta')::date
         not between coalesce(c.starts_on, 'infinity') and c.ends_on or c.id is null"""),
        ("an answer out of its time", """select count(*) from offers where answered_at < offered_at or ended_at < answered_at
         or (answered_at > expires_at) or (state = 'expired') <> (ended_at = expires_at and answered_at is null)"""),
        ("a person whom a service reaches after it gave him back", """select count(*) from client_access a join offers o
         on o.client_id = a.client_id and o.organisation_id = a.organisation_id where a.ground = 'referral'
         and a.valid_until is null and o.state in ('declined', 'revoked') and o.expected_on is not null
         and not exists(select from offers p where p.client_id = o.client_id and p.organisation_id = o.organisation_id
         and p.ended_at is null)"""),
        ("aid for a household that took capital and left", """select count(*) from disbursements p join disbursements d
         using (household_id) where p.programme_code = 'PENA' and p.reverses_id is null and d.amount > 0
         and (d.programme_code = 'SEMBAKO' or d.programme_code like 'PKH-%')
         and d.to_month between p.from_month + 6 and p.from_month + 30"""),
        ("an exemption that nobody could have recorded", """select count(*) from exemptions e where not exists(select from
         cases c join users u on u.organisation_id = c.organisation_id where c.client_id = e.client_id
         and u.id = e.recorded_by and e.recorded_at >= c.opened_at and (c.closed_at is null or e.recorded_at <= c.closed_at))
         or (e.ground in ('pregnant', 'carer_of_infant') and e.until_on is null) or e.until_on < e.from_on"""),
        ("a graduation without two signatures", """select count(*) from graduation_reviews r where state = 'confirmed' and
         (select count(distinct user_id) from graduation_signatures s where s.review_id = r.id
         and step = 'confirmation') < 2"""),
    ],
)  # fmt: skip
def test_there_is_not(world, what, query):
    now = {"now": "2026-03-02T03:00:00+00:00", "today": "2026-03-02"}
    wanted = {name: value for name, value in now.items() if f":{name}" in query}
    assert world.one(query, **wanted) == 0, what


def test_every_move_is_one_of_the_machine(world):
    known = {(line.verb, state, target) for line in TRANSITIONS for state in line.sources
             for target in (line.target, *line.otherwise)} | {("submit", None, "submitted")}  # fmt: skip
    told = world.all("select distinct verb, from_state, to_state from referral_transitions")
    assert set(told) <= known
    assert {"decline", "expire", "no_show", "mark_unmet", "retry"} <= {verb for verb, _before, _after in told}


def test_help_to_earn_is_in_the_ledger_beside_help_to_live(world):
    paid = set(world.all("select programme_code from disbursements"))
    assert paid >= {"PKH-SD", "SEMBAKO", "PBI-JK", "BLT-DD", "ATENSI-YAPI", "ASPD-JATIM", "BANSOS-KE-JATIM"}
    assert paid & {"PENA", "KUBE", "JATIM-PUSPA", "KIP-KPM-JAWARA", "KIP-PUTRI-JAWARA", "KIP-EKS-PPKS-JAWARA",
                   "KIP-PPKS-JAWARA"}  # fmt: skip


def test_the_trail_says_that_nothing_of_this_happened(world):
    made = world.all("select action, resource, detail from audit_entries where system = 'demo' and resource = 'demo'")
    assert made == [("create", "demo", {"people": PEOPLE, "seed": 7})]


def test_the_same_seed_and_day_make_the_same_world(world, tmp_path, monkeypatch):
    """All but what hangs on an installation's keys: sealed values, keyed hashes, the password's hash, offices' own ids."""
    other = twin(tmp_path, monkeypatch, seed=7)
    for table in comparable():
        assert other[table] == world.all(listed(table)), table


def test_another_seed_makes_other_people(world, tmp_path, monkeypatch):
    other = twin(tmp_path, monkeypatch, seed=8)
    assert not {row[0] for row in other["clients"]} & set(world.all("select id from clients"))


def comparable() -> dict[str, list[str]]:
    """What must be equal, by table; ids of organisations are made by each installation's first migration."""
    return {
        "clients": ["id", "name", "birth_date", "sex", "region_code", "died_on", "registered_at", "version"],
        "households": ["id", "region_code", "registered_at"],
        "household_members": ["id", "household_id", "client_id", "relation", "from_month", "to_month"],
        "disbursements": ["id", "client_id", "household_id", "programme_code", "from_month", "amount", "known_on",
                          "source_key", "reverses_id"],
        "cases": ["id", "client_id", "category_code", "pathway", "stage", "opened_at", "closed_at", "caseworker_id"],
        "referrals": ["id", "client_id", "state", "urgency", "submitted_at", "sender_id"],
        "offers": ["id", "referral_id", "state", "offered_at", "reason", "capacity_id"],
        "referral_transitions": ["id", "referral_id", "verb", "reason", "happened_at"],
        "service_pauses": ["id", "starts_on", "ends_on", "reason"],
        "exemptions": ["id", "client_id", "ground", "source", "from_on", "until_on"],
        "assessments": ["id", "case_id", "instrument", "scores::text", "completed_at"],
        "plan_steps": ["id", "kind", "state", "link_id", "due_on"],
        "enrolments": ["id", "batch_id", "state", "score"],
        "placements": ["id", "kind", "starts_on", "ended_on", "state"],
        "income_statements": ["id", "from_month", "amount", "source"],
        "graduation_reviews": ["id", "case_id", "state", "fingerprint"],
        "users": ["id", "username", "name"],
    }  # fmt: skip


def listed(table: str) -> str:
    """The rows of a table that must be equal; lines of the one file that the program itself took in have ids of its own."""
    of_the_world = (
        " where source_reference is null or source_reference not like 'SP2D%'" if table == "disbursements" else ""
    )
    return f"select {', '.join(comparable()[table])} from {table}{of_the_world} order by 1, 2"


def twin(folder: Path, monkeypatch: pytest.MonkeyPatch, *, seed: int) -> dict[str, list[Any]]:
    """What another database holds after its own demo."""
    from kessos_case.core.settings import settings

    with servers.database() as name:
        monkeypatch.setenv("DATABASE_URL", servers.postgres.url(name, "kessos_login"))
        monkeypatch.setenv("KESSOS_DATABASE_OWNER_URL", servers.postgres.url(name))
        settings.cache_clear()
        result = make_demo(folder, "--clients", str(PEOPLE), "--seed", str(seed))
        assert result.exit_code == 0, result.output
        engine = servers.engine_of(name)
        other = World(engine)
        found = {table: other.all(listed(table)) for table in comparable()}
        engine.dispose()
    monkeypatch.undo()
    settings.cache_clear()
    return found


def test_lives_know_no_scorecard_and_no_criterion():
    """The process must not be built from what it is to try: nothing of it sees the policies of dependency or graduation."""
    folder = Path(demo.__file__).parent
    for path in folder.glob("*.py"):
        imported = names_imported(path)
        seen = {name for module, name in imported if module.startswith("kessos_case.dependency")}
        # What a caseworker writes down by hand: a row, and the words that it may have.
        assert seen <= {"Exemption", "ExemptionGround", "ExemptionSource"}, path.name
        if path.name != "gate.py":
            assert not any(module.startswith("kessos_case.graduation") for module, _name in imported), path.name


def names_imported(path: Path) -> set[tuple[str, str]]:
    """Module and name of everything that a file imports."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom | ast.Import)]
    return {(getattr(node, "module", None) or name.name, name.name) for node in nodes for name in node.names}


def test_a_case_in_every_open_stage_can_go_on(world):
    rows = world.all(
        """select distinct on (c.stage) c.stage, c.id, w.username, s.username from cases c
           join users w on w.id = c.caseworker_id join users s on s.organisation_id = c.organisation_id
           and s.username like 'demo.kepala%' where c.closed_at is null order by c.stage, c.id"""
    )
    assert {row[0] for row in rows} <= set(OPEN_STAGES)
    assert len(rows) >= 4
    for stage, case_id, caseworker, supervisor in rows:
        for name in (caseworker, supervisor):
            card = world.sign_in(name).get(f"/cases/{case_id}").json
            assert card["stage"] == stage
            assert card["allowed_verbs"], (stage, name)


def test_the_marginals_are_plausible(world):
    """Wide bounds: a hazard that was written ten times too large shows here. `-s` prints the figures."""
    print("\n".join(marginals.told(world.rows)))
    figures = dict(marginals.FIGURES)
    young, grown, old = world.rows(figures["people by age: below 18, 18-59, 60 and older, percent"])[0]
    assert 20 < young < 45
    assert 45 < grown < 70
    assert 4 < old < 20
    aided = [share for _, share in world.rows(figures["households with any consumption aid in a year, percent"])]
    assert all(25 < share < 85 for share in aided)
    taken_back, late = world.rows(
        next(query for name, query in marginals.FIGURES if name.startswith("lines taken back"))
    )[0]
    assert 0.1 < taken_back < 1.5
    assert 1 < late < 12


def test_a_night_that_looked_at_nobody_does_not_stand_in_the_way_of_the_next(world):
    assert world.all("select count(*) from nights") == [0]
