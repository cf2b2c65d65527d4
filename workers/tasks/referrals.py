"""Jobs of referrals."""

from kessos_case.core.jobs import Kind
from kessos_case.referrals import service

KINDS = (Kind("referrals.find_matches", "interactive", service.find_matches),)
