"""Encryption at rest and keyed lookup. Values carry the id of their key, so that keys can be changed without a big day.

Three keys that never stand in for each other: data keys (AES-256-GCM), the index key (HMAC of normalised values) and the
signing key of cookies and cursors. The audit seal has a key pair of its own (access/audit).
"""

import base64
import hashlib
import hmac
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kessos_case.core.settings import Settings, settings

_NONCE = 12


class KeyringError(RuntimeError):
    """The key file is missing, readable by others or lacks the key of a value."""


@dataclass(frozen=True)
class DataKey:
    """The key of one subject (a client, a referral): destroying its wrapped form erases all that it sealed."""

    secret: bytes

    def seal(self, text: str, place: str) -> bytes:
        """Encrypt `text` so that it opens only at `place` ("table:column:id")."""
        return self.seal_bytes(text.encode(), place)

    def open(self, sealed: bytes, place: str) -> str:
        """Decrypt. Raises KeyringError when the value was changed or moved from its place."""
        return self.open_bytes(sealed, place).decode()

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """As `seal`, for what is no text: a file."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self.secret).encrypt(nonce, content, place.encode())

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """As `open`, for what is no text."""
        try:
            return AESGCM(self.secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except InvalidTag as error:
            raise KeyringError(f"the value at {place} does not open") from error


@dataclass(frozen=True)
class Keyring:
    """The office's keys. `data` holds every key still in use by id 0..255; `current` seals what is new."""

    data: Mapping[int, bytes]
    current: int
    index_key: bytes
    signing_key: bytes

    def new_data_key(self, place: str) -> tuple[DataKey, bytes]:
        """A fresh key for one subject, and its wrapped form to store at `place`."""
        key = DataKey(secrets.token_bytes(32))
        nonce = os.urandom(_NONCE)
        wrapped = AESGCM(self.data[self.current]).encrypt(nonce, key.secret, place.encode())
        return key, bytes([self.current]) + nonce + wrapped

    def unwrap(self, wrapped: bytes, place: str) -> DataKey:
        """The subject's key. Raises KeyringError when the ring lacks the wrapping key or the place is another."""
        key_id = wrapped[0]
        if key_id not in self.data:
            raise KeyringError(f"key {key_id} is not in the key ring")
        try:
            secret = AESGCM(self.data[key_id]).decrypt(wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :], place.encode())
        except InvalidTag as error:
            raise KeyringError(f"the key at {place} does not open") from error
        return DataKey(secret)

    def rewrap(self, wrapped: bytes, place: str) -> bytes:
        """The same subject key under the current key: what a rotation stores."""
        nonce = os.urandom(_NONCE)
        secret = self.unwrap(wrapped, place).secret
        return bytes([self.current]) + nonce + AESGCM(self.data[self.current]).encrypt(nonce, secret, place.encode())

    def seal(self, text: str, place: str) -> bytes:
        """Encrypt a value of the office itself, that belongs to no client, under the current key."""
        return bytes([self.current]) + DataKey(self.data[self.current]).seal(text, place)

    def open(self, sealed: bytes, place: str) -> str:
        """Decrypt what `seal` made. Raises KeyringError when the ring lacks the key or the place is another."""
        if sealed[0] not in self.data:
            raise KeyringError(f"key {sealed[0]} is not in the key ring")
        return DataKey(self.data[sealed[0]]).open(sealed[1:], place)

    def index(self, kind: str, value: str) -> bytes:
        """Keyed hash for exact lookup: equal values of the same kind are found, no value can be read back."""
        return hmac.digest(self.index_key, f"{kind}:{value}".encode(), hashlib.sha256)


def token_hash(token: str) -> bytes:
    """What is stored of a token. Tokens are random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


@cache
def keyring() -> Keyring:
    """The key ring of this process."""
    return load_keyring(keys_path(settings()))


def keys_path(options: Settings) -> Path:
    """Where the key file lies."""
    return Path(options.keys_file) if options.keys_file else options.data_path / "keys.toml"


def load_keyring(path: Path) -> Keyring:
    """Read the key file. Raises KeyringError saying what to do."""
    try:
        if path.stat().st_mode & 0o077:
            raise KeyringError(f"{path} can be read by others: chmod 600 {path}")
        content = tomllib.loads(path.read_text("ascii"))
        data = {int(key_id): base64.b64decode(value) for key_id, value in content["data"].items()}
        return Keyring(
            data=data,
            current=content["current"],
            index_key=base64.b64decode(content["index"]),
            signing_key=base64.b64decode(content["signing"]),
        )
    except FileNotFoundError as error:
        raise KeyringError(f"there is no key file at {path}: `kessos migrate` makes one") from error
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise KeyringError(f"{path} is not a key file: {error}") from error


def ensure_keys(path: Path) -> bool:
    """Make a key file with fresh keys unless there is one; True when it was made."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def fresh() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    text = (
        "# Whoever loses this file loses every NIK, phone number and note; whoever copies it can read them.\n"
        f'current = 1\nindex = "{fresh()}"\nsigning = "{fresh()}"\n\n[data]\n1 = "{fresh()}"\n'
    )
    return write_secret(path, text.encode())


def write_secret(path: Path, content: bytes) -> bool:
    """Write a file that only this user may read; False when another process was first. Never half written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        os.fsync(descriptor)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
