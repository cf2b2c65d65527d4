"""Referrals: a need of a person, reported by someone, owned by a desk, answered by somebody. None ends in silence."""
