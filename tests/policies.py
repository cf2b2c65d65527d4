"""Policies as an office might change them: a copy of the directory with other words in one file."""

import shutil
from pathlib import Path

import pytest

from kessos_case.core import policies
from kessos_case.dependency.service import dependency_policy


class Policies:
    """The directory of policies that holds for this test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        shutil.copytree(policies.CONFIG_DIR / "policies", folder / "policies")
        monkeypatch.setattr(policies, "CONFIG_DIR", folder)
        self.forget()

    def change(self, name: str, **stated: int) -> None:
        """Let a policy say another number where it says `key = number` once; the others stay as they are."""
        file = self.folder / "policies" / f"{name}.toml"
        lines = file.read_text().splitlines()
        for key, value in stated.items():
            (place,) = (at for at, line in enumerate(lines) if line.startswith(f"{key} = "))
            lines[place] = f"{key} = {value}"
        file.write_text("\n".join(lines))
        self.forget()

    def forget(self) -> None:
        """What was read is read anew."""
        policies.policy.cache_clear()
        dependency_policy.cache_clear()
