"""An OAI-PMH repository in memory, served by the loopback server; faults are laid over it request by request."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest

from glamflow.harvest.factory import make_harvester
from glamflow.harvest.spec import OaiSpec, SourceSpec
from glamflow.net import Session

OAI = 'xmlns="http://www.openarchives.org/OAI/2.0/"'
DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


@dataclasses.dataclass
class Item:
    """One record of the repository. `metadata` replaces the plain Dublin Core."""

    number: int
    datestamp: str = ""
    deleted: bool = False
    sets: tuple[str, ...] = ()
    metadata: str = ""

    def __post_init__(self) -> None:
        day = dt.date(2026, 3, 1) + dt.timedelta(days=self.number)
        self.datestamp = self.datestamp or f"{day}T12:00:00Z"

    @property
    def key(self) -> str:
        return f"oai:museum.example:{self.number}"

    def header(self) -> str:
        status = ' status="deleted"' if self.deleted else ""
        sets = "".join(f"<setSpec>{name}</setSpec>" for name in self.sets)
        return (
            f"<header{status}><identifier>{self.key}</identifier><datestamp>{self.datestamp}</datestamp>{sets}</header>"
        )

    def xml(self) -> str:
        dc = (
            self.metadata
            or f"<oai_dc:dc {DC}><dc:title>{escape(f'Object & thing {self.number}')}</dc:title></oai_dc:dc>"
        )
        return f"<record>{self.header()}{'' if self.deleted else f'<metadata>{dc}</metadata>'}</record>"


def envelope(inner: str, *, root: str = f"OAI-PMH {OAI}", date: str = "2026-06-01T08:00:00Z") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}><responseDate>{date}</responseDate>'
        f"<request>http://museum.example/oai</request>{inner}</{root.split()[0]}>\n"
    )


def error(code: str, text: str = "") -> str:
    return envelope(f'<error code="{code}">{text}</error>')


class Repository:
    """Answers as the protocol wants; `before` may answer instead (return None to let it pass)."""

    def __init__(self, reply: Any, items: list[Item]) -> None:
        self.reply = reply
        self.items = items
        self.page = 4
        self.granularity = "YYYY-MM-DDThh:mm:ssZ"
        self.deleted = "persistent"
        self.sets: tuple[str, ...] = ()
        self.earliest = "2026-03-01T00:00:00Z"
        self.state_size = True
        self.before: Callable[[Any], Any] = lambda _: None
        self.after: Callable[[Any, str], Any] = lambda _, body: body

    def __call__(self, request: Any) -> Any:
        early = self.before(request)
        if early is not None:
            return early
        answer = self.after(request, self.body(request.params))
        return answer if isinstance(answer, self.reply) else self.reply(answer, headers={"Content-Type": "text/xml"})

    def body(self, params: dict[str, str]) -> str:
        verb = params.get("verb", "")
        if verb == "Identify":
            return envelope(
                f"<Identify><repositoryName>Museum</repositoryName><granularity>{self.granularity}</granularity>"
                f"<earliestDatestamp>{self.earliest}</earliestDatestamp><deletedRecord>{self.deleted}</deletedRecord></Identify>"
            )
        if verb == "ListMetadataFormats":
            return envelope(
                "<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix></metadataFormat></ListMetadataFormats>"
            )
        if verb == "ListSets":
            if not self.sets:
                return error("noSetHierarchy")
            rows = "".join(f"<set><setSpec>{name}</setSpec><setName>{name}</setName></set>" for name in self.sets)
            return envelope(f"<ListSets>{rows}</ListSets>")
        if verb == "GetRecord":
            found = [item for item in self.items if item.key == params["identifier"]]
            return envelope(f"<GetRecord>{found[0].xml()}</GetRecord>") if found else error("idDoesNotExist")
        return self.list(verb, params)

    def list(self, verb: str, params: dict[str, str]) -> str:
        token = params.get("resumptionToken", "")
        if token:
            scope, _, start = token.rpartition("|")
            since, until, name = scope.split(",")
        else:
            since, until, name = params.get("from", ""), params.get("until", ""), params.get("set", "")
            start = "0"
        found = [item for item in self.items if self._inside(item, since, until, name)]
        if not found:
            return error("noRecordsMatch")
        at = int(start)
        part = found[at : at + self.page]
        rows = "".join(item.xml() if verb == "ListRecords" else item.header() for item in part)
        size = f' completeListSize="{len(found)}" cursor="{at}"' if self.state_size else ""
        more = at + self.page < len(found)
        tail = f"<resumptionToken{size}>{f'{since},{until},{name}|{at + self.page}' if more else ''}</resumptionToken>"
        return envelope(f"<{verb}>{rows}{tail if more or at else ''}</{verb}>")

    @staticmethod
    def _inside(item: Item, since: str, until: str, name: str) -> bool:
        stamp = item.datestamp
        return (
            (not since or stamp >= since)
            and (not until or stamp[: len(until)] <= until)
            and (not name or any(one == name or one.startswith(name + ":") for one in item.sets))
        )


class Harvest:
    """A whole harvest of a source: pages, and records as an idempotent store would keep them (the last one wins)."""

    def __init__(self, harvester: Any, since: Any = None, until: Any = None) -> None:
        self.pages: list[Any] = []
        for window in harvester.windows(since, until):
            self.pages += harvester.pages(window)
        self.records = {record.key: record for page in self.pages for record in page.records}
        self.quarantined = {one.key: one for page in self.pages for one in page.quarantined}
        self.warnings = [warning for page in self.pages for warning in page.warnings]

    @property
    def numbers(self) -> list[int]:
        return sorted(int(key.rpartition(":")[2]) for key in self.records)


@pytest.fixture
def waits() -> list[float]:
    """Every pause that was taken; none is waited for."""
    return []


@pytest.fixture
def session(waits: list[float]) -> Iterator[Session]:
    with Session(contact="operator@example.org", timeout=5.0, sleep=waits.append) as one:
        yield one


@pytest.fixture
def repository(loopback: Any, reply: Any) -> Repository:
    made = Repository(reply, [Item(number) for number in range(10)])
    loopback.answer(made)
    return made


@pytest.fixture
def source(loopback: Any, session: Session) -> Callable[..., Any]:
    """A harvester of the loopback repository; keywords are fields of `SourceSpec`, `oai_…` those of `OaiSpec`."""

    def make(**fields: Any) -> Any:
        oai = {name[4:]: fields.pop(name) for name in list(fields) if name.startswith("oai_")}
        spec = SourceSpec(type="oai_pmh", url=f"{loopback.url}/oai", oai=OaiSpec(**oai), **fields)
        return make_harvester(spec, session=session)

    return make


@pytest.fixture
def harvest() -> type[Harvest]:
    return Harvest


@pytest.fixture
def item() -> type[Item]:
    return Item


@pytest.fixture
def wrap() -> Callable[..., str]:
    return envelope


@pytest.fixture
def oai_error() -> Callable[..., str]:
    return error
