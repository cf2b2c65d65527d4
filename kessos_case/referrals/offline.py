"""What a phone keeps of the page to report a person, so that it opens without a network; nothing in it is personal."""

import hashlib
import json
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from flask import current_app, url_for

# In the order in which they are loaded; a page and the service worker ask for them by version.
SCRIPTS = ("vendor/idb/umd.js", "store.js", "queue.js", "drafts.js", "report.js")
# The worker itself sends too, where the browser wakes it (Background Sync).
WORKER_SCRIPTS = SCRIPTS[:3]
FILES = ("vendor/pico/pico.min.css", "kessos.css", "icon.svg", "icon-192.png")
PAGE, MANIFEST = "/report", "/app.webmanifest"
_TEMPLATES = ("layout.html", "parts.html", "referrals/report.html")


@cache
def version() -> str:
    """The hash of everything that is kept: another release is another version, and replaces it."""
    root = Path(current_app.root_path)
    kept = [root / "static" / name for name in (*SCRIPTS, *FILES, "sw.js")]
    kept += [root / "templates" / name for name in _TEMPLATES]
    kept += sorted((root / "translations").rglob("*.mo"))
    digest = hashlib.sha256()
    for path in kept:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def script(name: str) -> str:
    """The address of a script in this version."""
    return f"{url_for('static', filename=name)}?{urlencode({'v': version()})}"


def worker() -> str:
    """The service worker with what it is to keep written in front of it."""
    shell = {
        "version": version(),
        "page": PAGE,
        "scripts": [script(name) for name in SCRIPTS],
        "workerScripts": [script(name) for name in WORKER_SCRIPTS],
        "files": [url_for("static", filename=name) for name in FILES] + [MANIFEST],
    }
    source = (Path(current_app.root_path) / "static" / "sw.js").read_text("utf-8")
    return f"const SHELL = {json.dumps(shell)};\n{source}"
