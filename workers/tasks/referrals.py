"""Jobs of referrals: matches of a new report, the rounds of the clock, what waits assigned to what is free."""

from kessos_case.core.jobs import Kind
from kessos_case.referrals import service

KINDS = (
    Kind("referrals.find_matches", "interactive", service.find_matches),
    Kind("referrals.keep_as_secret", "interactive", service.keep_as_secret),
    Kind("referrals.run_clocks", "interactive", service.run_clocks),
    # As long as a night takes, and asked for by day too: a person must not wait behind it.
    Kind("referrals.assign", "nightly", service.run_assignment),
    Kind("referrals.offer_assigned", "nightly", service.offer_assigned),
)
