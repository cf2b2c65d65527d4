"""Tests of the house itself: where things may stand, and that nothing is forgotten."""

import ast
import configparser
import importlib.metadata
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from kessos_case.core import errors
from kessos_case.core.settings import Settings
from kessos_case.web.errors import STATUS, status_of
from workers.celery import QUEUES
from workers.schedule import SCHEDULE
from workers.tasks import KINDS

ROOT = Path(__file__).parents[2]
LONGEST_FUNCTION = 60
LONGEST_FILE = 500


def sources(*places: str) -> list[Path]:
    return [path for place in places for path in sorted((ROOT / place).rglob("*.py"))]


def lines_with(pattern: str, *places: str) -> set[str]:
    """The files, from the root, in which some line matches."""
    found = re.compile(pattern, re.MULTILINE)
    return {str(path.relative_to(ROOT)) for path in sources(*places) if found.search(path.read_text())}


def functions() -> Iterator[tuple[int, str]]:
    for path in sources("kessos_case", "workers"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def test_only_the_database_module_commits_sessions():
    # The scheduler ends the transaction of its lock's connection, which holds no data.
    assert lines_with(r"\.commit\(", "kessos_case", "workers") == {"kessos_case/core/db.py", "workers/schedule.py"}


def test_transactions_begin_only_at_the_edges():
    edges = {
        "kessos_case/core/db.py",
        "kessos_case/web/auth.py",
        "kessos_case/web/observe.py",
        "kessos_case/web/pages.py",
        "kessos_case/operate.py",
        "kessos_case/doctor.py",
        "kessos_case/policy_files.py",
        "kessos_case/nightly.py",
        "kessos_case/importing.py",
        "kessos_case/importing_partners.py",
        "kessos_case/demonstrate.py",
        "workers/runner.py",
        "workers/relay.py",
        "workers/schedule.py",
    }
    assert lines_with(r"with .*\btransaction\(", "kessos_case", "workers") <= edges


def test_the_real_clock_is_read_in_one_place():
    pattern = r"datetime\.now\(|date\.today\(|\butcnow\(|func\.now\("
    assert lines_with(pattern, "kessos_case", "workers") == {"kessos_case/core/clock.py"}


def test_every_enqueued_name_has_a_task_and_every_queue_a_worker():
    enqueued = set()
    for path in sources("kessos_case", "workers"):
        enqueued |= set(re.findall(r'enqueue\(\s*session,\s*"([a-z_.]+)"', path.read_text()))
    assert enqueued | {entry.name for entry in SCHEDULE} == set(KINDS)
    assert {kind.queue for kind in KINDS.values()} <= set(QUEUES)


def test_every_setting_is_explained_in_default_toml():
    lines = (ROOT / "config" / "default.toml").read_text().splitlines()
    explained = set()
    reason = False
    for line in lines:
        if line.startswith("#"):
            reason = True
        elif match := re.match(r"([a-z_]+) = ", line):
            if reason:
                explained.add(match[1])
        else:
            reason = False
    assert explained == {field.name for field in fields(Settings)}


def test_every_error_class_has_a_status():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind is not errors.KessosError]
    known = [kind for kind in kinds if issubclass(kind, errors.KessosError)]
    assert known == list(dict.fromkeys(known)) and set(known) == set(STATUS)
    assert all(400 <= status_of(kind("")) < 600 for kind in known)


def test_what_is_imported_is_declared():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    declared = {re.split(r"[\[<>=]", line)[0].lower() for line in config["options"]["install_requires"].split()}
    by_module = importlib.metadata.packages_distributions()
    used = set()
    for path in sources("kessos_case", "workers", "migrations"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            used |= {name.split(".")[0] for name in names}
    ours = {"kessos_case", "workers", "migrations"}
    needed = {
        by_module[name][0].lower().replace("_", "-")
        for name in used - ours - set(sys.stdlib_module_names)
        if name in by_module
    }
    # kombu, marshmallow and webargs come with celery and flask-smorest, whose own parts they are.
    assert needed - declared <= {"kombu", "webargs"}


def test_the_map_in_the_readme_names_every_package():
    readme = (ROOT / "README.md").read_text()
    packages = [path.parent.name for path in (ROOT / "kessos_case").glob("*/__init__.py")]
    assert [name for name in packages if f"{name}/" not in readme] == []
    assert len(readme.splitlines()) <= 150


def test_every_package_says_what_lives_in_it():
    bare = [
        path
        for path in sources("kessos_case", "workers", "migrations")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert [str(path) for path in bare] == []


def test_functions_and_files_stay_readable(capsys: pytest.CaptureFixture[str]):
    longest = sorted(functions(), reverse=True)
    files = sorted(
        ((len(path.read_text().splitlines()), path.name) for path in sources("kessos_case", "workers")), reverse=True
    )
    with capsys.disabled():
        print("\nlongest functions:", *[f"{lines} {place}" for lines, place in longest[:10]], sep="\n  ")
        print("longest files:", *[f"{lines} {name}" for lines, name in files[:10]], sep="\n  ")
    assert longest[0][0] <= LONGEST_FUNCTION
    assert files[0][0] <= LONGEST_FILE


def test_nothing_names_the_machine_it_was_written_on():
    hosts = re.compile(r"/work/|/root/\.|pythonhosted|npmjs\.org/|deb\.debian")
    places = [*sources("kessos_case", "workers", "migrations", "tests"), ROOT / "Makefile", ROOT / "README.md"]
    places += [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]
    mine = Path(__file__)
    assert [str(path) for path in places if path != mine and hosts.search(path.read_text())] == []
