"""How a page of ours lives inside Airflow's frame.

Airflow shows plugin pages in a sandboxed iframe that may neither open windows nor move the page around it (3.3.2:
`allow-scripts allow-same-origin allow-forms allow-downloads`), so a link to a run or to the wiki would do nothing. One small
script hands such links to the page around and takes over its light or dark; without it, or outside a frame, every page shows all.
Exactly this script may run: the content security policy names its hash.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse

# Pages hold partners' text: whatever slips through a template, no script of it ever runs here.
STRICT = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'self'"
HEADER = "Content-Security-Policy"

SCRIPT = (Path(__file__).parent / "templates" / "frame.js").read_text(encoding="utf-8").removesuffix("\n")  # as a template includes it
_HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()


def page(html: str) -> HTMLResponse:
    """A page made from our templates: our one script may run on it."""
    return HTMLResponse(html, headers={HEADER: f"{STRICT}; script-src 'sha256-{_HASH}'"})


def root_of(request: Request) -> str:
    """Where our pages begin, as the browser sees it: "/glam" inside Airflow, with its own prefix before it behind a proxy."""
    return str(request.scope.get("root_path", "")).rstrip("/")
