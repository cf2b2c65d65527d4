"""Benchmarks: each figure beside its floor, the least work that could give the same answer, in the same run."""
