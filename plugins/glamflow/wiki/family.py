"""A pywikibot family made from a connection: no user-config file, no family file, no request at import or build."""

from __future__ import annotations

from urllib.parse import urlsplit

from pywikibot import config
from pywikibot.family import Family

CODE = "glamflow"

# pywikibot repeats a POST by itself after 504, time-outs, HTML, badtoken, ratelimited and failed-save. We never let it: all
# repeats are ours, after a look at the wiki (architecture section 10). These settings cover its own code paths too.
config.max_retries = 0
config.retry_wait = 0
config.put_throttle = 0
config.minthrottle = 0
config.simulate = False
config.socket_timeout = (10, 120)  # seconds to connect, seconds without a byte


def make_family(url: str, *, script_path: str = "/w") -> Family:
    """The family of one wiki at `url` (scheme, host, port); `script_path` is where `api.php` lies."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    members = {
        "name": "glamflow" + "".join(c if c.isalnum() else "_" for c in host),
        "langs": {CODE: host},
        "protocol": lambda self, code: parts.scheme,
        "scriptpath": lambda self, code: script_path,
    }
    family: Family = type("ConnectionFamily", (Family,), members)()
    return family


def api_url(family: Family) -> str:
    """Full address of `api.php` of a family made here."""
    return str(family.base_url(CODE, family.apipath(CODE)))
