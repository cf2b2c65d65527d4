"""From a content to its PDF, in a process of its own: `python -m kessos_case.core.typesetting < content > page`.

The typesetter is a program in another language that a hostile text may stop or keep busy; then only this process ends.
What is set is data and never source: a name such as `#include` is a name.
"""

import json
import resource
import sys
from pathlib import Path

# The templates of every feature stand beneath it, and no template is read from elsewhere.
PACKAGE = Path(__file__).parents[1]
# Seconds of the processor and bytes of memory; a usual letter takes a tenth of a second.
_SECONDS, _BYTES = 10, 2 * 1024**3


def main() -> None:
    """Read `{template, content, at}` from the standard input, write the PDF to the standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    import typst

    asked = json.load(sys.stdin)
    template = PACKAGE / asked["template"]
    page = typst.compile(
        str(template),
        root=str(template.parent),
        sys_inputs={"content": json.dumps(asked["content"])},
        ignore_system_fonts=True,
        # The moment of what is told and not of the printing: the same letter is the same bytes.
        timestamp=asked["at"],
    )
    sys.stdout.buffer.write(page)


if __name__ == "__main__":
    main()
