"""Tables of partners in the foreground, for `kessos import partners`: the same as over HTTP, as an administrator."""

import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import RoleGrant, User
from kessos_case.access.rules import Role
from kessos_case.core import db
from kessos_case.core.errors import Conflict, Forbidden, RuleBroken
from kessos_case.core.sheets import written
from kessos_case.operate import servers
from kessos_case.partners.import_schemas import DirectoryOut, report_out
from kessos_case.partners.import_wording import alike_detail, column, detail, result_table
from kessos_case.partners.service.imports import Outcome, Report, import_directory

# Rows with mistakes that a terminal names; the rest stand in the file of results.
_MOST_TOLD = 20

_OPERATOR = db.system("operator")


@dataclass(frozen=True)
class Wish:
    """What was asked on the command line. `by` answers for it; `result` is where the table goes with its reasons."""

    by: str | None = None
    is_dry_run: bool = False
    skip_failed: bool = False
    result: Path | None = None


def import_file(file: Path, wish: Wish) -> Report:
    """Look at a table and, unless that was all that was wished, write it; what it did, or would do.

    Only looked at where rows have mistakes and are not to be skipped. Raises Invalid, NotFound, Forbidden, Conflict.
    """
    content = file.read_bytes()
    with servers():
        with db.transaction(_OPERATOR) as session:
            who = _who(session, wish.by)
        report = _run(who, content, wish)
    if wish.result:
        wish.result.write_text("".join(written(result_table(report))), encoding="utf-8", newline="")
    return report


def was_refused(report: Report, wish: Wish) -> bool:
    """Did the table not come to what was wished?"""
    return bool(report.counts[Outcome.FAILED]) if wish.is_dry_run else not report.is_applied


def in_words(report: Report, file: Path) -> list[str]:
    """How it ended, a line each."""
    counted = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items() if count)
    lines = [
        f"{file.name}: {len(report.rows)} rows: {counted} ({'applied' if report.is_applied else 'nothing written'})"
    ]
    wrong = [(plan.row.number, fault) for plan in report.rows for fault in plan.faults]
    lines += [f"  row {number}, {column(fault.field)}: {detail(fault)['en']}" for number, fault in wrong[:_MOST_TOLD]]
    if len(wrong) > _MOST_TOLD:
        lines.append(f"  and {len(wrong) - _MOST_TOLD} more mistakes: see --result")
    lines += [f"  row {number}: {alike_detail(one)['en']}" for number, found in report.alike.items() for one in found][
        :_MOST_TOLD
    ]
    if report.unknown_columns:
        lines.append(f"Columns that nobody reads: {', '.join(report.unknown_columns)}")
    if report.absent:
        lines.append(f"{len(report.absent)} entries of the directory are not in the file; they stay as they are")
    return lines


def as_json(report: Report) -> str:
    """The same for a program, as the API answers it."""
    return json.dumps(DirectoryOut().dump(report_out(report)))


def _run(who: UUID, content: bytes, wish: Wish) -> Report:
    with db.transaction(db.user(who)) as session:
        if not wish.is_dry_run:
            try:
                return import_directory(session, content, dry_run=False, skip_failed=wish.skip_failed)
            except RuleBroken:
                # What is wrong with which row is told below, as a dry run tells it.
                pass
        return import_directory(session, content)


def _who(session: db.Session, username: str | None) -> UUID:
    """The administrator who answers for it: the one who is named, else the only one that there is."""
    holds = RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now)
    select = (
        sa.select(User.id, User.username)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(User.is_active, RoleGrant.role == Role.ADMINISTRATOR, holds)
    )
    found = {name: user_id for user_id, name in session.execute(select)}
    if username is not None:
        if username not in found:
            raise Forbidden(f"{username} is no administrator: only one may write the directory of a province.")
        return found[username]
    if len(found) != 1:
        raise Conflict(
            f"Say with --by which administrator answers for it: {', '.join(sorted(found)) or 'there is none'}."
        )
    return next(iter(found.values()))
