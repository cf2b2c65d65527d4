"""Graduates who help others: what they can and are free for, whom they met, and what became of both."""
