"""One long conversation with the sandbox wiki. Each step is named like the recorded exchange that it re-enacts.

`play` returns, by name, the answer and the error header. The script is our own; recorded are only the names of the situations.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from wiki_scenes import second_act
from wiki_session import OPEN, TEXT, Answer, Client, claim, item, label, picture, snak

from glamflow.sandbox.wiki import SandboxWiki

GUID = "7E1D5A10-2222-4333-8444-0123456789AB"


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """Every answer of the conversation, by name."""
    with SandboxWiki(tmp_path_factory.mktemp("wiki")) as wiki:
        answers = play(wiki)
        while OPEN:
            OPEN.pop().close()
        return answers


def play(wiki: SandboxWiki) -> dict[str, Answer]:
    """All scenes in order."""
    with wiki.seeding() as seed:
        seed.user("PipelineBot", groups=("bot",), password="secret")
        seed.user("Newbie", password="secret")
        seed.user("Admin", groups=("sysop",), password="secret")
    bot, newbie = Client(wiki, "PipelineBot@glamflow", "secret"), Client(wiki, "Newbie@glamflow", "secret")
    admin = Client(wiki, "Admin@glamflow", "secret")
    said: dict[str, Answer] = {}
    _auth(wiki, bot, newbie, said)
    _edit(wiki, bot, newbie, said)
    _upload(wiki, bot, newbie, admin, said)
    _warnings(bot, admin, said)
    _errors(wiki, bot, newbie, said)
    _faults(wiki, bot, said)
    _mediainfo(bot, admin, said)
    _entity_errors(wiki, bot, newbie, said)
    _items(bot, said)
    second_act(wiki, bot, newbie, admin, said)
    return said


def _auth(wiki: SandboxWiki, bot: Client, newbie: Client, said: dict[str, Answer]) -> None:
    fresh = Client(wiki)
    said["auth/01-tokens-login"] = fresh.ask(action="query", meta="tokens", type="login")
    token = said["auth/01-tokens-login"][0]["query"]["tokens"]["logintoken"]
    said["auth/02-login-failed"] = fresh.ask(action="login", lgname="PipelineBot@glamflow", lgpassword="no", lgtoken=token)
    said["auth/04-login-wrongtoken"] = fresh.ask(action="login", lgname="PipelineBot@glamflow", lgpassword="secret", lgtoken="x+\\")
    said["auth/05-login-success"] = fresh.ask(action="login", lgname="PipelineBot@glamflow", lgpassword="secret", lgtoken=token)
    said["auth/06-tokens-csrf"] = fresh.ask(action="query", meta="tokens")
    said["auth/22-logout"] = fresh.ask(action="logout", token=said["auth/06-tokens-csrf"][0]["query"]["tokens"]["csrftoken"])
    nobody = Client(wiki)
    said["auth/07-tokens-csrf-anonymous"] = nobody.ask(action="query", meta="tokens")
    said["auth/10-assertuserfailed"] = nobody.ask(action="query", meta="userinfo", **{"assert": "user"})
    said["auth/11-assertbotfailed"] = newbie.do(action="edit", title="User:Newbie/x", text="x", **{"assert": "bot"})
    said["auth/12-assertnameduserfailed"] = bot.do(action="edit", title="User:PipelineBot/x", text="x", assertuser="SomebodyElse")
    wrong = {"action": "edit", "title": "User:PipelineBot/x", "text": "x"}
    said["auth/13-badtoken"] = bot.ask(**wrong, token="abc+\\")
    said["auth/13-badtoken-fv2"] = bot.ask(**wrong, token="abc+\\", formatversion=2)
    said["auth/13-badtoken-errorformat-plaintext"] = bot.ask(**wrong, token="abc+\\", formatversion=2, errorformat="plaintext")
    said["auth/14-missing-token"] = bot.ask(**wrong)
    said["auth/16-unknown-action"] = bot.ask(action="nosuchaction")
    said["auth/18-session-lost-badtoken"] = Client(wiki).ask(**wrong, token=bot.token)
    said["auth/19-session-lost-assert"] = Client(wiki).ask(**wrong, token=bot.token, **{"assert": "user"})
    said["auth/21-anonymous-token-upload"] = Client(wiki).chunk("Lost.jpg", picture(1), 0, 2000)


def _edit(wiki: SandboxWiki, bot: Client, newbie: Client, said: dict[str, Answer]) -> None:
    title = "Project:Rec"
    said["edit/01-create"] = bot.do(action="edit", title=title, text="one", summary="s", createonly=1)
    said["edit/02-articleexists"] = bot.do(action="edit", title=title, text="one", createonly=1)
    said["edit/03-missingtitle"] = bot.do(action="edit", title=f"{title} missing", text="one", nocreate=1)
    said["edit/04-success"] = bot.do(action="edit", title=title, text="two\n\nthree", summary="s")
    said["edit/05-nochange"] = bot.do(action="edit", title=title, text="two\n\nthree")
    base = said["edit/04-success"][0]["edit"]["newrevid"]
    newbie.do(action="edit", title=title, text="TWO\n\nthree")
    said["edit/06-editconflict-baserevid"] = bot.do(action="edit", title=title, text="OTHER\n\nthree", baserevid=base)
    said["edit/08-editconflict-basetimestamp"] = bot.do(action="edit", title=title, text="Z", basetimestamp="2020-01-01T00:00:00Z")
    said["edit/09-invalidtitle"] = bot.do(action="edit", title="A[b]", text="x")
    said["edit/10-nosuchrevid"] = bot.do(action="edit", title=title, text="x", baserevid=999999999)
    said["edit/11-badtags"] = bot.do(action="edit", title=title, text="x y", tags="no-such-tag")
    said["edit/12-contenttoobig"] = bot.do(action="edit", title=title, text="x" * 2097162)
    said["edit/14-md5-mismatch"] = bot.do(action="edit", title=title, text="x", md5="0" * 32)
    with wiki.seeding() as seed:
        seed.protect(title)
    said["edit/13-protectedpage"] = newbie.do(action="edit", title=title, text="q")
    said["abusefilter/01-edit-disallowed"] = bot.do(action="edit", title="Project:AF", text="ABUSEFILTER-DISALLOW")
    said["abusefilter/02-edit-warning"] = bot.do(action="edit", title="Project:AF", text="ABUSEFILTER-WARN")
    said["abusefilter/03-edit-warning-repeat"] = bot.do(action="edit", title="Project:AF", text="ABUSEFILTER-WARN")


def _upload(wiki: SandboxWiki, bot: Client, newbie: Client, admin: Client, said: dict[str, Answer]) -> None:
    said["upload/01-direct-success"] = bot.upload("Direct.jpg", picture(2), comment="c")
    large = picture(3, size=(300, 200), kind="PNG")
    third = len(large) // 3
    name = "Chunked.png"
    said["upload/10-chunk-1"] = bot.chunk(name, large, 0, third)
    key = said["upload/10-chunk-1"][0]["upload"]["filekey"]
    said["upload/11-chunk-2"] = bot.chunk(name, large, third, third, filekey=key)
    said["upload/12-chunk-wrong-offset"] = bot.chunk(name, large, third, third, filekey=key)
    said["upload/13-chunk-beyond-filesize"] = bot.chunk(name, large + b"xx", 2 * third, len(large), filekey=key, filesize=len(large))
    said["upload/14-chunk-too-small"] = bot.chunk(name, large, 2 * third, 10, filekey=key)
    said["upload/15-chunk-last"] = bot.chunk(name, large, 2 * third, len(large), filekey=key)
    said["upload/15b-last-chunk-again"] = bot.chunk(name, large, 2 * third, len(large), filekey=key)
    done = said["upload/15-chunk-last"][0]["upload"]["filekey"]
    said["upload/16-mystashedfiles"] = bot.ask(action="query", list="mystashedfiles", msfprop="size|type")
    said["upload/17-stashimageinfo"] = bot.ask(
        action="query", prop="stashimageinfo", siifilekey=done, siiprop="timestamp|url|size|sha1|mime|metadata|bitdepth"
    )
    said["upload/23-filekey-of-another-user"] = newbie.do(action="upload", filename="Stolen name.png", filekey=done, text=TEXT)
    said["upload/18-publish"] = bot.do(action="upload", filename=name, filekey=done, comment="c", text=TEXT)
    said["upload/19-publish-twice"] = bot.do(action="upload", filename=name, filekey=done, comment="c", text=TEXT)
    said["upload/21-filekey-malformed"] = bot.do(action="upload", filename=name, filekey="../etc/passwd", text=TEXT)
    said["upload/24-checkstatus-unknown"] = bot.do(action="upload", filekey="1abcdefghijk.abcdef.1.jpg", checkstatus=1)
    said["upload/25-stash-single"] = bot.do(("file", picture(4)), action="upload", stash=1, filename="Stash.jpg")
    _asynchronous(bot, said)
    bot.upload("Gone.jpg", picture(6))
    said["upload/40-delete"] = admin.do(action="delete", title="File:Gone.jpg", reason="r")
    for name, wished in {
        "44b-name-double-space": "Double  space.png", "44e-name-colon": "Colon: x.png", "44f-name-slash": "Sla/sh.png",
        "44g-name-hash": "Hash # x.png", "44h-name-percent": "Perc %41.png", "44i-name-entity": "Ent &amp;.png",
        "44j-name-nbsp": "Nb\u00a0sp.png", "44k-name-ltr-mark": "Ltr\u200emark.png", "44m-name-tilde": "Til ~~~.png",
        "44o-name-double-extension": "Dbl.php.png", "46-name-with-file-prefix": "File:Prefixed.png", "44a-name-lowercase": "lower.png",
        "44n-name-emoji": "Emoji 😀.png", "45-name-unicode-nfd": "Cafe\u0301.png", "47-name-extension-uppercase": "Upper.PNG",
    }.items():  # fmt: skip
        said[f"upload/{name}"] = bot.upload(wished, picture(sum(name.encode()), kind="PNG"))
    said["upload/60-titleblacklist-filekey"] = bot.upload("BLACKLISTED x.jpg", picture(7))


def _asynchronous(bot: Client, said: dict[str, Answer]) -> None:
    whole = picture(5, size=(200, 150), kind="PNG")
    half = len(whole) // 2
    said["upload/30-async-chunk-1"] = bot.chunk("Async.png", whole, 0, half, **{"async": 1})
    key = said["upload/30-async-chunk-1"][0]["upload"]["filekey"]
    said["upload/31-async-chunk-last"] = bot.chunk("Async.png", whole, half, len(whole), filekey=key, **{"async": 1})
    said["upload/32-async-checkstatus-assembling"] = bot.do(action="upload", filekey=key, checkstatus=1)
    said["upload/33-async-checkstatus-assembled"] = _poll(bot, key)
    done = said["upload/33-async-checkstatus-assembled"][0]["upload"]["filekey"]
    said["upload/34-async-publish"] = bot.do(action="upload", filename="Async.png", filekey=done, text=TEXT, **{"async": 1})
    said["upload/35-async-checkstatus-publishing"] = bot.do(action="upload", filekey=done, checkstatus=1)
    said["upload/36-async-checkstatus-published"] = _poll(bot, done)
    said["upload/37-async-checkstatus-chunk-filekey-later"] = bot.do(action="upload", filekey=key, checkstatus=1)


def _poll(bot: Client, key: str) -> Answer:
    for _ in range(10):
        answer = bot.do(action="upload", filekey=key, checkstatus=1)
        if answer[0].get("upload", {}).get("result") != "Poll":
            return answer
    raise AssertionError("the job never ends")


def _warnings(bot: Client, admin: Client, said: dict[str, Answer]) -> None:
    first, second = picture(20), picture(21)
    bot.upload("Known.jpg", first)
    said["upload-warnings/01-exists"] = bot.upload("Known.jpg", second)
    key = said["upload-warnings/01-exists"][0]["upload"]["filekey"]
    said["upload-warnings/04-duplicate"] = bot.upload("Other name.jpg", first)
    said["upload-warnings/05-nochange"] = bot.upload("Known.jpg", first)
    said["upload-warnings/06-nochange-ignorewarnings"] = bot.upload("Known.jpg", first, ignorewarnings=1)
    said["upload-warnings/03-exists-ignored"] = bot.do(
        action="upload", filename="Known.jpg", filekey=key, ignorewarnings=1, comment="new version", text="IGNORED"
    )
    said["upload-warnings/07-duplicateversions"] = bot.upload("Known.jpg", first)
    said["upload-warnings/08-exists-normalized"] = bot.upload("Known.JPEG", picture(22))
    gone = picture(23)
    bot.upload("Away.jpg", gone)
    admin.do(action="delete", title="File:Away.jpg", reason="r")
    said["upload-warnings/09-was-deleted"] = bot.upload("Away.jpg", picture(24))
    said["upload-warnings/10-duplicate-archive"] = bot.upload("Back.jpg", gone)
    said["upload-warnings/11-was-deleted-and-duplicate-archive"] = bot.upload("Away.jpg", gone)
    said["upload-errors/02-filetype-missing"] = bot.upload("Noext", gone)
    bot.do(action="edit", title="File:Pageonly.jpg", text="text")
    said["upload-warnings/13-page-exists"] = bot.upload("Pageonly.jpg", picture(25))
    said["upload-warnings/14-thumb"] = bot.upload("120px-Known.jpg", picture(26))
    said["upload-warnings/15-bad-prefix"] = bot.upload("DSC_0001.jpg", picture(27))
    said["upload-warnings/16-emptyfile"] = bot.upload("Empty.jpg", b"")
    whole = picture(28, size=(200, 150), kind="PNG")
    bot.upload("Known2.png", picture(29, kind="PNG"))
    half = len(whole) // 2
    said["upload-warnings/17-exists-in-chunk-1"] = bot.chunk("Known2.png", whole, 0, half)
    key = said["upload-warnings/17-exists-in-chunk-1"][0]["upload"]["filekey"]
    said["upload-warnings/17b-continue-after-warning-in-chunk-1"] = bot.chunk("Known2.png", whole, half, half, filekey=key, ignorewarnings=1)
    said["upload-warnings/18-chunk-1-ignorewarnings"] = bot.chunk("Known2.png", whole, 0, half, ignorewarnings=1)
    said["read/03-allimages-sha1"] = bot.ask(
        action="query", list="allimages", aisha1=_sha1(bot, "File:Known.jpg"), aiprop="sha1|timestamp|url"
    )
    said["read/04-filearchive-sha1"] = bot.ask(action="query", list="filearchive", fasha1=_digest(gone), faprop="sha1|timestamp")
    said["read/02-missing-file"] = bot.ask(action="query", titles="File:No such file at all.jpg", prop="imageinfo", iiprop="sha1")
    said["read/08-titles-normalized"] = bot.ask(action="query", titles="file:Known.jpg", redirects=1)
    said["read/09-continue"] = bot.ask(action="query", list="allimages", ailimit=2)
    said["read/10-toomanyvalues"] = bot.ask(action="query", titles="|".join(f"T{n}" for n in range(501)))
    said["read/11-usercontribs"] = bot.ask(
        action="query", list="usercontribs", ucuser="PipelineBot", uclimit=2, ucprop="ids|title|timestamp|comment|size|tags"
    )
    said["read/12-purge"] = bot.ask(action="purge", titles="File:Known.jpg", forcelinkupdate=1)
    said["read/07-logevents-upload"] = bot.ask(action="query", list="logevents", letype="upload", lelimit=3)
    said["mediainfo/52-pageid-lookup"] = bot.ask(action="query", titles="File:Direct.jpg", prop="info|imageinfo", iiprop="sha1|size")


def _digest(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _sha1(bot: Client, title: str) -> str:
    pages = bot.ask(action="query", titles=title, prop="imageinfo", iiprop="sha1")[0]["query"]["pages"]
    return str(next(iter(pages.values()))["imageinfo"][0]["sha1"])


def _errors(wiki: SandboxWiki, bot: Client, newbie: Client, said: dict[str, Answer]) -> None:
    said["upload-errors/01-filetype-banned"] = bot.upload("Virus.exe", b"MZ" * 100)
    said["upload-errors/03-verification-mime-mismatch"] = bot.upload("Mismatch.jpg", picture(40, kind="PNG"))
    said["upload-errors/04-verification-html"] = bot.upload("Html.jpg", b"<html><body>x</body></html>")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
    said["upload-errors/05-svg-script"] = bot.upload("Script.svg", svg)
    said["upload-errors/06-svg-broken"] = bot.upload("Broken.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><g></svg>')
    whole = picture(41, size=(200, 150))
    said["upload-errors/07-truncated-jpeg"] = bot.upload("Truncated.jpg", whole[: len(whole) // 2])
    said["upload-errors/08-filename-tooshort"] = bot.upload(".jpg", picture(42))
    said["upload-errors/09-illegal-filename"] = bot.upload("A<b>[c]|.jpg", picture(43))
    said["upload-errors/10-filename-toolong"] = bot.upload("L" * 240 + ".jpg", picture(44))
    said["upload-errors/13-nofile"] = bot.do(action="upload", filename="Nofile.jpg", text=TEXT)
    said["upload-errors/14-nofilename"] = bot.do(("file", picture(45)), action="upload", text=TEXT)
    said["upload-errors/15-two-sources"] = bot.upload("x y.jpg", picture(46), filekey="1abc.def.1.jpg")
    said["upload-errors/18-file-not-multipart"] = bot.do(action="upload", filename="Plain.jpg", file="abc", text=TEXT)
    text = b"only text " * 360
    said["upload-errors/22-chunks-do-not-make-a-file"] = bot.chunk("Textchunk.jpg", text, 0, len(text))
    with wiki.seeding() as seed:
        seed.protect("File:Direct.jpg")
    said["upload-errors/20-protected-file"] = newbie.upload("Direct.jpg", picture(47), ignorewarnings=1)


def _faults(wiki: SandboxWiki, bot: Client, said: dict[str, Answer]) -> None:
    with wiki.seeding() as seed:
        for kind in ("maxlag", "readonly"):
            seed.fault(kind, action="edit")
        seed.fault("ratelimited", action="edit")
        seed.fault("ratelimited", action="wbeditentity")
    write = {"action": "edit", "title": "User:PipelineBot/lag", "text": "x"}
    said["maxlag/02-maxlag-edit"] = bot.do(**write, maxlag=5)
    said["maxlag/10-readonly-edit"] = bot.do(**write)
    said["ratelimit/01-ratelimited-edit"] = bot.do(**write)
    said["maxlag/06-maxlag-ok"] = (bot.do(**write), bot.do(**{**write, "text": "y"}, maxlag=5))[1]
    said["mediainfo-errors/52-ratelimited"] = bot.edit_entity("Q146", label("en", "x"))


def _mediainfo(bot: Client, admin: Client, said: dict[str, Answer]) -> None:
    bot.upload("Sdc.jpg", picture(60))
    entity = "M" + bot.page_id("File:Sdc.jpg")
    said["mediainfo/01-get-before-any-data"] = bot.ask(action="wbgetentities", ids=entity)
    said["mediainfo/02-get-no-such-page"] = bot.ask(action="wbgetentities", ids="M99999999")
    said["mediainfo/03-get-not-a-file"] = bot.ask(action="wbgetentities", ids="M1")
    said["mediainfo/04-get-by-title"] = bot.ask(action="wbgetentities", sites="commonswiki", titles="File:Sdc.jpg")
    said["mediainfo/60-client-guid-first"] = bot.edit_entity(entity, {"claims": [item("P180", "Q146", id=f"{entity}${GUID}")]})
    said["mediainfo/61-client-guid-retry"] = bot.edit_entity(entity, {"claims": [item("P180", "Q146", id=f"{entity}${GUID}")]})
    said["mediainfo/62-client-guid-lowercase"] = bot.edit_entity(entity, {"claims": [item("P180", "Q146", id=f"{entity}${GUID.lower()}")]})
    said["mediainfo/63-baserevid-zero-on-existing"] = bot.edit_entity(entity, label("en", "zero"), baserevid=0)
    qualified = item("P6216", "Q19652", qualifiers={"P1001": [item("P1001", "Q30")["mainsnak"]]})
    bot.edit_entity(entity, {"claims": [{**qualified, "references": [{"snaks": {"P854": [snak("P854", "https://example.org/r", "string")]}}]}]})
    said["mediainfo/11-edit-label-only"] = bot.edit_entity(entity, label("en", "A better caption"))
    base = said["mediainfo/11-edit-label-only"][0]["entity"]["lastrevid"]
    bot.edit_entity(entity, label("en", "Caption of somebody else"))
    said["mediainfo/20-editconflict-same-label"] = bot.edit_entity(entity, label("en", "Mine"), baserevid=base)
    said["mediainfo/21-stale-baserevid-other-part"] = bot.edit_entity(entity, label("fr", "Une image"), baserevid=base)
    said["mediainfo/22-baserevid-unknown"] = bot.edit_entity(entity, label("fr", "Autre"), baserevid=99999999)
    said["mediainfo/23-baserevid-of-another-page"] = bot.edit_entity(entity, label("fr", "Autre"), baserevid=1)
    said["mediainfo/24-baserevid-after-wikitext-edit"] = bot.edit_entity(entity, label("it", "Immagine"), baserevid=base)
    said["mediainfo/06-get"] = bot.ask(action="wbgetentities", ids=entity)
    said["mediainfo/07-slot-content"] = bot.ask(
        action="query", titles="File:Sdc.jpg", prop="revisions", rvslots="*", rvprop="ids|content|slotsize|slotsha1|timestamp|comment"
    )
    said["mediainfo/26-clear"] = bot.edit_entity(entity, label("en", "Only this"), clear=1)
    said["mediainfo/27-clear-to-empty"] = bot.edit_entity(entity, {}, clear=1)
    said["mediainfo/28-get-after-clear"] = bot.ask(action="wbgetentities", ids=entity)
    said["mediainfo/30-wbsetlabel"] = bot.do(action="wbsetlabel", id=entity, language="en", value="By wbsetlabel")
    value = json.dumps({"entity-type": "item", "id": "Q146", "numeric-id": 146})
    said["mediainfo/33-wbcreateclaim"] = bot.do(action="wbcreateclaim", entity=entity, property="P180", snaktype="value", value=value)
    guid = said["mediainfo/33-wbcreateclaim"][0]["claim"]["id"]
    said["mediainfo/39-wbremoveclaims"] = bot.do(action="wbremoveclaims", claim=guid)
    said["mediainfo/40-wbremoveclaims-again"] = bot.do(action="wbremoveclaims", claim=guid)
    said["mediainfo/58-edit-by-site-title"] = bot.do(
        action="wbeditentity", site="commonswiki", title="File:Sdc.jpg", data=json.dumps(label("en", "x"))
    )
    said["mediainfo-lifecycle/01-move"] = bot.do(**{"action": "move", "from": "File:Sdc.jpg", "to": "File:Sdc moved.jpg", "reason": "r"})
    admin.do(action="delete", title="File:Sdc moved.jpg", reason="r")
    said["mediainfo-lifecycle/05-get-after-delete"] = bot.ask(action="wbgetentities", ids=entity)
    said["mediainfo-lifecycle/06-edit-after-delete"] = bot.edit_entity(entity, label("en", "x"))
    said["mediainfo-lifecycle/07-undelete"] = admin.do(action="undelete", title="File:Sdc moved.jpg", reason="r")


def _entity_errors(wiki: SandboxWiki, bot: Client, newbie: Client, said: dict[str, Answer]) -> None:
    bot.upload("Bad.jpg", picture(70))
    entity = "M" + bot.page_id("File:Bad.jpg")
    time = {"time": "+2026-01-02T00:00:00Z", "timezone": 0, "before": 0, "after": 0, "precision": 11}
    gregorian = {**time, "calendarmodel": "http://www.wikidata.org/entity/Q1985727"}
    coordinate = {"latitude": 200, "longitude": 13.4, "globe": "http://www.wikidata.org/entity/Q2"}
    cases: dict[str, Any] = {
        "03-invalid-id": ("X12", {}), "01-no-such-entity": ("M99999999", label("en", "x")), "02-not-a-file": ("M1", label("en", "x")),
        "04-invalid-json": (entity, "{not json"), "07-label-too-long": (entity, label("en", "x" * 251)),
        "08-unknown-language": (entity, label("xx-nope", "x")),
        "09-language-mismatch": (entity, {"labels": {"en": {"language": "de", "value": "x"}}}),
        "13-unknown-property": (entity, {"claims": [claim("P19999", "x")]}),
        "14-unknown-item-value": (entity, {"claims": [item("P180", "Q199999999")]}),
        "15-value-type-mismatch": (entity, {"claims": [claim("P180", "Q146")]}),
        "16-bad-datavalue": (entity, {"claims": [claim("P180", 1, "nosuch")]}),
        "17-no-mainsnak": (entity, {"claims": [{"type": "statement", "rank": "normal"}]}),
        "18-no-rank-type": (entity, {"claims": [{"mainsnak": item("P180", "Q146")["mainsnak"]}]}),
        "19-time-with-hours": (entity, {"claims": [claim("P571", {**gregorian, "time": "+2026-01-02T10:20:30Z"}, "time")]}),
        "21-time-malformed": (entity, {"claims": [claim("P571", {**gregorian, "time": "2026-01-02T00:00:00Z"}, "time")]}),
        "22-time-calendar": (entity, {"claims": [claim("P571", {**time, "calendarmodel": "Q1985727"}, "time")]}),
        "23-coordinate-out-of-range": (entity, {"claims": [claim("P1259", {**coordinate, "precision": 0.0001}, "globecoordinate")]}),
        "24-coordinate-no-precision": (entity, {"claims": [claim("P1259", coordinate, "globecoordinate")]}),
        "25-quantity-no-sign": (entity, {"claims": [claim("P2048", {"amount": "240", "unit": "1"}, "quantity")]}),
        "26-quantity-bad-unit": (entity, {"claims": [claim("P2048", {"amount": "+240", "unit": "pixel"}, "quantity")]}),
        "27-url-malformed": (entity, {"claims": [claim("P973", "example.org/x")]}),
        "28-string-trailing-space": (entity, {"claims": [claim("P2093", " A ")]}),
        "29-string-too-long": (entity, {"claims": [claim("P2093", "x" * 1501)]}),
        "30-string-empty": (entity, {"claims": [claim("P2093", "")]}),
        "31-monolingual-language": (entity, {"claims": [claim("P1476", {"text": "T", "language": "nope-nope"}, "monolingualtext")]}),
        "32-bad-guid": (entity, {"claims": [item("P180", "Q146", id=f"M1${GUID}")]}),
        "35-remove-unknown-guid": (entity, {"claims": [{"id": f"{entity}$99999999-2222-4333-8444-666666666666", "remove": ""}]}),
        "36-bad-qualifier": (entity, {"claims": [item("P180", "Q146", qualifiers={"P1545": [item("P1545", "Q5")["mainsnak"]]})]}),
        "37-statements-key": (entity, {"statements": [item("P180", "Q515")]}),
        "38-one-bad-among-good": (entity, {**label("sv", "Bild"), "claims": [item("P180", "Q146"), claim("P571", "x")]}),
        "45-abusefilter": (entity, label("en", "ABUSEFILTER-DISALLOW")),
    }  # fmt: skip
    bot.edit_entity(entity, {**label("en", "x"), "descriptions": {"en": {"language": "en", "value": "x"}}})
    said["mediainfo-errors/05-not-an-object"] = bot.edit_entity(entity, "[]")
    said["mediainfo-errors/10-label-newline"] = bot.edit_entity(entity, label("en", "a\nb"))
    said["mediainfo-errors/11-label-empty"] = bot.edit_entity(entity, label("en", ""))
    for name, (target, data) in cases.items():
        said[f"mediainfo-errors/{name}"] = bot.edit_entity(target, data)
    bad = {"claims": [claim("P19999", "x")]}
    said["mediainfo-errors/57-errorformat-fv2"] = bot.edit_entity(entity, bad, formatversion=2, errorformat="plaintext")
    said["mediainfo-errors/58-error-fv2"] = bot.edit_entity(entity, bad, formatversion=2)
    said["mediainfo-errors/42-both-id-and-new"] = bot.edit_entity(entity, {}, new="item")
    said["mediainfo-errors/43-new-mediainfo"] = bot.do(action="wbeditentity", new="mediainfo", data="{}")
    said["mediainfo-errors/44-no-data"] = bot.do(action="wbeditentity", id=entity)
    said["mediainfo-errors/48-badtags"] = bot.edit_entity(entity, label("da", "Billede"), tags="no-such-tag")
    with wiki.seeding() as seed:
        seed.protect("File:Bad.jpg")
    said["mediainfo-errors/53-protected"] = newbie.edit_entity(entity, label("pl", "c"))
    said["mediainfo-errors/56-too-many-ids"] = bot.ask(action="wbgetentities", ids="|".join(f"Q{n}" for n in range(1, 502)))


def _items(bot: Client, said: dict[str, Answer]) -> None:
    data = {**label("en", "An item"), "descriptions": {"en": {"language": "en", "value": "d"}}}
    said["entity/01-new-item"] = bot.do(action="wbeditentity", new="item", data=json.dumps(data))
    said["entity/02-label-description-not-unique"] = bot.do(action="wbeditentity", new="item", data=json.dumps(data))
    said["entity/05-property-label-taken"] = bot.do(
        action="wbeditentity", new="property", data=json.dumps({"datatype": "string", **label("en", "depicts")})
    )
    said["entity/06-new-property-no-datatype"] = bot.do(action="wbeditentity", new="property", data=json.dumps(label("en", "zzz")))
    said["entity/07-wbsearchentities-property"] = bot.ask(action="wbsearchentities", search="depicts", language="en", type="property")
    said["entity/08-wbsearchentities-item"] = bot.ask(action="wbsearchentities", search="house cat", language="en", type="item", limit=3)
    said["entity/09-wbsearchentities-none"] = bot.ask(action="wbsearchentities", search="qqqqzzzz", language="en")
    said["entity/10-wbgetentities-missing"] = bot.ask(
        action="wbgetentities", ids="P180|Q146|Q199999999", props="labels|datatype", languages="en"
    )
    said["entity/11-wbgetentities-invalid"] = bot.ask(action="wbgetentities", ids="Z1")
    said["entity/14-meta-wikibase"] = bot.ask(action="query", meta="wikibase")
