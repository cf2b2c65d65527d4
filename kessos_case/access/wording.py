"""What pages say of offices, in plain words."""

from flask_babel import lazy_gettext

from kessos_case.access.rules import OrganisationKind
from kessos_case.web.forms import Words

# The groups in which forms offer organisations.
OFFICE_KINDS: Words = {
    OrganisationKind.UPT: lazy_gettext("UPT"),
    OrganisationKind.DINSOS: lazy_gettext("Dinas sosial"),
    OrganisationKind.OPD: lazy_gettext("Dinas lain"),
    OrganisationKind.LKS: lazy_gettext("Lembaga kesejahteraan sosial"),
    OrganisationKind.COMPANY: lazy_gettext("Perusahaan"),
    OrganisationKind.UNIVERSITY: lazy_gettext("Perguruan tinggi"),
    OrganisationKind.HOSPITAL: lazy_gettext("Rumah sakit"),
}
