"""Labels, descriptions, aliases, sitelinks in `wbeditentity` data → stored form."""

from __future__ import annotations

import re
from typing import Any

from glamflow.sandbox.wiki.answers import ApiError, Json, wikibase_error
from glamflow.sandbox.wiki.datavalues import known_language, refused
from glamflow.sandbox.wiki.state import State

MAX_TERM = 250
_NAMES = {"labels": ("label", "Label"), "descriptions": ("description", "Description"), "aliases": ("alias", "Alias")}


def _check_language(key: str, term: Any) -> str:
    language = str(term.get("language", key)) if isinstance(term, dict) else key
    if not key.isdigit() and key != language:
        text = f'Inconsistent language "{language}" detected (expected "{key}").'
        raise wikibase_error("inconsistent-language", text, ("wikibase-api-inconsistent-language", [language, key], text))
    if language != "mul" and not known_language(language):
        text = f'The supplied language code "{language}" was not recognized.'
        raise wikibase_error("not-recognized-language", text, ("wikibase-api-not-recognized-language", [language], text))
    return language


def _check_text(value: Any, part: str) -> str:
    text = re.sub(r"[\s\x00-\x1f]+", " ", str(value)).strip()
    short, shown = _NAMES[part]
    if len(text) > MAX_TERM:
        message = f"{shown} must be no more than {MAX_TERM} characters long"
        raise refused(f"wikibase-validator-{short}-too-long", [str(MAX_TERM), text[:29] + "..."], message)
    return text


def apply_terms(entity: Json, part: str, raw: Any) -> None:
    """Labels or descriptions; an empty value or `remove` takes the term away, a line break becomes a space."""
    pairs = raw.items() if isinstance(raw, dict) else [(str(i), term) for i, term in enumerate(raw or [])]
    for key, term in pairs:
        language = _check_language(str(key), term)
        removed = isinstance(term, dict) and "remove" in term
        text = "" if removed else _check_text(term.get("value", "") if isinstance(term, dict) else term, part)
        if text:
            entity[part][language] = {"language": language, "value": text}
        else:
            entity[part].pop(language, None)


def apply_aliases(entity: Json, raw: Any) -> None:
    """Aliases by language; `add` appends, otherwise the list is set."""
    if entity["type"] == "mediainfo":
        text = "The requested feature is not supported by the given entity."
        raise wikibase_error("not-supported", text, ("wikibase-api-not-supported", [], text))
    for key, group in (raw or {}).items():
        terms = group if isinstance(group, list) else [group]
        kept = list(entity["aliases"].get(key, [])) if any("add" in term for term in terms) else []
        for term in terms:
            language = _check_language(str(key), term)
            made = {"language": language, "value": _check_text(term.get("value", ""), "aliases")}
            if "remove" not in term and made["value"] and made not in kept:
                kept.append(made)
        entity["aliases"][key] = kept
        if not kept:
            del entity["aliases"][key]


def apply_sitelinks(entity: Json, raw: Any) -> None:
    """Sitelinks of an item; an empty title removes."""
    if entity["type"] != "item":
        text = "The requested feature is not supported by the given entity."
        raise wikibase_error("not-supported", text, ("wikibase-api-not-supported", [], text))
    for key, link in (raw or {}).items():
        site, title = str(link.get("site", key)), str(link.get("title", ""))
        if "remove" in link or not title:
            entity["sitelinks"].pop(site, None)
        else:
            entity["sitelinks"][site] = {"site": site, "title": title, "badges": list(link.get("badges", []))}


def check_unique(state: State, entity: Json) -> None:
    """Items: label and description together are unique and differ; properties: the label is unique."""
    for language, label in entity["labels"].items():
        description = entity["descriptions"].get(language, {}).get("value")
        if entity["type"] == "item" and description is not None:
            if description == label["value"]:
                text = f"Label and description for language code {language} can not have the same value."
                raise refused("wikibase-validator-label-equals-description", [language], text)
            _check_pair(state, entity["id"], language, label["value"], description)
        if entity["type"] == "property":
            _check_property_label(state, entity["id"], language, label["value"])


def _check_pair(state: State, own: str, language: str, label: str, description: str) -> None:
    clash = state.row(
        "SELECT l.entity_id FROM term l JOIN term d ON d.entity_id = l.entity_id AND d.kind = 'description' AND d.language = l.language"
        " WHERE l.kind = 'label' AND l.language = ? AND l.value = ? AND d.value = ? AND l.entity_id LIKE 'Q%' AND l.entity_id != ?",
        language, label, description, own,
    )  # fmt: skip
    if clash is not None:
        link = f"[[Item:{clash['entity_id']}|{clash['entity_id']}]]"
        text = f'Item {link} already has label "{label}" associated with language code {language}, using the same description text.'
        raise refused("wikibase-validator-label-with-description-conflict", [label, language, link], text)


def _check_property_label(state: State, own: str, language: str, label: str) -> None:
    clash = state.row(
        "SELECT entity_id FROM term WHERE kind = 'label' AND language = ? AND value = ? AND entity_id LIKE 'P%' AND entity_id != ?",
        language, label, own,
    )  # fmt: skip
    if clash is not None:
        link = f"[[Property:{clash['entity_id']}|{clash['entity_id']}]]"
        text = f'Property {link} already has label "{label}" associated with language code {language}.'
        raise failed_save("wikibase-validator-label-conflict", [label, language, link], text)


def failed_save(name: str, parameters: list[Any], text: str, *, header: str = "", keep: bool = False) -> ApiError:
    """`failed-save`: the real reason is the second message."""
    saved: tuple[str, list[Any], str] = ("wikibase-api-failed-save", [], "The save has failed.")
    error = wikibase_error("failed-save", "The save has failed.", saved, (name, parameters, text), header=f"failed-save, {header or name}")
    error.keep = keep
    return error
