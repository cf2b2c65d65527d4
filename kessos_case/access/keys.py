"""The key pair of the audit seal and the exported heads. The private key belongs to the worker alone."""

import json
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kessos_case.access.models import AuditSeal
from kessos_case.core.keys import KeyringError, write_secret
from kessos_case.core.settings import settings


def audit_private_key() -> Ed25519PrivateKey:
    """The sealer's key. Raises KeyringError when this process may not have it."""
    options = settings()
    path = Path(options.audit_key_file or options.data_path / "audit-seal.key")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise KeyringError(f"no audit key at {path}: {type(error).__name__}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyringError(f"{path} is not an Ed25519 key")
    return key


def audit_public_key() -> Ed25519PublicKey:
    """What seals are checked with. Raises KeyringError when `kessos migrate` has not made the pair yet."""
    path = settings().data_path / "audit-seal.pub"
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeyringError(f"no public audit key at {path}: run `kessos migrate`") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyringError(f"{path} is not an Ed25519 key")
    return key


def ensure_audit_keys() -> bool:
    """Make the pair unless it is there; True when it was made."""
    options = settings()
    public_path = options.data_path / "audit-seal.pub"
    if public_path.exists():
        return False
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    if not options.audit_key_file:
        write_secret(options.data_path / "audit-seal.key", private)
    # Whoever was first has written the private key; the public one is always derived from what lies there.
    public = audit_private_key().public_key()
    public_path.write_bytes(
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return True


def export_head(seal: AuditSeal) -> None:
    """Append the head outside the database, where one who can change the tables cannot reach it."""
    line = json.dumps({"number": seal.number, "hash": seal.hash.hex(), "at": seal.sealed_at.isoformat()})
    with (settings().data_path / "audit-heads.jsonl").open("a", encoding="ascii") as file:
        file.write(line + "\n")


def exported_heads() -> Iterator[tuple[int, str]]:
    """The heads that were exported: number and hash in hex."""
    path = settings().data_path / "audit-heads.jsonl"
    if not path.exists():
        return
    for line in path.read_text("ascii").splitlines():
        head = json.loads(line)
        yield head["number"], head["hash"]
