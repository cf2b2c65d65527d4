"""The key ring: sealing, places, rotation, and files that others may read."""

import pytest

from kessos_case.core.keys import DataKey, Keyring, KeyringError, ensure_keys, load_keyring

RING = Keyring({1: b"a" * 32}, 1, b"i" * 32, b"s" * 32)


def test_what_is_sealed_opens_only_in_its_place():
    key, _ = RING.new_data_key("clients:data_key:1")
    sealed = key.seal("3509125507909901", "clients:nik:1")
    assert key.open(sealed, "clients:nik:1") == "3509125507909901"
    with pytest.raises(KeyringError):
        key.open(sealed, "clients:nik:2")


def test_equal_texts_are_sealed_differently():
    key, _ = RING.new_data_key("x")
    assert key.seal("sama", "x") != key.seal("sama", "x")


def test_a_changed_value_does_not_open():
    key = DataKey(b"k" * 32)
    sealed = bytearray(key.seal("teks", "x"))
    sealed[-1] ^= 1
    with pytest.raises(KeyringError):
        key.open(bytes(sealed), "x")


def test_a_rotation_keeps_every_value_readable():
    key, wrapped = RING.new_data_key("clients:data_key:1")
    sealed = key.seal("teks", "clients:nik:1")
    rotated = Keyring({1: b"a" * 32, 2: b"b" * 32}, 2, b"i" * 32, b"s" * 32)
    again = rotated.rewrap(wrapped, "clients:data_key:1")
    assert (wrapped[0], again[0]) == (1, 2)
    without_old = Keyring({2: b"b" * 32}, 2, b"i" * 32, b"s" * 32)
    assert without_old.unwrap(again, "clients:data_key:1").open(sealed, "clients:nik:1") == "teks"
    with pytest.raises(KeyringError, match="key 1 is not in the key ring"):
        without_old.unwrap(wrapped, "clients:data_key:1")


def test_the_index_tells_kinds_apart_and_needs_its_key():
    assert RING.index("nik", "1") == RING.index("nik", "1") != RING.index("phone", "1")
    assert RING.index("nik", "1") != Keyring({}, 1, b"j" * 32, b"").index("nik", "1")


def test_a_file_is_made_once_and_only_for_this_user(tmp_path):
    path = tmp_path / "data" / "keys.toml"
    assert ensure_keys(path)
    first = load_keyring(path)
    assert not ensure_keys(path)
    assert load_keyring(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(KeyringError, match="chmod 600"):
        load_keyring(path)


def test_two_processes_that_make_keys_at_once_agree(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    path = tmp_path / "keys.toml"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ensure_keys, [path] * 8))
    assert load_keyring(path).current == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys.toml"]


@pytest.mark.parametrize("content", ["", "current = 1", "data = 3", "\xff"])
def test_a_broken_file_is_named(tmp_path, content):
    path = tmp_path / "keys.toml"
    path.write_text(content, "latin-1")
    path.chmod(0o600)
    with pytest.raises(KeyringError, match="is not a key file"):
        load_keyring(path)
