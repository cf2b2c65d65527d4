"""Fills the hook of the directory: the lines before its services, which only referrals know."""

from flask import Flask

from kessos_case.partners import hooks
from kessos_case.referrals.service import people_in_line


def register(app: Flask) -> None:
    """Install it in `app`."""
    hooks.install(app, people_in_line)
