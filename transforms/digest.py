"""Canonical bytes and digests: the same content gives the same digest on every machine and in every version.

Digests are SHA-256 in hexadecimal over canonical JSON (keys sorted, defaults omitted, UTF-8) or, for raw payloads,
over what `formats/` calls their canonical form.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="deterministic")


def canonical_json(value: Any) -> bytes:
    """Bytes of any msgspec-encodable value, equal for equal values."""
    return _encoder.encode(value)


def digest(value: Any) -> str:
    """SHA-256 (64 hexadecimal digits) of the canonical JSON of `value`."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def digest_bytes(data: bytes) -> str:
    """SHA-256 (64 hexadecimal digits) of raw bytes."""
    return hashlib.sha256(data).hexdigest()


def canonical_payload(payload: bytes) -> bytes:
    """The payload with differences that mean nothing removed: XML by C14N without the OAI header, JSON with sorted keys.

    Bytes that are neither are returned as they are: then every change counts.
    """
    head = payload.lstrip()[:1]
    if head in (b"{", b"["):
        try:
            return json.dumps(json.loads(payload), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        except ValueError:
            return payload
    if head == b"<":
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_blank_text=True)
        try:
            return bytes(etree.tostring(etree.fromstring(payload, parser), method="c14n", with_comments=False))
        except (etree.XMLSyntaxError, ValueError):
            return payload
    return payload
