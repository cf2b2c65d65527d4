"""The `kessos` command. Each sub-command calls a service; exit status 0 done, 1 refused, 2 wrong use."""

import sys
from collections.abc import Callable
from functools import wraps
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
