"""What each kind of job does, one file a feature. Importing this registers them all."""

from kessos_case.core.jobs import Kind
from workers.tasks import access, aid, graduation, nights, referrals

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (*access.KINDS, *aid.KINDS, *referrals.KINDS, *graduation.KINDS, *nights.KINDS)
}
