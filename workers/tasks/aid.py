"""Jobs of aid: files that are checked and applied, a part at a time."""

from kessos_case.aid import service
from kessos_case.core.jobs import Kind

KINDS = (
    Kind("aid.check_import", "imports", service.imports.run_check),
    Kind("aid.apply_import", "imports", service.imports.run_application),
)
