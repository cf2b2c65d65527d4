"""Verbs of notices; other features enter here."""

from kessos_case.notices.service.contacts import ContactCard, change_contact, own_contact
from kessos_case.notices.service.messages import given_up_lately, queue_digests
from kessos_case.notices.service.own import NoticeCard, listed_notices, read_all, read_notice, unread_count
from kessos_case.notices.service.sending import Compose, Letter, send_round, send_test
from kessos_case.notices.service.telling import (
    notify,
    people_of_desk,
    people_of_office,
    people_of_region,
    settle,
)
from kessos_case.notices.service.ways_out import Parcel, Undeliverable, gateway

__all__ = [
    "Compose",
    "ContactCard",
    "Letter",
    "NoticeCard",
    "Parcel",
    "Undeliverable",
    "change_contact",
    "gateway",
    "given_up_lately",
    "listed_notices",
    "notify",
    "own_contact",
    "people_of_desk",
    "people_of_office",
    "people_of_region",
    "queue_digests",
    "read_all",
    "read_notice",
    "send_round",
    "send_test",
    "settle",
    "unread_count",
]
