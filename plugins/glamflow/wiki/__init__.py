"""The wiki's side: everything that speaks to Wikimedia Commons or Wikidata, on pywikibot.

pywikibot reads its environment at its first import, hence here: no user-config file is wanted, and what it writes
(cookies, throttle files) would go to a folder of its own.
"""

import os
import tempfile

os.environ.setdefault("PYWIKIBOT_NO_USER_CONFIG", "2")
os.environ.setdefault("PYWIKIBOT_DIR", tempfile.gettempdir())
