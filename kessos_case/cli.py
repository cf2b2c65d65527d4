"""The `kessos` command. Each sub-command calls a service; exit status 0 done, 1 refused, 2 wrong use."""

import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any

import click

from kessos_case.core.errors import KessosError
from kessos_case.core.keys import KeyringError
from kessos_case.core.logs import configure_logs
from kessos_case.core.settings import SettingsError, settings


@click.group()
def main() -> None:
    """kessos-case: from the first report to a life without aid."""
    try:
        configure_logs(settings())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def refusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say a refusal in one sentence instead of a traceback."""

    @wraps(command)
    def careful(*args: Any, **kwargs: Any) -> Any:
        from kessos_case.core.embedded import EmbeddedServerError

        try:
            return command(*args, **kwargs)
        except KessosError as error:
            lines = [error.detail, *(f"  {entry.get('field', '')} {entry['detail']}" for entry in error.errors)]
            raise click.ClickException("\n".join(lines)) from error
        except (KeyringError, EmbeddedServerError) as error:
            raise click.ClickException(str(error)) from error

    return careful


@main.command()
@refusing
def run() -> None:
    """Everything on this machine: servers, migrations, web, worker, scheduler."""
    from kessos_case.operate import run_all

    sys.exit(run_all())


@main.command()
@refusing
def web() -> None:
    """Answer HTTP."""
    from kessos_case.operate import exec_web

    exec_web()


@main.command()
@refusing
def worker() -> None:
    """Do the jobs."""
    from kessos_case.operate import exec_worker

    exec_worker()


@main.command()
@refusing
def scheduler() -> None:
    """Enqueue what is due and find what was lost."""
    from kessos_case.operate import run_scheduler

    run_scheduler()


@main.command()
@click.option("--new", metavar="MESSAGE", help="Write a new migration from the difference to the models.")
@refusing
def migrate(new: str | None) -> None:
    """Bring the database to the newest schema and load the reference data."""
    from kessos_case.operate import migrate as run_migrations
    from kessos_case.operate import new_migration, servers

    with servers():
        if new:
            click.echo(new_migration(new))
            return
        for line in run_migrations():
            click.echo(line)


@main.command()
@click.option("--production", is_flag=True, help="Refuse what must not be in production.")
@click.option("--json", "as_json", is_flag=True)
@refusing
def doctor(production: bool, as_json: bool) -> None:
    """Say in plain words what is wrong and what to do."""
    from kessos_case.doctor import examine, report

    findings = examine(production)
    click.echo(report(findings, as_json))
    sys.exit(1 if any(not finding.is_well for finding in findings) else 0)


class WrongUse(click.ClickException):
    """A refusal of what was given, in one sentence and without the usage that click adds."""

    exit_code = 2


def month_option(_context: click.Context, option: click.Parameter, text: str | None) -> int | None:
    """A month written YYYY-MM."""
    from kessos_case.core.months import parse_month

    try:
        return None if text is None else parse_month(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param=option) from error


a_file = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@main.command("mail-test")
@click.argument("address")
@refusing
def mail_test(address: str) -> None:
    """Send one mail to ADDRESS and say whether the server took it; exit status 1 when it did not."""
    from kessos_case.operate import send_test_mail

    text, is_sent = send_test_mail(address)
    click.echo(text)
    sys.exit(0 if is_sent else 1)


@main.command()
@click.argument("file", type=a_file)
@click.option("--features", "features_only", is_flag=True, help="The indicators alone, without status and points.")
@click.option("--income", "incomes", type=a_file, help="CSV: person,from,to,amount of the household's income.")
@click.option("--people", type=a_file, help="CSV: person,birth_date,severe_disability,pathway,worked_12,courses.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="What was known on this day counts. [today]")
@click.option("--month", callback=month_option, metavar="YYYY-MM", help="The last month. [the one before --as-of]")
@click.option(
    "--obs-from",
    "observed_from",
    callback=month_option,
    metavar="YYYY-MM",
    help="Where the ledger begins. [its earliest]",
)
@click.option("--aid", metavar="CODE,...", help="The programmes that count, in place of the policy's.")
@click.option("--gap", type=click.IntRange(0, 59), help="Off-months that a spell survives, in place of the policy's.")
def score(
    file: Path,
    features_only: bool,
    incomes: Path | None,
    people: Path | None,
    as_of: datetime | None,
    month: int | None,
    observed_from: int | None,
    aid: str | None,
    gap: int | None,
) -> None:
    """Try the rule of dependency on one's own ledger FILE, CSV or JSON; needs no database.

    CSV: person,programme,from,to,posted,amount. One JSON object a line for each person or case.
    """
    from kessos_case.core import clock
    from kessos_case.core.policies import PolicyError
    from kessos_case.dependency.plain_files import MalformedFileError, Wish, score_file

    wish = Wish(
        today=clock.office_day(clock.now()),
        as_of=as_of and as_of.date(),
        month=month,
        observed_from=observed_from,
        gap=gap,
        aid=None if aid is None else frozenset(code.strip() for code in aid.split(",")),
        incomes=incomes,
        people=people,
    )
    try:
        answer = score_file(file, wish, features_only=features_only)
    except MalformedFileError as error:
        raise WrongUse(str(error)) from error
    except PolicyError as error:
        raise click.ClickException(str(error)) from error
    for warning in answer.warnings:
        click.echo(f"Warning: {warning}", err=True)
    for line in answer.lines:
        click.echo(line)


@main.command()
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Look at everything as of this day. [yesterday]")
@click.option("--full", is_flag=True, help="Do a night that is over once more, whole.")
@click.option("--json", "as_json", is_flag=True)
@refusing
def nightly(as_of: datetime | None, full: bool, as_json: bool) -> None:
    """Scores, flags, graduation, checks, clocks, digests and retention of one night, here and now.

    Asked again it shows the same night, and tries what had failed. Exit status 1 when something failed.
    """
    from kessos_case.nightly import run_night, shown_progress
    from kessos_case.nights.wording import as_json as told
    from kessos_case.nights.wording import in_words

    configure_logs(settings(), to=sys.stderr)
    with shown_progress(is_quiet=as_json) as tell:
        night = run_night(as_of and as_of.date(), full=full, tell=tell)
    click.echo(told(night) if as_json else "\n".join(in_words(night)))
    sys.exit(1 if night.given_up else 0)


@main.command()
@click.option("--clients", type=click.IntRange(100, 200_000), default=20_000, show_default=True, help="People.")
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True, help="Another seed, other people.")
@click.option("--password-file", type=a_file, help="The one password of all its accounts; otherwise it is made.")
@refusing
def demo(clients: int, seed: int, password_file: Path | None) -> None:
    """Fill an empty database with a made-up East Java; prints a sign-in of each role once.

    Refused in production and where anybody is registered.
    """
    from kessos_case.demonstrate import make_demo

    password = password_file.read_text("utf-8").strip() if password_file else None
    for line in make_demo(clients, seed, password, tell=partial(click.echo, err=True)):
        click.echo(line)


@main.group("import")
def import_() -> None:
    """Files as offices send them."""


@import_.command("aid")
@click.argument("file", type=a_file)
@click.option("--programme", metavar="CODE", help="Of rows that name none: a code or a short name.")
@click.option("--organisation", metavar="CODE", default="DINSOS-35", show_default=True, help="Whose file it is.")
@click.option("--historic", is_flag=True, help="Of the past: lines count as known on the day they were paid.")
@click.option("--dry-run", is_flag=True, help="Check only; nothing is written and the file is forgotten.")
@click.option("--skip-failed", is_flag=True, help="Write the rest although rows have mistakes.")
@click.option(
    "--errors", type=click.Path(dir_okay=False, path_type=Path), help="Put failed and parked rows here, as CSV."
)
@click.option("--json", "as_json", is_flag=True)
@refusing
def import_aid(
    file: Path,
    programme: str | None,
    organisation: str,
    historic: bool,
    dry_run: bool,
    skip_failed: bool,
    errors: Path | None,
    as_json: bool,
) -> None:
    """Write the lines of FILE, CSV or XLSX, into the ledger of aid; the same file twice adds nothing.

    Exit status 1 when the file is refused, or rows have mistakes and were not to be skipped: then nothing is written.
    """
    from kessos_case.importing import Wish, import_file, in_words, shown_progress, was_refused
    from kessos_case.importing import as_json as told

    configure_logs(settings(), to=sys.stderr)
    wish = Wish(organisation, programme, historic, dry_run, skip_failed, errors)
    with shown_progress(is_quiet=as_json) as tell:
        found = import_file(file, wish, tell=tell)
    click.echo(told(found) if as_json else "\n".join(in_words(found)))
    sys.exit(1 if was_refused(found, wish) else 0)


@import_.command("partners")
@click.argument("file", type=a_file)
@click.option("--by", metavar="USERNAME", help="The administrator who answers for it; needed where there are several.")
@click.option("--dry-run", is_flag=True, help="Say what each row would do; nothing is written.")
@click.option("--skip-failed", is_flag=True, help="Write the rest although rows have mistakes.")
@click.option(
    "--result", type=click.Path(dir_okay=False, path_type=Path), help="Put the table with its reasons here, as CSV."
)
@click.option("--json", "as_json", is_flag=True)
@refusing
def import_partners(
    file: Path, by: str | None, dry_run: bool, skip_failed: bool, result: Path | None, as_json: bool
) -> None:
    """Write the services of FILE, CSV or XLSX, into the directory; the same file twice changes nothing.

    Exit status 1 when the file is refused, or rows have mistakes and were not to be skipped: then nothing is written.
    """
    from kessos_case.importing_partners import Wish, import_file, in_words, was_refused
    from kessos_case.importing_partners import as_json as told

    configure_logs(settings(), to=sys.stderr)
    wish = Wish(by, dry_run, skip_failed, result)
    report = import_file(file, wish)
    click.echo(told(report) if as_json else "\n".join(in_words(report, file)))
    sys.exit(1 if was_refused(report, wish) else 0)


@main.group()
def user() -> None:
    """Who works with the program."""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True)
@click.option("--organisation", required=True, metavar="CODE", help="Code of the organisation, as DINSOS-35.09")
@click.option(
    "--role", "roles", multiple=True, help="role, role@REGION or role@ORGANISATION; may be given more than once"
)
@click.option("--password", help="Otherwise one is made and printed once")
@refusing
def user_add(username: str, name: str, organisation: str, roles: tuple[str, ...], password: str | None) -> None:
    """Add a user with roles; prints the password once when none was given."""
    from kessos_case.operate import add_user

    click.echo(add_user(username, name, organisation, roles, password))


@user.command("reset")
@click.argument("username")
@click.option("--password")
@refusing
def user_reset(username: str, password: str | None) -> None:
    """Set a new password and end every sign-in of the user."""
    from kessos_case.operate import reset_user

    click.echo(reset_user(username, password))


@user.command("otp")
@click.argument("username")
@refusing
def user_otp(username: str) -> None:
    """Give the user a new second factor; prints once the address that his phone's code app takes."""
    from kessos_case.operate import enrol_user

    click.echo(enrol_user(username))


@user.command("list")
@refusing
def user_list() -> None:
    """Users and their roles."""
    from kessos_case.operate import list_users

    for line in list_users():
        click.echo(line)


@main.group()
def audit() -> None:
    """The audit trail."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True)
@refusing
def audit_verify(as_json: bool) -> None:
    """Find a changed, removed or inserted row of the sealed trail; exit status 1 when there is one."""
    from kessos_case.operate import verify_audit

    text, is_whole = verify_audit(as_json)
    click.echo(text)
    sys.exit(0 if is_whole else 1)


@main.group()
def policy() -> None:
    """Rules as data: config/policies."""


@policy.command("check")
@click.argument("files", nargs=-1, type=a_file)
def policy_check(files: tuple[Path, ...]) -> None:
    """Read every policy in force, or FILES, and name everything that is wrong; exit status 1 when something is."""
    from kessos_case.policy_files import check_policies

    checked = check_policies(files)
    for path, wrong in checked.items():
        click.echo(f"{path}: {'well' if not wrong else ''}")
        for line in wrong:
            click.echo(f"  {line}")
    sys.exit(1 if any(checked.values()) else 0)


@policy.command("diff")
@click.argument("file", type=a_file)
@click.option("--json", "as_json", is_flag=True)
@refusing
def policy_diff(file: Path, as_json: bool) -> None:
    """Show which open referrals would be ranked otherwise under the routing policy FILE than under the one in force.

    Moves and asks nothing. Exit status 0 when none would, 1 when some would, 2 when FILE has mistakes.
    """
    from kessos_case import policy_files
    from kessos_case.core.policies import PolicyError

    try:
        with policy_files.shown_progress(is_quiet=as_json) as tell:
            found = policy_files.compare_policy(file, tell)
    except PolicyError as error:
        raise WrongUse(str(error)) from error
    click.echo(policy_files.as_json(found) if as_json else "\n".join(policy_files.in_words(found)))
    sys.exit(1 if found.differences else 0)
