"""What each kind of job does, one file a feature. Importing this registers them all."""

from kessos_case.core.jobs import Kind
from workers.tasks import access, aid, alumni, graduation, nights, notices, referrals, webhooks

_ROOMS = (access, notices, aid, referrals, graduation, alumni, nights, webhooks)

KINDS: dict[str, Kind] = {kind.name: kind for room in _ROOMS for kind in room.KINDS}
