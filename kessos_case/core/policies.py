"""Policies: rules as data under config/policies. Whatever is decided under one keeps its name, version and hash."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kessos_case.core.settings import CONFIG_DIR


class PolicyError(ValueError):
    """A policy file is missing or cannot be understood; the text names it."""


@dataclass(frozen=True)
class Policy:
    """A policy file as read. `label` is what decisions store: name, version and the first of the content's hash."""

    name: str
    label: str
    content: dict[str, Any]


@cache
def policy(name: str) -> Policy:
    """The policy of this name. Raises PolicyError."""
    return policy_file(CONFIG_DIR / "policies" / f"{name}.toml", name)


def policy_file(path: Path, name: str) -> Policy:
    """A file as the policy of this name, in force or not. Raises PolicyError."""
    try:
        raw = path.read_bytes()
        content = tomllib.loads(raw.decode("utf-8"))
        version = content["version"]
    except (OSError, ValueError, KeyError) as error:
        raise PolicyError(f"{path}: {error}") from error
    return Policy(name, f"{name}-{version}-{hashlib.sha256(raw).hexdigest()[:12]}", content)
