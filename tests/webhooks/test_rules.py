"""Where deliveries may go and when they are tried again. Needs no database."""

from datetime import UTC, datetime, timedelta

import pytest

from kessos_case.webhooks.rules import BadAddress, Event, all_public, is_hopeless, is_public, next_attempt, place_of

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "100.127.255.255", "0.0.0.0", "0.1.2.3", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7",
        "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1",
        "fd00:ec2::254", "ff02::1", "5f00::1", "localhost", "", "8.8.8.8.8",
    ],
)  # fmt: skip
def test_what_lies_inside_or_only_looks_like_outside_is_refused(address):
    assert is_public(address) is False


@pytest.mark.parametrize("address", ["8.8.8.8", "103.10.20.30", "100.63.255.255", "100.128.0.1", "2606:4700::1111"])
def test_public_addresses_are_allowed(address):
    assert is_public(address) is True


def test_a_name_that_also_leads_inside_is_refused_whole():
    assert all_public(["8.8.8.8", "10.0.0.1"]) is False
    assert all_public([]) is False


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", BadAddress.NO_ADDRESS),
        ("sistem.lembaga.id", BadAddress.NO_ADDRESS),
        ("ftp://sistem.lembaga.id/", BadAddress.NO_ADDRESS),
        ("file:///etc/passwd", BadAddress.NO_ADDRESS),
        ("gopher://sistem.lembaga.id/", BadAddress.NO_ADDRESS),
        ("https:///kabar", BadAddress.NO_ADDRESS),
        ("https://a b.id/", BadAddress.NO_ADDRESS),
        ("https://a.id/\r\nX-Evil: 1", BadAddress.NO_ADDRESS),
        ("https://a.id\\@b.id/", BadAddress.NO_ADDRESS),
        ("https://[::1/", BadAddress.NO_ADDRESS),
        ("https://[fe80::1%25eth0]/", BadAddress.NO_ADDRESS),
        ("https://a.id:x/", BadAddress.NO_ADDRESS),
        ("https://a..id/", BadAddress.NO_ADDRESS),
        ("https://büro.id/", BadAddress.NO_ADDRESS),
        ("https://a.id/" + "x" * 500, BadAddress.NO_ADDRESS),
        ("http://a.id/", BadAddress.NOT_HTTPS),
        ("https://nama:sandi@a.id/", BadAddress.HAS_PASSWORD),
        ("https://@a.id/", BadAddress.HAS_PASSWORD),
        ("https://a.id/#x", BadAddress.HAS_FRAGMENT),
        ("https://a.id:22/", BadAddress.WRONG_PORT),
        ("https://a.id:0/", BadAddress.WRONG_PORT),
        ("https://a.id:5432/", BadAddress.WRONG_PORT),
    ],
)
def test_an_address_says_what_is_wrong_with_it(address, why):
    with pytest.raises(ValueError, match=f"^{why}$"):
        place_of(address, is_strict=True)


def test_an_address_is_taken_apart():
    place = place_of("https://sistem.lembaga.id:8443/a/b?kunci=1", is_strict=True)
    assert (place.host, place.port, place.path, place.is_tls) == ("sistem.lembaga.id", 8443, "/a/b?kunci=1", True)
    assert place.name == "sistem.lembaga.id:8443"
    assert place_of("https://a.id", is_strict=True).name == "a.id"
    assert place_of("https://[2606:4700::1111]/", is_strict=True).name == "[2606:4700::1111]"


def test_a_laptop_may_try_out_plain_http_on_any_port():
    assert place_of("http://127.0.0.1:9000/", is_strict=False).port == 9000


def test_gaps_grow_and_end():
    minutes = [(at - NOW) / timedelta(minutes=1) for attempts in range(1, 7) if (at := next_attempt(attempts, NOW))]
    assert minutes == [1, 5, 30, 120, 480, 1440]
    assert next_attempt(7, NOW) is None


def test_an_address_that_fails_for_three_days_is_hopeless():
    assert is_hopeless(NOW - timedelta(days=3), NOW)
    assert not is_hopeless(NOW - timedelta(days=2, hours=23), NOW)


def test_every_event_has_words():
    from kessos_case.webhooks.wording import EVENTS

    assert set(EVENTS) == set(Event)
