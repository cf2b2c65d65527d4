"""Why a service suits or does not, in words: every rule, every yes and no, in Indonesian and in English."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from flask_babel import force_locale

from kessos_case.app import create_app
from kessos_case.partners.rules import Near, Rule, check_service
from kessos_case.referrals import rule_wording
from kessos_case.referrals.rule_wording import Names
from tests.factories.facts import DAY, NEED, POLICY, SERVICE, YES_AND_NO

NAMES = Names(
    place=lambda code: f"tempat {code}",
    services={"temporary_shelter": "Rumah singgah", "basic_needs": "Kebutuhan dasar", "meals": "Makan"},
    categories={"PPKS-08": "Lanjut usia", "PPKS-11": "Gelandangan"},
)


@pytest.fixture(scope="module")
def words(real_servers):
    """`words("en")`: a context in which texts are of this language."""
    with create_app().test_request_context():
        yield force_locale


def said(rule: Rule, service: dict, need: dict, holds: bool) -> str:
    return rule_wording.sentence(rule, holds, SERVICE._replace(**service), replace(NEED, **need), NAMES)


@pytest.mark.parametrize(("rule", "service", "need", "holds"), YES_AND_NO)
def test_each_answer_is_a_sentence_of_its_own_in_each_language(words, rule, service, need, holds):
    sentences = []
    for language in ("id", "en"):
        with words(language):
            sentences.append(said(rule, service, need, holds))
    assert len(set(sentences)) == 2
    assert all(text.endswith(".") and not text[0].islower() for text in sentences)
    assert all("PPKS-" not in text and "_" not in text and "None" not in text for text in sentences)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("rule", Rule)
def test_a_yes_is_never_said_as_a_no(words, rule: Rule, language: str):
    with words(language):
        told = [(holds, said(rule, service, need, holds)) for of, service, need, holds in YES_AND_NO if of == rule]
    assert not {text for holds, text in told if holds} & {text for holds, text in told if not holds}


def test_the_words_go_by_the_answer_that_the_rules_gave():
    """What the sentences are told of is what `check_service` said."""
    for rule, service, need, holds in YES_AND_NO:
        results = {
            one.code: one.holds for one in check_service(SERVICE._replace(**service), replace(NEED, **need), POLICY)
        }
        assert results[rule] is holds


@pytest.mark.parametrize(
    ("here", "level"),
    [
        ("35.09.12.2004", Near.VILLAGE),
        ("35.09.12.2001", Near.DISTRICT),
        ("35.09.13", Near.REGENCY),
        ("35.78", Near.PROVINCE),
        ("33.01", Near.NEIGHBOUR_PROVINCE),
        ("73", None),
    ],
)
def test_how_near_is_said_in_both_languages(words, here: str, level: Near | None):
    told = set()
    for language in ("id", "en"):
        with words(language):
            told.add(rule_wording.nearness(here, NEED.region_code))
    assert len(told) == 2


def test_a_border_is_said(words):
    with words("id"):
        assert rule_wording.nearness("35.73.05", "35.07.10") == "di kabupaten sebelah"


def test_what_is_stale_says_since_when_and_what_is_fresh_says_nothing(words):
    stale = SERVICE._replace(confirmed_on=DAY - timedelta(days=90))
    with words("id"):
        assert rule_wording.confirmed(stale, NEED) == "keterangannya terakhir dipastikan 26 Agustus 2026"
        assert rule_wording.confirmed(SERVICE, NEED) == ""
    assert date(2026, 11, 24) == DAY


def test_who_is_there_now_is_said_where_it_is_known(words):
    service = SERVICE._replace(open_days=frozenset({2}), opens_at=time(8), closes_at=time(15))
    with words("id"):
        assert rule_wording.opening(service, replace(NEED, at=time(9))) == "sedang buka"
        assert rule_wording.opening(service, replace(NEED, at=time(20))) == "sedang tutup pada jam ini"
        assert rule_wording.opening(SERVICE, replace(NEED, at=time(9))) == ""
