"""More of the conversation with the sandbox wiki (`tests/contract/wiki/conftest.py`), each step named like its recording."""

from __future__ import annotations

from typing import Any

from wiki_session import TEXT, Answer, Client, item, label, picture

from glamflow.sandbox.wiki import SandboxWiki

GUID = "7E1D5A10-3333-4333-8444-0123456789AB"
PROPS = "info|labels|claims"
Said = dict[str, Answer]


def second_act(wiki: SandboxWiki, bot: Client, newbie: Client, admin: Client, said: Said) -> None:
    """All further scenes; each makes its own pages."""
    _filters(bot, said)
    _sessions(wiki, bot, newbie, said)
    _waiting(wiki, bot, newbie, said)
    _names_and_keys(wiki, bot, newbie, said)
    _more_chunks(bot, said)
    _data(wiki, bot, said)
    _life(bot, admin, said)


def _upload(bot: Client, name: str, seed: int, text: str, **more: Any) -> Answer:
    return bot.do(("file", picture(seed)), action="upload", filename=name, text=text, **more)


def _stash(bot: Client, name: str, seed: int) -> str:
    return str(bot.do(("file", picture(seed)), action="upload", stash=1, filename=name)[0]["upload"]["filekey"])


def _publish(bot: Client, name: str, key: str, said: str = TEXT, **more: Any) -> Answer:
    return bot.do(action="upload", filename=name, filekey=key, comment="c", text=said, **more)


def _filters(bot: Client, said: Said) -> None:
    said["abusefilter/04-edit-tagged"] = bot.do(action="edit", title="Project:AF2", text="ABUSEFILTER-TAG")
    said["abusefilter/05-upload-disallowed"] = _upload(bot, "Af one.jpg", 100, "ABUSEFILTER-DISALLOW")
    said["abusefilter/06-upload-warning"] = _upload(bot, "Af two.jpg", 101, "ABUSEFILTER-WARN")
    said["abusefilter/07-upload-warning-repeat"] = _upload(bot, "Af two.jpg", 101, "ABUSEFILTER-WARN")
    key = _stash(bot, "Af three.jpg", 102)
    said["abusefilter/08-publish-disallowed"] = _publish(bot, "Af three.jpg", key, "ABUSEFILTER-DISALLOW")
    said["abusefilter/09-publish-retry-same-filekey"] = _publish(bot, "Af three.jpg", key)
    said["abusefilter/10-stash-disallowed-title"] = bot.do(("file", picture(103)), action="upload", stash=1, filename="ABUSEFILTER-DISALLOW.jpg")
    key = _stash(bot, "Af async.jpg", 104)
    said["abusefilter/11-async-publish-poll"] = _publish(bot, "Af async.jpg", key, "ABUSEFILTER-DISALLOW", **{"async": 1})
    for _ in range(5):
        said["abusefilter/12-async-publish-failed"] = bot.do(action="upload", filekey=key, checkstatus=1)


def _sessions(wiki: SandboxWiki, bot: Client, newbie: Client, said: Said) -> None:
    said["auth/08-userinfo"] = bot.ask(action="query", meta="userinfo", uiprop="rights|groups|ratelimits|blockinfo|hasmsg|options|editcount")
    said["auth/20-session-lost-upload"] = Client(wiki).ask(
        ("chunk", bytes(2000)), action="upload", stash=1, filename="Lost.jpg", filesize=4000, offset=0, token=bot.token
    )
    said["edit/15-anonymous-permission"] = Client(wiki).upload("A.png", picture(105, kind="PNG"))
    said["edit/18-appendtext-section"] = bot.do(action="edit", title="User:PipelineBot/new", section="new", sectiontitle="S", appendtext="body")
    said["edit/19-redirect-move"] = bot.do(
        **{"action": "move", "from": "User:PipelineBot/new", "to": "User:PipelineBot/moved", "reason": "r", "noredirect": 1}
    )
    with wiki.seeding() as seed:
        seed.block("Newbie", "test")
    said["edit/16-blocked"] = newbie.do(action="edit", title="User:Newbie/b", text="q")
    said["edit/17-blocked-upload"] = newbie.upload("Blocked one.png", picture(106, kind="PNG"))
    with wiki.seeding() as seed:
        seed.block("Newbie")


def _waiting(wiki: SandboxWiki, bot: Client, newbie: Client, said: Said) -> None:
    with wiki.seeding() as seed:
        seed.fault("maxlag", action="query", data={"lag": 7.3})
        seed.fault("maxlag", action="upload")
        seed.fault("readonly", action="upload")
        seed.fault("ratelimited", action="upload")
        for kind in ("maxlag", "readonly", "badtoken"):
            seed.fault(kind, action="wbeditentity")
    said["maxlag/03-maxlag-fv2"] = bot.ask(action="query", meta="siteinfo", maxlag=5, formatversion=2)
    said["maxlag/04-maxlag-upload"] = bot.upload("Lagged.png", picture(107, kind="PNG"), maxlag=5)
    said["maxlag/11-readonly-upload"] = bot.upload("Readonly.png", picture(108, kind="PNG"))
    said["ratelimit/02-ratelimited-upload"] = bot.upload("Limited.png", picture(109, kind="PNG"))
    said["mediainfo-errors/50-maxlag"] = bot.edit_entity("Q146", label("en", "x"), maxlag=5)
    said["mediainfo-errors/51-readonly"] = bot.edit_entity("Q146", label("en", "x"))
    said["mediainfo-errors/40-badtoken"] = bot.edit_entity("Q146", label("en", "x"))
    said["mediainfo-errors/41-no-token"] = bot.ask(action="wbeditentity", id="Q146", data="{}")
    said["maxlag/05-no-maxlag-while-lagged"] = bot.do(action="edit", title="User:PipelineBot/no lag", text="x")
    said["ratelimit/00-ok"] = newbie.do(action="edit", title="User:Newbie/ok", text="x")
    said["ratelimit/02a-upload-ok"] = newbie.upload("Newbie one.png", picture(110, kind="PNG"))
    said["ratelimit/03-stash-while-limited"] = newbie.do(("file", picture(111)), action="upload", stash=1, filename="Newbie stash.jpg")
    said["ratelimit/04-chunk-while-limited"] = newbie.chunk("Newbie chunk.jpg", picture(112, size=(300, 200)), 0, 3000)


def _names_and_keys(wiki: SandboxWiki, bot: Client, newbie: Client, said: Said) -> None:
    for number, (name, wished) in enumerate({
        "44-name-with-underscores-lowercase": "lower_case  name.png", "44c-name-underscores": "Under_score.png",
        "44d-name-trailing-space": "Trailing .png", "44l-name-apostrophe-quote": 'It\'s "q"? (a, b).png',
        "44p-name-double-extension-ok": "Dbl.v1.2.png",
    }.items()):  # fmt: skip
        said[f"upload/{name}"] = bot.upload(wished, picture(120 + number, kind="PNG"))
    said["upload-warnings/12-badfilename"] = bot.upload("Bad:name/with?.jpg", picture(130))
    unknown = "1abcdefghijk.abcdef.1.jpg"
    said["upload/20-filekey-unknown"] = _publish(bot, "Unknown.jpg", unknown)
    said["upload/22-chunk-filekey-unknown"] = bot.chunk("Unknown.jpg", picture(131, size=(300, 200)), 3000, 3000, filekey=unknown)
    said["upload/26-stash-single-publish"] = _publish(bot, "Stashed once.jpg", _stash(bot, "Stashed once.jpg", 132))
    said["upload/41-upload-with-tags"] = bot.upload("Tags.png", picture(133, kind="PNG"), tags="no-such-tag")
    said["upload/42-upload-no-text-with-comment"] = bot.do(("file", picture(134)), action="upload", filename="Notext.jpg", comment="Only a comment")
    said["upload/43-upload-no-text-page"] = bot.ask(
        action="query", titles="File:Notext.jpg", prop="revisions", rvprop="content|comment|size", rvslots="main"
    )
    refused = bot.upload("BLACKLISTED thing.jpg", picture(135))
    said["upload-errors/11-titleblacklist"] = refused
    said["upload-errors/12-titleblacklist-user"] = newbie.upload("BLACKLISTED thing.jpg", picture(136))
    said["upload/61-publish-it-under-another-name"] = _publish(bot, "Renamed.jpg", refused[0]["error"]["filekey"])
    with wiki.seeding() as seed:
        seed.protect("File:Protected title.jpg")
    said["upload-errors/21-protected-title"] = newbie.upload("Protected title.jpg", picture(137))
    twice = picture(138)
    bot.upload("Twice.jpg", twice)
    said["upload-warnings/04-duplicate-fv2"] = bot.upload("Twice again.jpg", twice, formatversion=2)
    said["upload-warnings/02-exists-stash-then-ignore"] = bot.upload("Twice.jpg", picture(139))


def _more_chunks(bot: Client, said: Said) -> None:
    whole = picture(150, size=(300, 200), kind="PNG")
    half = len(whole) // 2
    said["upload-errors/16-chunk-without-filesize"] = bot.do(("chunk", bytes(2000)), action="upload", stash=1, filename="Nosize.jpg", offset=0)
    said["upload-errors/17-chunk-without-stash"] = bot.do(("chunk", bytes(2000)), action="upload", filename="Nostash.jpg", filesize=4000, offset=0)
    first = bot.chunk("Again.png", whole, 0, half)[0]["upload"]["filekey"]
    bot.chunk("Again.png", whole, half, len(whole), filekey=first)
    said["upload/15c-chunk-2-again-after-assembly"] = bot.chunk("Again.png", whole, half, 1500, filekey=first)
    bot.upload("Self.png", picture(151, kind="PNG"))
    said["upload/62-chunk-1-ignorewarnings"] = bot.chunk("Self.png", whole, 0, half, ignorewarnings=1)
    key = said["upload/62-chunk-1-ignorewarnings"][0]["upload"]["filekey"]
    said["upload/63-chunk-last-ignorewarnings"] = bot.chunk("Self.png", whole, half, len(whole), filekey=key, ignorewarnings=1)
    done = said["upload/63-chunk-last-ignorewarnings"][0]["upload"]["filekey"]
    said["upload/64-publish-without-ignorewarnings"] = _publish(bot, "Self.png", done)
    said["upload/65-publish-same-filekey-other-name"] = _publish(bot, "Free.png", done)
    other = picture(152, size=(300, 200), kind="PNG")
    key = bot.chunk("Late.png", other, 0, half, ignorewarnings=1, **{"async": 1})[0]["upload"]["filekey"]
    bot.chunk("Late.png", other, half, len(other), filekey=key, ignorewarnings=1, **{"async": 1})
    answer: dict[str, Any] = {}
    while answer.get("upload", {}).get("result") != "Success":
        answer = bot.do(action="upload", filekey=key, checkstatus=1)[0]
    done = answer["upload"]["filekey"]
    _publish(bot, "Late.png", done, TEXT, **{"async": 1})
    said["upload/38-async-publish-again"] = _publish(bot, "Late.png", done, TEXT, **{"async": 1})
    for _ in range(5):
        said["upload/39-async-publish-again-status"] = bot.do(action="upload", filekey=done, checkstatus=1)


def _data(wiki: SandboxWiki, bot: Client, said: Said) -> None:
    lost = picture(160)
    bot.upload("Seq.jpg", lost)
    said["mediainfo/50-lost-answer-retry-upload"] = bot.upload("Seq.jpg", lost)
    entity = "M" + bot.page_id("File:Seq.jpg")
    page = bot.ask(action="query", titles="File:Seq.jpg", prop="info", formatversion=2)[0]["query"]["pages"][0]
    said["mediainfo/53-first-edit-with-baserevid-of-page"] = bot.edit_entity(entity, label("en", "Seq"), baserevid=page["lastrevid"])
    base = said["mediainfo/53-first-edit-with-baserevid-of-page"][0]["entity"]["lastrevid"]
    bot.edit_entity(entity, label("en", "two"))
    said["mediainfo/70-stale-baserevid-own-edit-between"] = bot.edit_entity(entity, label("en", "three"), baserevid=base)
    bot.upload("Zero.jpg", picture(161))
    zero = "M" + bot.page_id("File:Zero.jpg")
    said["mediainfo/54-first-edit-baserevid-zero"] = bot.edit_entity(zero, label("en", "Seq"), baserevid=0)
    bot.upload("Described.jpg", picture(162))
    third = "M" + bot.page_id("File:Described.jpg")
    description = {"descriptions": {"en": {"language": "en", "value": "d"}}}
    said["mediainfo/71-descriptions-on-new-entity"] = bot.edit_entity(third, description)
    bot.upload("Parallel.jpg", picture(163))
    fourth = "M" + bot.page_id("File:Parallel.jpg")
    said["mediainfo/64-parallel-writers-success"] = bot.edit_entity(fourth, {"claims": [item("P180", "Q146")]})
    same = said["mediainfo/64-parallel-writers-success"][0]["entity"]["lastrevid"]
    said["mediainfo/65-parallel-writers-result"] = bot.ask(action="wbgetentities", ids=fourth)
    bot.edit_entity(fourth, description, baserevid=same)
    said["mediainfo-errors/33-guid-own-new"] = bot.edit_entity(fourth, {"claims": [item("P180", "Q515", id=f"{fourth}${GUID}")]})
    said["mediainfo-errors/46-abusefilter-warning"] = bot.edit_entity(fourth, label("en", "ABUSEFILTER-WARN"))
    said["mediainfo-errors/55-anonymous"] = Client(wiki).edit_entity(fourth, label("en", "x"), **{"assert": "user"})


def _life(bot: Client, admin: Client, said: Said) -> None:
    bot.upload("Life.jpg", picture(170))
    entity = "M" + bot.page_id("File:Life.jpg")
    bot.edit_entity(entity, {**label("en", "Life"), "claims": [item("P180", "Q146")]})
    bot.do(**{"action": "move", "from": "File:Life.jpg", "to": "File:Life moved.jpg", "reason": "r"})
    said["mediainfo-lifecycle/02-get-after-move"] = bot.ask(action="wbgetentities", ids=entity, props=PROPS)
    said["mediainfo-lifecycle/03-new-file-version"] = bot.upload("Life moved.jpg", picture(171), ignorewarnings=1)
    said["mediainfo-lifecycle/04-get-after-new-version"] = bot.ask(action="wbgetentities", ids=entity, props=PROPS)
    admin.do(action="delete", title="File:Life moved.jpg", reason="r")
    admin.do(action="undelete", title="File:Life moved.jpg", reason="r")
    said["mediainfo-lifecycle/08-get-after-undelete"] = bot.ask(action="wbgetentities", ids=entity)
