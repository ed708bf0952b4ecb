"""Run as a program by `test_pywikibot.py`: a plain pywikibot session against the wiki whose address is the first argument.

pywikibot keeps global state and writes files beside itself, so it gets a process and a folder of its own.
"""

import json
import sys
from pathlib import Path

import pywikibot
from pywikibot import config
from pywikibot.family import Family
from pywikibot.login import ClientLoginManager

host, picture = sys.argv[1].removeprefix("http://"), Path(sys.argv[2])
config.put_throttle = config.minthrottle = 0
config.max_retries = 0
members = {
    "name": "sandbox", "langs": {"en": host}, "protocol": lambda self, code: "http", "scriptpath": lambda self, code: "/w",
    "interwiki_forward": None,
}  # fmt: skip
site = pywikibot.Site("en", fam=type("SandboxFamily", (Family,), members)(), user="PipelineBot")
manager = ClientLoginManager(password="secret", site=site, user="PipelineBot")
manager.action, manager.login_name = "login", "PipelineBot@glamflow"
token = site.simple_request(action="query", meta="tokens", type="login").submit()["query"]["tokens"]["logintoken"]
result = site.simple_request(action="login", lgname="PipelineBot@glamflow", lgpassword="secret", lgtoken=token).submit()
site._username = "PipelineBot"
site.login()
facts = {
    "login": result["login"]["result"], "user": site.user(), "bot": site.has_right("bot"), "generator": site.siteinfo["generator"],
    "file_namespace": site.namespaces.FILE.custom_name,
}  # fmt: skip

page = pywikibot.FilePage(site, "File:Straight.png")
facts["direct"] = site.upload(page, source_filename=str(picture), text="{{Information|description={{en|1=Straight}}}}", comment="direct")
chunked = pywikibot.FilePage(site, "File:Chunks.png")
facts["chunked"] = site.upload(
    chunked, source_filename=str(picture), text="{{Information|description=c}}", comment="chunks", chunk_size=2048, ignore_warnings=True
)
later = pywikibot.FilePage(site, "File:Later.png")
facts["asynchronous"] = site.upload(
    later, source_filename=str(picture), text="{{Information|description=a}}", comment="async", chunk_size=2048, asynchronous=True,
    ignore_warnings=True,
)  # fmt: skip
facts["exists"] = [pywikibot.FilePage(site, f"File:{name}.png").exists() for name in ("Straight", "Chunks", "Later", "Nothing")]
facts["sha1"] = pywikibot.FilePage(site, "File:Chunks.png").latest_file_info.sha1
facts["same_bytes"] = sorted(found.title() for found in site.allimages(sha1=facts["sha1"]))
page = pywikibot.FilePage(site, "File:Straight.png")
entity_id = f"M{page.pageid}"
data = {
    "labels": {"en": {"language": "en", "value": "A straight picture"}},
    "claims": [
        {
            "type": "statement", "rank": "normal", "id": f"{entity_id}$7E1D5A10-2222-4333-8444-0123456789AB",
            "mainsnak": {
                "snaktype": "value", "property": "P180",
                "datavalue": {"type": "wikibase-entityid", "value": {"entity-type": "item", "numeric-id": 146, "id": "Q146"}},
            },
        }
    ],
}  # fmt: skip
write = {"action": "wbeditentity", "id": entity_id, "data": json.dumps(data), "summary": "s", "bot": 1, "token": site.tokens["csrf"]}
facts["first"] = "nochange" in site.simple_request(**write).submit()["entity"]
facts["again"] = "nochange" in site.simple_request(**write).submit()["entity"]
read = site.simple_request(action="wbgetentities", ids=entity_id).submit()["entities"][entity_id]
facts["caption"] = read["labels"]["en"]["value"]
facts["depicts"] = read["statements"]["P180"][0]["mainsnak"]["datavalue"]["value"]["id"]
page.text += "\n[[Category:Added]]"
page.save("a category", minor=False)
facts["categories"] = [category.title() for category in pywikibot.FilePage(site, "File:Straight.png").categories()]
facts["history"] = len(list(pywikibot.FilePage(site, "File:Straight.png").revisions()))
sys.stdout.write("\nFACTS" + json.dumps(facts))
