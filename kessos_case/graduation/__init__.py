"""Leaving aid, and staying out: criteria, verdicts, the gate of two people, aftercare and relapse (spec graduation.md)."""
