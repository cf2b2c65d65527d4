"""What `kessos demo` says when it is done: how much there is, and who can sign in."""

from collections.abc import Iterable, Mapping
from textwrap import wrap

from kessos_case.demo.staff import SignIn

# A terminal as it comes.
_WIDTH = 80
_TOLD = (
    ("clients", "people"), ("households", "households"), ("disbursements", "lines of aid"), ("cases", "cases"),
    ("referrals", "referrals"), ("enrolments", "enrolments"), ("placements", "placements"), ("users", "accounts"),
)  # fmt: skip


def in_words(
    counts: Mapping[str, int], passed: Mapping[str, int], sign_ins: Iterable[SignIn], password: str
) -> list[str]:
    """Lines for the terminal; the password stands here and nowhere else."""
    made = ", ".join(f"{counts.get(table, 0):,} {word}" for table, word in _TOLD)
    gate = f"{passed['provisional']:,} provisional and {passed['confirmed']:,} confirmed graduations"
    shown = list(sign_ins)
    wide = max(len(one.username) for one in shown)
    return [
        *wrap(f"Made up: {made}; {gate}.", _WIDTH),
        *wrap(f"Every account has the password {password} (shown this once); no second factor is enrolled.", _WIDTH),
        *(f"  {one.username:{wide}}  {one.role:13}  {_short(one, _WIDTH - wide - 19)}" for one in shown),
        "Now `kessos nightly` scores them, and flags who may need support.",
    ]


def _short(one: SignIn, room: int) -> str:
    """The name of the office where it fits on the line, else its code."""
    return one.office if len(one.office) <= room else one.code
