"""As whom PostgreSQL runs: it refuses root, and wants a user that the system knows by name.

Every way is tried out before it is used (`can_run`), because none can be told from the settings of a machine:

1. An ordinary user runs it as itself.
2. root hands it to the user `postgres`, else `nobody`, without groups.
3. root, and program or data lie in a folder that only root may enter: the same user, who keeps one capability, to pass
   permissions of files (`setpriv`). It works with the capabilities a container has by default, needs no copy of the
   program, and peers keep their true names. PostgreSQL asks access(2), which ignores capabilities of ordinary users
   unless no_setuid_fixup is set.
4. Where that is missing, or for a user without a name (a container started with a bare number): a user namespace
   (`unshare`), in which we look like that user. Processes of all other users look like `nobody` in there, so it is the
   private socket folder that keeps them out.

In 3 and 4 the server may read what root may: production names its own server with DATABASE_URL instead.
"""

import os
import pwd
import shutil
import subprocess  # nosec B404
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kessos_case.core.embedded.folder import EmbeddedServerError, server_environment

_ACCOUNTS = ("postgres", "nobody")

_REACH = 'program=$1; shift; for folder; do cd "$folder" || exit 1; done; exec "$program" --version'


@dataclass(frozen=True)
class Launch:
    """One way to run the server's programs; `owner` must own the server's files as seen from outside."""

    account: str
    owner: tuple[int, int]
    prefix: tuple[str, ...] = ()
    drops_root: bool = False

    def run(self, command: list[str], output: Path | None = None) -> int:
        """Run to the end and return the exit status. Output goes to a file: the server would keep a pipe open."""
        with (output or Path(os.devnull)).open("w") as sink:
            done = subprocess.run(  # nosec B603
                [*self.prefix, *command],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=server_environment(),
                umask=0o077,
                check=False,
                **self._identity(),
            )
        return done.returncode

    def can_run(self, program: Path, folders: list[Path]) -> bool:
        """Whether the program starts and the folders can be entered this way, by doing so."""
        if self.prefix and not shutil.which(self.prefix[0]):
            return False
        try:
            return self.run(["/bin/sh", "-c", _REACH, "sh", str(program), *map(str, folders)]) == 0
        except (OSError, subprocess.SubprocessError):
            # root of a container that took away the right to become another user.
            return False

    def own(self, path: Path) -> None:
        """Give the file or folder to the server's user, the top last, so that an interrupted change begins anew."""
        if path.lstat().st_uid == self.owner[0]:
            return
        for folder, folders, files in os.walk(path, topdown=False):
            for name in (*folders, *files):
                os.chown(Path(folder, name), *self.owner, follow_symlinks=False)
        os.chown(path, *self.owner, follow_symlinks=False)

    def _identity(self) -> dict[str, Any]:
        if not self.drops_root:
            return {}
        return {"user": self.owner[0], "group": self.owner[1], "extra_groups": []}


def choose_launch(program: Path, folders: list[Path]) -> Launch:
    """The first way that works here. Raises EmbeddedServerError when none does."""
    for launch in _launches():
        if launch.can_run(program, folders):
            return launch
    places = " and ".join(map(str, [program.parent, *folders]))
    raise EmbeddedServerError(
        f"PostgreSQL cannot run from here: no user but root reaches {places}. Run kessos as an ordinary user, move it to "
        f"a folder that others may enter, install setpriv (util-linux), or set DATABASE_URL to a server elsewhere."
    )


def possible_owners() -> set[int]:
    """The users to whom files of a server that we started may belong."""
    return {os.geteuid()} if os.geteuid() else {0, _account().pw_uid}


def own_name() -> str | None:
    """The name of the user that runs this process, if it has one."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return None


def _launches() -> Iterator[Launch]:
    ourselves = (os.geteuid(), os.getegid())
    name = own_name()
    if os.geteuid() and name:
        yield Launch(name, ourselves)
        return
    account = _account()
    if not os.geteuid():
        theirs = (account.pw_uid, account.pw_gid)
        yield Launch(account.pw_name, theirs, drops_root=True)
        yield Launch(account.pw_name, theirs, prefix=_with_capability(account))
    yield Launch(account.pw_name, ourselves, prefix=("unshare", "--user", f"--map-user={account.pw_uid}", "--"))


def _with_capability(account: pwd.struct_passwd) -> tuple[str, ...]:
    who = (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups")
    what = ("--securebits=+no_setuid_fixup", "--inh-caps=-all,+dac_override", "--ambient-caps=+dac_override")
    return ("setpriv", *who, *what, "--")


def _account() -> pwd.struct_passwd:
    for name in _ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedServerError(
        "PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`: add one, "
        "run kessos as an ordinary user, or set DATABASE_URL to a server elsewhere."
    )
