"""Jobs of referrals: matches of a new report, the rounds of the clock, another look at what nobody could take."""

from kessos_case.core.jobs import Kind
from kessos_case.referrals import service

KINDS = (
    Kind("referrals.find_matches", "interactive", service.find_matches),
    Kind("referrals.run_clocks", "interactive", service.run_clocks),
    Kind("referrals.retry_unmet", "nightly", service.retry_unmet),
)
