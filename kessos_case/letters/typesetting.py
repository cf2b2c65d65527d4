"""From the content of a letter to its PDF, in a process of its own: `python -m kessos_case.letters.typesetting`.

The typesetter is a program in another language that a hostile text may stop or keep busy; then only this process ends.
What is set is data and never source: a name such as `#include` is a name.
"""

import json
import resource
import sys
from pathlib import Path

TEMPLATE = Path(__file__).parent / "typst" / "letter.typ"
# Seconds of the processor and bytes of memory; a usual letter takes a tenth of a second.
_SECONDS, _BYTES = 10, 2 * 1024**3


def main() -> None:
    """Read `{content, at}` from the standard input, write the PDF to the standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    import typst

    asked = json.load(sys.stdin)
    page = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        sys_inputs={"content": json.dumps(asked["content"])},
        ignore_system_fonts=True,
        # The moment of the letter and not of the printing: the same letter is the same bytes.
        timestamp=asked["at"],
    )
    sys.stdout.buffer.write(page)


if __name__ == "__main__":
    main()
