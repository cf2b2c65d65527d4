"""Tests; nothing of ours is mocked."""
