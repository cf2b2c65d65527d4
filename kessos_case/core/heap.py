"""What Python's collector of cycles need not look at: it costs a long list more than all the rules of a ranking."""

import gc

# New objects before a collection (Python's own default is 700): what a request makes is let go of without one.
YOUNG = 20_000


def settle() -> None:
    """Call it once a process has loaded its program: that stays, and no collection goes through it any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
