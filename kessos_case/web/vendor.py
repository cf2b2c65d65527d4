"""`make vendor`: fetches the browser files of others by `npm pack`, checks them and keeps them with their licences.

Nothing of npm runs at build or at run time; the files are committed. Standard library only.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "static" / "vendor"
LOCK = FOLDER / "vendor.lock.json"

# Exact versions, and of each package only what a page loads, and the licence.
WANTED: dict[str, tuple[str, ...]] = {
    "@picocss/pico@2.1.1": ("css/pico.min.css", "LICENSE.md"),
    "idb@8.0.3": ("build/umd.js", "LICENSE"),
    "swagger-ui-dist@5.35.0": ("swagger-ui-bundle.js", "swagger-ui.css", "LICENSE"),
}


class VendorError(RuntimeError):
    """A package is not the one that was locked, or lacks a file."""


def fetch(spec: str, known: dict[str, Any]) -> dict[str, Any]:
    """Put the wanted files of one package into its folder; returns its line of the lock file.

    Raises VendorError when the package differs from the registry's checksum or from the one locked before.
    """
    with tempfile.TemporaryDirectory() as scratch:
        said = _packed(spec, Path(scratch))
        raw = next(Path(scratch).glob("*.tgz")).read_bytes()
        integrity = "sha512-" + base64.b64encode(hashlib.sha512(raw).digest()).decode()
        if integrity != said or integrity != known.get("integrity", integrity):
            raise VendorError(f"{spec}: the checksum is {integrity}, not {known.get('integrity', said)}")
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            return {"integrity": integrity, "files": dict(_kept(spec, archive, name) for name in WANTED[spec])}


def folder_of(spec: str) -> str:
    """`@picocss/pico@2.1.1` lies in `pico`: addresses stay when the version changes."""
    return spec.rpartition("@")[0].rpartition("/")[2]


def problems() -> list[str]:
    """Files that are missing or differ from the lock file; empty when all is as fetched."""
    lock = _lock()
    wrong = [f"{spec}: not in {LOCK.name}" for spec in WANTED.keys() ^ lock.keys()]
    for spec, line in lock.items():
        for name, digest in line["files"].items():
            path = FOLDER / folder_of(spec) / Path(name).name
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                wrong.append(f"{spec}: {path.name} is not the locked one")
    return wrong


def _lock() -> dict[str, Any]:
    return json.loads(LOCK.read_text("utf-8")) if LOCK.exists() else {}


def _packed(spec: str, folder: Path) -> str:
    """Download the tarball; the checksum that the registry states."""
    command = ["npm", "pack", "--json", "--pack-destination", str(folder), spec]
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    # npm 12 answers an object by package, older ones a list.
    packed = answer[0] if isinstance(answer, list) else next(iter(answer.values()))
    return packed["integrity"]


def _kept(spec: str, archive: tarfile.TarFile, name: str) -> tuple[str, str]:
    """Write one file of the archive; its name and checksum."""
    member = archive.extractfile(f"package/{name}")
    if member is None:
        raise VendorError(f"{spec} has no {name}")
    content = member.read()
    path = FOLDER / folder_of(spec) / Path(name).name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return name, hashlib.sha256(content).hexdigest()


def main() -> None:
    """Fetch everything and write the lock file."""
    known = _lock()
    fetched = {spec: fetch(spec, known.get(spec, {})) for spec in WANTED}
    LOCK.write_text(json.dumps(fetched, indent=2, sort_keys=True) + "\n", "utf-8")
    sys.stdout.write("".join(f"{spec}\n" for spec in fetched))


if __name__ == "__main__":
    main()
