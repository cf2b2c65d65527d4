"""Households (KK): who lives on one budget with whom, in whole months. Values in, values out. Source: spec domain.md."""

from enum import StrEnum


class HouseholdRelation(StrEnum):
    """What a member is to the head of the family card."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    OTHER = "other"
