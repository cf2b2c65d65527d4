"""Migrations of the schema: numbered, one head, never edited after they landed."""
