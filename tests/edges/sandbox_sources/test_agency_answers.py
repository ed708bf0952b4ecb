"""The agency's JSON API: paging, narrowing, refusals."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

LIST = "/agency/api/v1/publications"


def all_items(sources: httpx.Client, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = sources.get(LIST, params={**query, "page": str(page)}).json()
        found += answer["data"]
        if answer["links"]["next"] is None:
            assert len(found) == answer["meta"]["total"]
            return found
        page += 1


def test_pages_hold_every_item_once_in_the_order_of_ids(sources: httpx.Client) -> None:
    ids = [item["id"] for item in all_items(sources, per_page="4")]
    assert ids == sorted(set(ids))
    assert len(ids) == 19


def test_the_last_page_has_no_next_and_a_page_behind_it_is_empty(sources: httpx.Client) -> None:
    assert sources.get(LIST, params={"page": "99"}).json()["data"] == []


def test_modified_since_is_inclusive(sources: httpx.Client) -> None:
    found = all_items(sources, modified_since="2026-01-13T08:00:00Z")
    assert [item["id"] for item in found] == ["IWA-P-001", "IWA-P-002", "IWA-X-001"]


def test_a_deleted_item_says_so_and_nothing_else(sources: httpx.Client) -> None:
    assert sources.get(f"{LIST}/IWA-X-001").json() == {
        "id": "IWA-X-001",
        "deleted": True,
        "modified": "2026-01-14T08:00:00Z",
    }


def test_six_language_versions_share_a_group_and_differ_in_language(sources: httpx.Client) -> None:
    group = [item for item in all_items(sources, collection="charts") if item["version_group"] == "IWA-C-001"]
    assert {item["language"] for item in group} == {"ar", "en", "es", "fr", "ru", "zh"}
    assert len({item["document_number"] for item in group}) == 6


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "x"}, {"per_page": "101"}, {"modified_since": "yesterday"}, {"colour": "red"}]
)
def test_wrong_parameters_are_refused_with_a_sentence(sources: httpx.Client, query: dict[str, str]) -> None:
    answer = sources.get(LIST, params=query)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_an_unknown_id_is_not_found(sources: httpx.Client) -> None:
    assert sources.get(f"{LIST}/IWA-0").status_code == 404
