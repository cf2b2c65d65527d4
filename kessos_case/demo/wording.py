"""What `kessos demo` says when it is done: how much there is, and who can sign in."""

from collections.abc import Iterable, Mapping

from kessos_case.demo.staff import SignIn

_TOLD = (
    ("clients", "people"), ("households", "households"), ("disbursements", "lines of aid"), ("cases", "cases"),
    ("referrals", "referrals"), ("enrolments", "enrolments"), ("placements", "placements"), ("users", "accounts"),
)  # fmt: skip


def in_words(
    counts: Mapping[str, int], passed: Mapping[str, int], sign_ins: Iterable[SignIn], password: str
) -> list[str]:
    """Lines for the terminal; the password stands here and nowhere else."""
    made = ", ".join(f"{counts.get(table, 0):,} {word}" for table, word in _TOLD)
    gate = f"{passed['provisional']} provisional and {passed['confirmed']} confirmed graduations"
    shown = list(sign_ins)
    wide = max(len(one.username) for one in shown)
    return [
        f"Made up: {made}; {gate}.",
        f"Every account has the password {password} (shown this once); no second factor is enrolled.",
        *(f"  {one.username:{wide}}  {one.role:13}  {one.office}" for one in shown),
    ]
