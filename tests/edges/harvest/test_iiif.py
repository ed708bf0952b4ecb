"""IIIF as a source: collections of both versions, pages, circles, and manifests that are not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from glamflow.harvest.factory import make_harvester
from glamflow.harvest.spec import SourceSpec
from glamflow.net import Session
from glamflow.transforms.errors import SourceRefused


@pytest.fixture
def tree(loopback: Any, reply: Any) -> Callable[[dict[str, Any]], None]:
    """Serves documents by path; HOST in them is the server."""

    def serve(documents: dict[str, Any]) -> None:
        bodies = {path: json.dumps(body).replace("HOST", loopback.url) for path, body in documents.items()}
        loopback.answer(lambda request: reply(bodies[request.path]) if request.path in bodies else reply(b"gone", 404))

    return serve


def manifest(name: str) -> dict[str, Any]:
    return {"id": f"HOST/{name}", "type": "Manifest", "label": {"en": [name]}, "items": []}


def collection(name: str, *members: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"id": f"HOST/{name}", "type": "Collection", "items": [{"id": f"HOST/{m}", "type": kind} for m, kind in members], **more}


def harvest(loopback: Any, session: Session, name: str, **fields: Any) -> list[Any]:
    source = make_harvester(SourceSpec(type="iiif", url=f"{loopback.url}/{name}", format="iiif", **fields), session=session)
    return list(source.pages(source.windows(None, None)[0]))


def names(pages: list[Any]) -> list[str]:
    return [record.key.rpartition("/")[2] for page in pages for record in page.records]


def test_nested_collections_are_walked_each_once(tree: Any, loopback: Any, session: Session) -> None:
    tree(
        {
            "/top": collection("top", ("a", "Manifest"), ("inner", "Collection"), ("top", "Collection")),
            "/inner": collection("inner", ("b", "Manifest"), ("c", "Manifest"), ("top", "Collection")),
            "/a": manifest("a"), "/b": manifest("b"), "/c": manifest("c"),
        }
    )  # fmt: skip
    pages = harvest(loopback, session, "top")
    assert names(pages) == ["a", "b", "c"]
    assert pages[-1].resume == ""
    assert [request.path for request in loopback.requests].count("/top") == 1


def test_collections_of_version_2_with_pages_are_read_too(tree: Any, loopback: Any, session: Session) -> None:
    tree(
        {
            "/top": {"@id": "HOST/top", "@type": "sc:Collection", "first": "HOST/p1"},
            "/p1": {"@id": "HOST/p1", "@type": "sc:Collection", "manifests": [{"@id": "HOST/a", "@type": "sc:Manifest"}], "next": "HOST/p2"},
            "/p2": {"@id": "HOST/p2", "@type": "sc:Collection", "members": [{"@id": "HOST/b", "@type": "sc:Manifest"}]},
            "/a": {"@id": "HOST/a", "@type": "sc:Manifest", "label": "a", "sequences": []},
            "/b": {"@id": "HOST/b", "@type": "sc:Manifest", "label": "b", "sequences": []},
        }
    )
    assert names(harvest(loopback, session, "top")) == ["a", "b"]


def test_one_manifest_is_a_source_as_well(tree: Any, loopback: Any, session: Session) -> None:
    tree({"/a": manifest("a")})
    assert names(harvest(loopback, session, "a")) == ["a"]
    assert len(loopback.requests) == 1


def test_a_manifest_that_is_refused_is_set_aside_with_the_words_of_the_server(tree: Any, loopback: Any, session: Session) -> None:
    tree({"/top": collection("top", ("a", "Manifest"), ("lost", "Manifest")), "/a": manifest("a")})
    [page] = harvest(loopback, session, "top")
    assert names([page]) == ["a"]
    [aside] = page.quarantined
    assert aside.key.endswith("/lost")
    assert "404" in aside.reason


def test_a_stopped_walk_goes_on_behind_the_last_page(tree: Any, loopback: Any, session: Session) -> None:
    documents = {"/top": collection("top", *((f"m{n}", "Manifest") for n in range(5)))} | {f"/m{n}": manifest(f"m{n}") for n in range(5)}
    tree(documents)
    whole = harvest(loopback, session, "top", page_size=2)
    source = make_harvester(SourceSpec(type="iiif", url=f"{loopback.url}/top", format="iiif", page_size=2), session=session)
    rest = list(source.pages(source.windows(None, None)[0], resume=whole[0].resume, first_number=2))
    assert names(whole[:1] + rest) == [f"m{n}" for n in range(5)]


@pytest.mark.parametrize("address", ["http://192.168.7.7/m", "file:///etc/passwd", "http://169.254.169.254/latest"])
def test_addresses_of_a_collection_lead_to_no_private_place(tree: Any, loopback: Any, session: Session, address: str) -> None:
    tree({"/top": {"id": "HOST/top", "type": "Collection", "items": [{"id": address, "type": "Manifest"}]}})
    [page] = harvest(loopback, session, "top")
    assert not page.records
    assert page.quarantined[0].key == address


def test_something_else_is_no_iiif(tree: Any, loopback: Any, session: Session) -> None:
    tree({"/top": [1, 2]})
    with pytest.raises(SourceRefused, match="IIIF"):
        harvest(loopback, session, "top")
