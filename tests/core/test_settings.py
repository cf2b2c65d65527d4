"""Settings: defaults, overrides, and refusals that name the key."""

import pytest

from kessos_case.core.settings import SettingsError, load_settings


def test_the_environment_wins_over_files():
    found = load_settings({"KESSOS_PORT": "9000", "KESSOS_TLS": "true", "DATABASE_URL": "postgresql://x/y"})
    assert (found.port, found.tls, found.database_url) == (9000, True, "postgresql://x/y")


def test_a_file_of_the_office_wins_over_the_defaults(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("port = 9001\nrelay_seconds = 3\n")
    found = load_settings({"KESSOS_CONFIG": str(own)})
    assert (found.port, found.relay_seconds) == (9001, 3.0)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"KESSOS_PROT": "9000"}, "no setting 'prot'"),
        ({"KESSOS_PORT": "nine"}, "port must be int"),
        ({"KESSOS_TLS": "yes"}, "tls must be bool"),
        ({"KESSOS_CONFIG": "/nowhere.toml"}, "nowhere"),
    ],
)
def test_a_mistake_is_named(environ, told):
    with pytest.raises(SettingsError, match=told):
        load_settings(environ)


def test_an_unknown_key_in_a_file_is_refused(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("databse_url = ''\n")
    with pytest.raises(SettingsError, match="databse_url"):
        load_settings({"KESSOS_CONFIG": str(own)})
