"""Dependency: how long people have lived on consumption aid, who may need support out of it, and what a human says to that.

A score orders attention. Nothing here stops, lowers or refuses aid, and nothing here leaves the UPT of the case.
"""
