"""A small museum, a wiki and twelve months: the museum changes its records, people change the pages, we publish and look again."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn
from crash_child import approve
from msgspec.structs import replace as changed
from PIL import Image
from sample_world import World, fill_wiki, world_environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from glamflow.ledger.rows import Publication
from glamflow.sandbox.collection.facts import Date, Maker, Medium, Work
from glamflow.sandbox.holdings import LIDO, LUMEN_SETS
from glamflow.sandbox.oai import Format, Item, Repository, answer
from glamflow.sandbox.payloads.lido import render_lido
from glamflow.sandbox.wiki import SandboxWiki
from glamflow.steps import check, harvest, plan, publish, stage, sync, verify
from glamflow.steps import map as mapping
from glamflow.steps.deps import Deps
from glamflow.steps.outcome import StepReport
from glamflow.steps.watch import acknowledge_tag
from glamflow.steps.written import WrittenPage, decode_written
from glamflow.transforms.commons.page_text import read_parameters
from glamflow.wiki.commons import Commons
from glamflow.wiki.protocol import Entity, FilePage
from glamflow.wiki.session import WikiSession
from glamflow.wiki.upload import Uploader

PARTNER, WIKI, BOT = "lumen-museum", "glamflow_wiki", "GlamflowBot"
WRITES = ("upload", "wbeditentity", "edit")
PDM = "https://creativecommons.org/publicdomain/mark/1.0/"
LICENCES = {
    "by": "https://creativecommons.org/licenses/by/4.0/", "by-nc": "https://creativecommons.org/licenses/by-nc/4.0/",
    "zero": "https://creativecommons.org/publicdomain/zero/1.0/",
}  # fmt: skip
MAKERS = {
    "Lindehed": Maker(name="Axel Lindehed", birth=1839, death=1887), "Sjögårde": Maker(name="Hilda Sjögårde", birth=1849, death=1922),
}  # fmt: skip


class Museum:
    """The partner's side: records as LIDO over OAI-PMH, pictures over HTTP, on a thread and a free port."""

    def __init__(self, records: int) -> None:
        self.works = {f"Y-{number:02}": _work(number) for number in range(1, records + 1)}
        self._stamps = dict.fromkeys(self.works, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        self._editions = dict.fromkeys(self.works, 1)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        routes = [Route("/lumen/oai", self._oai), Route("/media/{name}", self._media, methods=["GET", "HEAD"])]
        config = uvicorn.Config(Starlette(routes=routes), log_level="critical", access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def __enter__(self) -> Museum:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()

    def change(self, record: str, field: str, value: str, language: str = "") -> None:
        """One change in the catalogue, as the table of events names it."""
        work = self.works[record]
        match field:
            case "title" | "description":
                name = f"{field}s"
                texts = {code: text for code, text in (getattr(work, name) | {language: value}).items() if text}
                work = changed(work, **{name: texts})
            case "creator":
                work = changed(work, makers=(MAKERS[value],))
            case "date":
                work = changed(work, date=Date(text=value))
            case "number":
                work = changed(work, number=value)
            case "height":
                work = changed(work, size=work.size | {"height": float(value)})
            case "licence":
                work = changed(work, media=tuple(changed(one, rights=(LICENCES[value],)) for one in work.media))
            case "medium":
                self._editions[record] = int(value)
                work = changed(work, media=tuple(changed(one, name=f"{one.id}.{value}") for one in work.media))
            case "withdrawn":
                work = changed(work, deleted=value == "yes")
            case _:
                raise ValueError(field)
        self.works[record] = work
        self._stamps[record] = dt.datetime.now(dt.UTC).replace(microsecond=0)

    def _oai(self, request: Request) -> Response:
        items = [
            Item(identifier=f"oai:lumen.example:{id}", work=id, sets=(work.set,), deleted=work.deleted, datestamp=self._stamps[id])
            for id, work in self.works.items()
        ]
        form = Format(schema=LIDO[0], namespace=LIDO[1], render=self._render)
        repository = Repository(
            name="Lumen Museum", base_url=f"{self.url}/lumen/oai", admin="data@lumen.example", granularity="second", deleted="persistent",
            sets=LUMEN_SETS, items=items, formats={"lido": form}, page_size=50,
        )  # fmt: skip
        return Response(answer(repository, list(request.query_params.multi_items()), now=dt.datetime.now(dt.UTC)), media_type="text/xml")

    def _render(self, id: str) -> Any:
        return render_lido(self.works[id], media_base=f"{self.url}/media", record_page="https://collection.lumen.example/object/{id}")

    def _media(self, request: Request) -> Response:
        record = request.path_params["name"].partition("-1.")[0]
        data = picture(record, self._editions[record])
        return Response(data, media_type="image/jpeg", headers={"ETag": f'"{hashlib.sha256(data).hexdigest()[:16]}"'})


class YearWorld:
    """Museum, wiki and our house between them. Waiting takes no time."""

    def __init__(self, folder: Path, museum: Museum, wiki: SandboxWiki, environment: dict[str, str]) -> None:
        self.museum, self.wiki, self.month = museum, wiki, 0
        plain = World(folder, museum.url, wiki, environment).deps()
        self.session = WikiSession(wiki.base_url, login=f"{BOT}@demo", password="correct horse", user_agent="tests (tests@example.org)", sleep=_no_time)
        self.commons = Commons(self.session, Uploader(self.session, sleep=_no_time))
        self.deps: Deps = replace(plain, commons=lambda _: self.commons)

    def ingest(self) -> None:
        run = f"ingest/{self.month}"
        for windows in harvest.plan_windows(self.deps, PARTNER, run, {"full": True}):
            harvest.harvest_windows(self.deps, windows)
        for lane in harvest.plan_lanes(self.deps, PARTNER, run):
            mapping.map_lane(self.deps, lane)
            check.check_lane(self.deps, lane)
        self.deps.ledger.set_gate(run, True)
        check.close_run(self.deps, PARTNER, run)

    def publish(self) -> StepReport:
        """Select, stage, plan, approve, publish, verify, close."""
        run, report = f"publish/{self.month}", StepReport(step="publish")
        for lane in stage.select_files(self.deps, PARTNER, run):
            report += stage.stage_lane(self.deps, lane)
        request = plan.approval_request(self.deps, plan.plan_publication(self.deps, PARTNER, run))
        try:
            lanes = plan.record_approval(self.deps, approve(request)) if request["plan"] else []
            self.answer_tags()
            for lane in lanes:
                report += publish.publish_lane(self.deps, lane, sleep=_no_time)
                report += verify.verify_lane(self.deps, lane)
        finally:
            publish.close_plan(self.deps, PARTNER, run)
        return report

    def answer_tags(self) -> None:
        """The operator answers deletion requests on the wiki: plans of the same rights rule go on, the tagged file stays frozen."""
        for seen in self.deps.ledger.observations(PARTNER, kind="TAGGED_FOR_DELETION", unsettled=True):
            acknowledge_tag(self.deps, f"File:{seen.title}", who="person:operator", note="answered on the request")

    def observe(self, run: str = "") -> StepReport:
        run, report = run or f"sync/{self.month}", StepReport(step="sync")
        for lane in sync.plan_observation(self.deps, PARTNER, run):
            report += sync.observe_lane(self.deps, lane)
        report += sync.settle_unknown_edits(self.deps, PARTNER, run)
        return report

    def pub(self, record: str) -> Publication:
        file, *_ = self.deps.ledger.files_of_record(PARTNER, f"oai:lumen.example:{record}")  # other content has a file of its own
        found = self.deps.ledger.publication(file.id, WIKI)
        assert found is not None
        return found

    def page(self, record: str) -> FilePage:
        id = self.pub(record).page_id or 0
        return self.commons.pages_by_id([id])[id]

    def entity(self, record: str) -> Entity:
        id = self.pub(record).entity
        return self.commons.entities([id])[id]

    def all_pages(self) -> dict[str, tuple[FilePage, Entity]]:
        """Every record's page and data as they are now."""
        pubs = {record: self.pub(record) for record in self.museum.works}
        pages = self.commons.pages_by_id([pub.page_id or 0 for pub in pubs.values()])
        entities = self.commons.entities([pub.entity for pub in pubs.values()])
        return {record: (pages[pub.page_id or 0], entities[pub.entity]) for record, pub in pubs.items()}

    def written(self, record: str) -> WrittenPage:
        return decode_written(self.deps.store.get(self.pub(record).object_key))

    def parameters(self, record: str) -> dict[str, str]:
        return read_parameters(self.page(record).text)[1]

    def writes(self, after: int = 0) -> list[dict[str, Any]]:
        """Requests at the wire that write."""
        return [row for row in self.wiki.log(after=after) if row["action"] in WRITES and '"checkstatus"' not in row["params"]]

    def log_end(self) -> int:
        rows = self.wiki.log()
        return int(rows[-1]["id"]) if rows else 0


def id_of(number: str) -> str:
    """The record's id from its number in the table of events."""
    return f"Y-{int(number):02}"


@contextmanager
def year_world(folder: Path, set_environment: Any, *, records: int) -> Iterator[YearWorld]:
    with Museum(records) as museum, SandboxWiki(folder / "wiki") as wiki:
        fill_wiki(wiki)
        environment = world_environment(folder, sources=museum.url, wiki=wiki.base_url) | {"AIRFLOW_CTX_TASK_ID": "task"}
        for name, value in environment.items():
            set_environment(name, value)
        world = YearWorld(folder, museum, wiki, environment)
        yield world
        world.deps.ledger.close()


def picture(record: str, edition: int = 1) -> bytes:
    """Colours by chance, the same for the same record. Edition 2 is the same picture, larger; edition 3 another one."""
    dice = random.Random(f"{record}/{3 if edition == 3 else 1}")
    small = Image.frombytes("RGB", (9, 7), bytes(dice.randrange(256) for _ in range(9 * 7 * 3)))
    size = (1350, 1050) if edition == 2 else (900, 700)
    out = io.BytesIO()
    small.resize((1350, 1050), Image.Resampling.BICUBIC).resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=90)
    return out.getvalue()


def _work(number: int) -> Work:
    id = f"Y-{number:02}"
    return Work(
        id=id, set="paintings", number=f"Y {number}", titles={"sv": f"Utsikt {number}", "en": f"View {number}"},
        type={"sv": "oljemålning", "en": "oil painting"}, makers=(MAKERS["Lindehed"],), date=Date(text=str(1860 + number % 20)),
        descriptions={"sv": f"Målning nummer {number}.", "en": f"Painting number {number}."}, size={"height": 50.0 + number, "width": 70.0},
        media=(Medium(id=f"{id}-1", draw="painting", rights=(PDM,)),),
    )  # fmt: skip


def _no_time(_: float) -> None:
    return
