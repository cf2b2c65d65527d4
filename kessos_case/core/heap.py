"""What Python's collector of cycles need not look at: going through the whole program costs more than a long ranking."""

import gc


def settle() -> None:
    """Call it once a process has loaded its program: that stays, and no collection goes through it any more."""
    gc.collect()
    gc.freeze()
