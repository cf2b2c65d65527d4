"""Contents set as PDF by a process that may die of them."""

import json
import subprocess  # nosec B404
import sys
from typing import Any

import structlog

from kessos_case.core.errors import Unavailable

log = structlog.get_logger()

# Seconds; a usual letter takes less than one. The process limits itself to less of the processor's time.
_PATIENCE = 20


def typeset(template: str, content: dict[str, Any], at: int) -> bytes:
    """The PDF of a content; `template` is a path within the package. Raises Unavailable when it fails or takes too long."""
    asked = json.dumps({"template": template, "content": content, "at": at}).encode()
    command = [sys.executable, "-m", "kessos_case.core.typesetting"]
    try:
        made = subprocess.run(command, input=asked, capture_output=True, timeout=_PATIENCE, check=True)  # nosec B603
    except (subprocess.SubprocessError, OSError) as error:
        # What the process says of it may hold words of the content.
        log.warning("page_not_set", template=template, error_class=type(error).__name__)
        raise Unavailable("This cannot be printed just now.") from None
    return made.stdout
