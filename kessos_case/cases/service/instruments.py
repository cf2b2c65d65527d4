"""The instruments as config/policies has them, read and checked once a process. Nothing here knows a person."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from kessos_case.cases.rules.instruments import Instrument, read_instrument
from kessos_case.core.errors import NotFound
from kessos_case.core.policies import PolicyError, policy
from kessos_case.core.settings import CONFIG_DIR

# For a goal that no instrument measures.
OTHER_DOMAIN = "other"


class Edition(NamedTuple):
    """One version of an instrument, and the label of its file that assessments store."""

    instrument: Instrument
    label: str


@cache
def editions() -> Mapping[str, Mapping[int, Edition]]:
    """Every instrument by name and version, oldest version first.

    Raises PolicyError naming the file that cannot be understood, or that says again what another says.
    """
    found: dict[str, dict[int, Edition]] = {}
    for edition in sorted(_read(), key=lambda edition: edition.instrument.version):
        versions = found.setdefault(edition.instrument.name, {})
        if edition.instrument.version in versions:
            raise PolicyError(f"{edition.label}: version {edition.instrument.version} is there twice")
        versions[edition.instrument.version] = edition
    return found


def edition_of(name: str, version: int | None = None) -> Edition:
    """An instrument: this version, else the current one. Raises NotFound."""
    versions = editions().get(name, {})
    found = versions.get(version if version is not None else max(versions, default=0))
    if found is None:
        raise NotFound("There is no such instrument.")
    return found


def instrument_of(name: str, version: int | None = None) -> Instrument:
    """What an instrument asks and how it scores: this version, else the current one. Raises NotFound."""
    return edition_of(name, version).instrument


def shown_instruments(q: str | None) -> list[dict[str, Any]]:
    """Every instrument in its current version, by name; with `q` those that have it in their name or title."""
    shown = [shown_instrument(name) for name in sorted(editions())]
    wanted = (q or "").casefold()
    return [one for one in shown if any(wanted in one[field].casefold() for field in ("name", "title_id", "title_en"))]


def shown_instrument(name: str, version: int | None = None) -> dict[str, Any]:
    """An instrument as shown: its parts, and the versions that there are. Raises NotFound."""
    return vars(instrument_of(name, version)) | {"versions": list(editions()[name])}


def goal_domains() -> frozenset[str]:
    """What a goal can be about: every domain that an instrument ever measured, and `other`."""
    measured = {
        domain.code
        for versions in editions().values()
        for edition in versions.values()
        for domain in edition.instrument.domains
    }
    return frozenset(measured | {OTHER_DOMAIN})


def _read() -> list[Edition]:
    names = sorted(path.stem for path in (CONFIG_DIR / "policies" / "instruments").glob("*.toml"))
    read = []
    for file in (policy(f"instruments/{name}") for name in names):
        try:
            read.append(Edition(read_instrument(file.content), file.label))
        except ValueError as error:
            raise PolicyError(f"{file.name}: {error}") from error
    return read
