"""One file: fetched, looked at to its last byte, made fit where the partner file says how, asked for notices, kept.

What a file says inside about rights is decided once per text and partner: a text that nobody decided holds the file with
EMBEDDED_NOTICE and stands among the partner's open terms (kind `embedded_rights`). Personal data inside are listed with the
file; `media.exif` says whether they are published or left out.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from glamflow.ledger.rows import Claim, StagedMedia, StoredFile
from glamflow.media.derive import CONVERTIBLE, STRIPPABLE, Derivation, convert, note_of, strip
from glamflow.media.fetch import Fetched, MediaFault, keep_file
from glamflow.media.fingerprint import Fingerprint, fingerprint
from glamflow.media.iiif_fetch import FetchedImage, fetch_image
from glamflow.media.inspect import inspect
from glamflow.media.inspection import Inspection, Verdict
from glamflow.media.thumbnail import make_thumbnail
from glamflow.partner import Partner
from glamflow.steps.book import Page, obtain_book
from glamflow.steps.deps import Deps
from glamflow.steps.heartbeat import Heartbeat
from glamflow.steps.material import Material
from glamflow.steps.near import NOT_COMPARED
from glamflow.steps.refetch import fetch_anew, source_of
from glamflow.store import layout
from glamflow.transforms.outcome import Reason
from glamflow.transforms.paged_work import paged_work
from glamflow.transforms.rights.decide import decide
from glamflow.transforms.rights.decision import Verdict as RightsVerdict
from glamflow.transforms.rights.notices import TERM_KIND, open_notices, rights_texts

_KIND_OF = {"tiff": "image/tiff", "jpeg": "image/jpeg"}


@dataclass(frozen=True)
class Looked:
    """The bytes that would be published, and what was seen in them."""

    fetched: Fetched
    found: Inspection
    thumbnail: bytes = b""
    facts: dict[str, Any] = field(default_factory=dict)


def stage_file(deps: Deps, claim: Claim, config: Partner, file: StoredFile, session: Any, material: Material | None) -> str:
    """Bring one listed file to STAGED, or out with its reason; what became of it in a word."""
    beat = Heartbeat(deps, claim)
    obtained = _obtain(deps, config, file, session, material, beat)
    beat.before_checking()
    if isinstance(obtained, MediaFault):
        if obtained.transient:
            return "waiting_for_source"
        deps.ledger.hold_files(claim, [file.id], obtained.reason, detail=obtained.detail[:500], stage="stage")
        return "held"
    fetched, facts = obtained
    looked = _made_fit(deps, config, look(deps, config, fetched, facts))
    if config.media.transcode and looked.found.reason is Reason.NEEDS_TRANSCODE:
        deps.store.put(layout.film_waiting(config.slug, file.id), msgspec.json.encode(fetched))
        return "to_transcode"
    return settle(deps, claim, config, file, looked, material)


def settle(deps: Deps, claim: Claim, config: Partner, file: StoredFile, looked: Looked, material: Material | None) -> str:
    """What was seen in the bytes decides: STAGED, or out with its reason; in a word."""
    found = looked.found
    if found.verdict is not Verdict.OK:
        move = deps.ledger.hold_files if found.verdict is Verdict.HELD else deps.ledger.reject_files
        move(claim, [file.id], str(found.reason), detail=found.detail[:500], stage="stage")
        return str(found.verdict)
    against = _notice(deps, config, found, material) or _personal(config, found)
    if against:
        deps.ledger.hold_files(claim, [file.id], against[0], detail=against[1][:500], stage="stage")
        return "held"
    marks = fingerprint(looked.thumbnail) if file.role not in NOT_COMPARED else Fingerprint()
    deps.ledger.stage(claim, file.id, _staged(looked, marks))
    return "staged"


def look_again(deps: Deps, config: Partner, fetched: Fetched, file: StoredFile, material: Material | None) -> StagedMedia | tuple[Reason, str]:
    """Other bytes that the source offers for a published file, looked at like new ones; or what stands against them."""
    looked = _made_fit(deps, config, look(deps, config, fetched, {}))
    found = looked.found
    if found.verdict is not Verdict.OK:
        return found.reason or Reason.MEDIA_CHANGED, found.detail
    against = _notice(deps, config, found, material) or _personal(config, found)
    if against:
        return against
    return _staged(looked, fingerprint(looked.thumbnail) if file.role not in NOT_COMPARED else Fingerprint())


def _obtain(
    deps: Deps, config: Partner, file: StoredFile, session: Any, material: Material | None, beat: Heartbeat
) -> tuple[Fetched, dict[str, Any]] | MediaFault:
    """The bytes: put together from pages where the partner wants one PDF of them, from the image service if there is one and the
    partner wants the largest picture, else from the link."""
    policy, partials = config.media, deps.settings.home / "partials"
    work = paged_work(material.record.media, policy) if material else None
    if work is not None and material is not None and work.carrier.id == material.medium.id:
        return obtain_book(deps, config, work, session, beat, look_at=lambda page: _look_at_page(deps, config, page, material))
    service = material.medium.iiif_service if material else ""
    if service and policy.select == "largest":
        image = fetch_image(
            service, deps.store, partner=config.slug, session=session, tiles=policy.iiif_tiles, allow_hosts=policy.allow_hosts,
            max_bytes=policy.max_bytes, partials=partials, beat=beat,
        )  # fmt: skip
        if isinstance(image, FetchedImage):
            return image.fetched, {"iiif": image.facts}
        if image.transient or not file.url:
            return image
    stated = material.medium.sha1 if material else ""
    got = fetch_anew(deps, config, file, session, beat=beat, expected_sha1=stated)
    return got if isinstance(got, MediaFault) else (got, {})


def _look_at_page(deps: Deps, config: Partner, fetched: Fetched, material: Material) -> tuple[Page, tuple[Reason, str] | None]:
    """One page of a book, judged like a file of its own."""
    looked = _made_fit(deps, config, look(deps, config, fetched, {}))
    found = looked.found
    page = Page(looked.fetched, found.mime, found.personal)
    if found.verdict is not Verdict.OK:
        return page, (found.reason or Reason.PAGES_UNFIT, found.detail)
    return page, _notice(deps, config, found, material) or _personal(config, found)


def look(deps: Deps, config: Partner, fetched: Fetched, facts: dict[str, Any]) -> Looked:
    """Inspect stored bytes; what was found and a thumbnail are kept beside them."""
    with deps.store.local_path(fetched.key) as path:
        found = inspect(Path(path), name=fetched.name)
        thumbnail = make_thumbnail(Path(path)) if found.verdict is Verdict.OK else b""
    deps.store.put(layout.media_inspection(config.slug, fetched.sha256), msgspec.json.encode(found))
    if thumbnail:
        deps.store.put(layout.media_thumbnail(config.slug, fetched.sha256), thumbnail, content_type="image/jpeg")
    if "iiif" in facts and found.width:
        facts = {**facts, "iiif": {**facts["iiif"], "obtained": [found.width, found.height]}}
    return Looked(fetched, found, thumbnail, facts)


def _made_fit(deps: Deps, config: Partner, looked: Looked) -> Looked:
    """A converted or stripped copy where the partner file asks for one; else what came."""
    found, policy = looked.found, config.media
    if policy.convert and found.mime in CONVERTIBLE and found.reason is Reason.TYPE_NOT_ACCEPTED:
        return _derived(deps, config, looked, kind="convert", mime=_KIND_OF[policy.convert])
    if policy.exif == "strip" and found.personal and found.verdict is Verdict.OK and found.mime in STRIPPABLE:
        return _derived(deps, config, looked, kind="strip", mime=found.mime)
    return looked


def _derived(deps: Deps, config: Partner, looked: Looked, *, kind: str, mime: str) -> Looked:
    found, fetched = looked.found, looked.fetched
    with tempfile.TemporaryDirectory(prefix="glamflow-") as folder, deps.store.local_path(fetched.key) as path:
        target = Path(folder) / "made"
        if kind == "convert":
            how = convert(Path(path), target, to=config.media.convert)
        else:
            how = "metadata blocks left out" if strip(Path(path), target, mime=mime, orientation=found.orientation) else ""
        if not how:
            return looked
        removed = found.personal if kind == "strip" else ()
        return keep_copy(deps, config, looked, target, kind=kind, mime=mime, how=how, removed=removed)


def keep_copy(
    deps: Deps, config: Partner, looked: Looked, made: Path, *, kind: str, mime: str, how: str, removed: tuple[str, ...] = ()
) -> Looked:
    """Store a copy that was made of the original, with the note of how, and look at it like at any other file."""
    fetched = looked.fetched
    derivation = Derivation(
        kind=kind, from_sha256=fetched.sha256, from_sha1=fetched.sha1, from_mime=looked.found.mime, how=how, removed=removed
    )
    # The note first: it is what keeps the original from being swept.
    deps.store.put(layout.media_derivation(config.slug, fetched.sha256), note_of(derivation))
    extension = mime.rpartition("/")[2].replace("tiff", "tif").replace("jpeg", "jpg")
    name = f"{fetched.name.rpartition('.')[0] or fetched.name}.{extension}"
    copy = keep_file(made, deps.store, partner=config.slug, url=fetched.final_url, name=name, content_type=mime)
    return look(deps, config, copy, {**looked.facts, "source": source_of(fetched), "derived": msgspec.to_builtins(derivation)})


def _notice(deps: Deps, config: Partner, found: Inspection, material: Material | None) -> tuple[Reason, str] | None:
    texts = rights_texts(found.embedded)
    if not texts or material is None:
        return None
    decided = {term.term for term in deps.ledger.terms(config.slug, TERM_KIND, state="matched")}
    asked = open_notices(texts, material.decision, config.rights, decided=decided)
    if not asked:
        return None
    decision = decide(material.record, material.medium, config.rights, on=deps.today(), embedded=asked)
    if decision.verdict is RightsVerdict.PUBLISH or decision.reason is not Reason.EMBEDDED_NOTICE:
        return None
    uses = Counter({term.term: term.uses for term in deps.ledger.terms(config.slug, TERM_KIND)})
    deps.ledger.count_terms(config.slug, TERM_KIND, {text: uses[text] + 1 for text in asked})
    return Reason.EMBEDDED_NOTICE, decision.explanation or f"the file itself says “{asked[0]}”"


def _personal(config: Partner, found: Inspection) -> tuple[Reason, str] | None:
    """Asked to leave personal data out, and they are still there: this type cannot be stripped without encoding it anew."""
    if config.media.exif != "strip" or not found.personal:
        return None
    return Reason.PERSONAL_DATA, f"the file holds {', '.join(found.personal)}, which cannot be taken out of {found.mime} here"


def _staged(looked: Looked, marks: Fingerprint) -> StagedMedia:
    found = looked.found
    kept = {
        "extension": found.extension, "embedded": found.embedded, "personal": list(found.personal), "notes": list(found.notes),
        "orientation": found.orientation, "source": source_of(looked.fetched), **looked.facts,
    }  # fmt: skip
    return StagedMedia(
        sha1=found.sha1, sha256=found.sha256, size=found.size, mime=found.mime, width=found.width, height=found.height,
        pages=found.pages, obtained_from=looked.fetched.final_url, phash=marks.whole, core_hash=marks.core,
        inspection={name: value for name, value in kept.items() if value},
    )  # fmt: skip
