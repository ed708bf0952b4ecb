"""Every object key, in one place. The table of writers, readers and life stands in `store/README.md`.

Parts that come from outside (record keys, run ids) never enter a key as they are: callers pass ids of ours, digests,
or the result of `safe`.
"""

from __future__ import annotations

import hashlib
import re

_UNSAFE = re.compile(r"[^A-Za-z0-9_.=-]+")


def safe(part: str) -> str:
    """A key part of at most 80 ASCII characters, different for different input (a short digest is added if changed)."""
    clean = _UNSAFE.sub("-", part).strip(".-")[:60]
    return part if clean == part and part else f"{clean}~{hashlib.sha256(part.encode()).hexdigest()[:12]}"


def raw_pages(partner: str, run: str, window: str, first: int) -> str:
    """Several pages as received; named by the first."""
    return f"{partner}/raw/{safe(run)}/{safe(window)}/{first:06d}.gz"


def raw_pages_facts(partner: str, run: str, window: str, first: int) -> str:
    """Which pages these are, how each was asked for, and where it lies in the object."""
    return f"{partner}/raw/{safe(run)}/{safe(window)}/{first:06d}.json"


def quarantined(partner: str, run: str, window: str, page: int, number: int) -> str:
    return f"{partner}/raw/{safe(run)}/{safe(window)}/{page:06d}-quarantine-{number:04d}.bin"


def batch_records(partner: str, batch: str) -> str:
    return f"{partner}/batch/{batch}/records.gz"


def batch_mapped(partner: str, batch: str, mapping_digest: str) -> str:
    return f"{partner}/batch/{batch}/mapped.{mapping_digest[:16]}.ndjson.gz"


def batch_checked(partner: str, batch: str, rules_digest: str) -> str:
    return f"{partner}/batch/{batch}/checked.{rules_digest[:16]}.ndjson.gz"


def batch_columns(partner: str, batch: str, rules_digest: str) -> str:
    """Flat rows for the Great Expectations suite."""
    return f"{partner}/batch/{batch}/columns.{rules_digest[:16]}.ndjson.gz"


def suite_result(partner: str, run: str) -> str:
    return f"{partner}/quality/{safe(run)}/suite.json"


def repeated_titles(partner: str) -> str:
    """Keys of titles that many records share; rewritten by every check of a run."""
    return f"{partner}/quality/repeated-titles.json"


def data_docs(partner: str, run: str) -> str:
    return f"{partner}/quality/{safe(run)}/docs"


def media(partner: str, sha256: str) -> str:
    return f"{partner}/media/{sha256}"


def media_inspection(partner: str, sha256: str) -> str:
    return f"{partner}/media/{sha256}.json"


def media_thumbnail(partner: str, sha256: str) -> str:
    return f"{partner}/media/{sha256}.thumb.jpg"


def media_derivation(partner: str, sha256: str) -> str:
    """Beside an original: what was made from it, which keeps it from being swept."""
    return f"{partner}/media/{sha256}.derived.json"


def film_waiting(partner: str, file_id: int) -> str:
    """A film that was fetched and waits for its transcode: where its bytes lie."""
    return f"{partner}/films/{file_id}.json"


def plan_actions(partner: str, plan: str) -> str:
    return f"{partner}/plan/{plan}/actions.ndjson.gz"


def plan_sample(partner: str, plan: str) -> str:
    return f"{partner}/plan/{plan}/sample.json"


def plan_lanes(partner: str, plan: str) -> str:
    """Which files each staging lane of the plan fetches."""
    return f"{partner}/plan/{plan}/lanes.json"


def plan_copy(partner: str, plan: str, file: int) -> str:
    """Facts of other bytes that the source offers for a published file of the plan; the bytes lie under `media`."""
    return f"{partner}/plan/{plan}/copy-{file}.json"


def published(partner: str, publication: str, digest: str) -> str:
    return f"{partner}/published/{safe(publication)}/{digest[:32]}.json"


def report(partner: str, period: str, suffix: str) -> str:
    return f"{partner}/report/{safe(period)}.{suffix}"


def audit_segment(partner: str, number: int, sha256: str) -> str:
    """The digest is part of the key: of two sealers at once the slower one must not replace what the faster one sealed."""
    return f"audit/{partner}/{number:08d}-{sha256[:16]}.ndjson.gz"
