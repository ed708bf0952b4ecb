"""A partner file from a feed, an API or a file of records."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer

from glamflow.cli.addresses import require_web_address
from glamflow.cli.output import emit, say


def init(
    slug: Annotated[str, typer.Argument(help="Short name of the partner: lower-case letters, digits, hyphens.")],
    oai: Annotated[str, typer.Option(help="Address of an OAI-PMH feed.")] = "",
    api: Annotated[str, typer.Option(help="A ready preset: europeana, finna, met, … (any other word lists them).")] = "",
    file: Annotated[str, typer.Option(help="A file of records: a path, an address, or s3://bucket/key.")] = "",
    name: Annotated[str, typer.Option(help="Full name of the partner.")] = "",
    language: Annotated[str, typer.Option(help="Language of the partner's reports: en, sv, fr, ar.")] = "en",
    contact: Annotated[str, typer.Option(envvar="GLAMFLOW_CONTACT", help="Your mail or web address, part of the User-Agent.")] = "",
    out: Annotated[Path | None, typer.Option(help="Folder for the file; dags/partners if left out.")] = None,
    force: Annotated[bool, typer.Option(help="Replace a file that is there already.")] = False,
) -> int:
    """Look at a source and write the partner file, with comments where a person has to decide.

    Example: glamflow init example-museum --oai https://museum.example/oai
    """
    from glamflow.partner import load_partner
    from glamflow.settings import partners_folder
    from glamflow.steps.onboard import compose

    if [bool(oai), bool(api), bool(file)].count(True) != 1:
        raise typer.BadParameter("give one of --oai, --api and --file")
    if oai:
        require_web_address(oai, "--oai")
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,40}", slug) or slug == "glamflow":
        raise typer.BadParameter("a slug has lower-case letters, digits and hyphens only, for example example-museum", param_hint="SLUG")
    path = (out or partners_folder()) / f"{slug}.yaml"
    if path.exists() and not force:
        raise typer.BadParameter(f"{path} is there already; --force replaces it", param_hint="SLUG")
    found, body = _body(oai, api, file, contact)
    title = name or found or slug.replace("-", " ").title()
    text = compose(slug, body, name=title, contact="to be filled in", language=language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    partner = load_partner(path)
    emit({"file": str(path), "partner": partner.slug, "name": partner.name, "source": partner.source.type, "format": partner.source.format})
    say(f"{path} written; {text.count('TO DECIDE') - 1} lines wait for a decision. Next: glamflow assess {slug}")
    return 0


def _body(oai: str, api: str, file: str, contact: str) -> tuple[str, str]:
    """(name that the source gives itself, source and mapping blocks)."""
    from glamflow.harvest.factory import make_harvester
    from glamflow.harvest.preset import read_preset
    from glamflow.harvest.spec import SourceSpec
    from glamflow.net.session import Session
    from glamflow.steps.deps import VERSION
    from glamflow.steps.onboard import oai_body

    if api:
        return "", read_preset(api)
    if file:
        return "", _file(file, contact)
    with Session(contact=contact, product=f"glamflow/{VERSION}") as session:
        facts = make_harvester(SourceSpec(type="oai_pmh", url=oai), session=session).probe()
    return facts.name, oai_body(oai, facts)


def _file(file: str, contact: str) -> str:
    """Reads the first records, to name the columns and choose the one that identifies."""
    from glamflow.harvest.columns import look_at
    from glamflow.net.session import Session
    from glamflow.settings import ConnectionFacts
    from glamflow.steps.deps import VERSION
    from glamflow.steps.onboard import file_body, likely_key
    from glamflow.steps.sources import open_bucket
    from glamflow.transforms.errors import Permanent

    url = file if "://" in file else Path(file).absolute().as_uri()
    if url.startswith("file:") and not Path(unquote(urlsplit(url).path)).exists():
        raise Permanent(f"There is no file or folder {unquote(urlsplit(url).path)}.", hint="Check the path given with --file.")
    bucket = open_bucket(ConnectionFacts(id=""), url) if url.startswith("s3:") else None
    trust = [url] if url.startswith("http") else ()
    with Session(contact=contact or "https://localhost", product=f"glamflow/{VERSION}", trust=trust) as session:
        seen = look_at(url, session, bucket=bucket)
    key = seen.id or likely_key(seen.columns)
    return file_body(url, kind=seen.kind, columns=seen.columns, key=key, records=seen.records, crosswalk=seen.format)
