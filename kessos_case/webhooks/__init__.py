"""Webhooks: other programs are told that something moved, never about whom. Source: spec api.md, privacy.md."""
