"""From `source:` of a partner file to a `Harvester`.

The host of `source.url` (or of the connection) is trusted wherever it is; addresses out of the feed are not
(`glamflow.net.addresses`). The secret of a connection goes into the header or parameter that the file names, and to
that host only.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

from glamflow.harvest.dump import DumpHarvester
from glamflow.harvest.dump_file import Bucket
from glamflow.harvest.http import FeedReader, Secret
from glamflow.harvest.iiif import IiifHarvester
from glamflow.harvest.oai_pmh import OaiPmhHarvester
from glamflow.harvest.protocol import Harvester
from glamflow.harvest.rest import RestHarvester
from glamflow.harvest.spec import SourceSpec
from glamflow.net.session import Session
from glamflow.transforms.errors import ConfigInvalid


def make_harvester(
    spec: SourceSpec, *, base_url: str = "", secret: Secret = "", session: Session, cache: Path | None = None,
    bucket: Callable[[str], Bucket] | None = None,
) -> Harvester:  # fmt: skip
    """The harvester of a source. `base_url` and `secret` come from the Airflow connection, if one is named; `bucket` opens that
    of a dump at `s3://…`."""
    url = source_url(spec, base_url=base_url)
    interval = 1 / spec.requests_per_second if spec.requests_per_second > 0 else None
    trusting = session if url.startswith(("file:", "s3:")) else session.trusting([url], min_interval=interval)
    header, param = _secret_place(spec)
    reader = FeedReader(
        trusting,
        max_bytes=spec.max_bytes,
        headers={"Accept": "application/json"} if spec.type == "rest" else {},
        secret_headers={header: secret} if header and secret else {},
        secret_params={param: secret if isinstance(secret, str) else secret(False)} if param and secret else {},
    )
    match spec.type:
        case "oai_pmh":
            return OaiPmhHarvester(spec, url=url, reader=reader)
        case "rest":
            return RestHarvester(spec, url=url, reader=reader)
        case "dump":
            return DumpHarvester(spec, url=url, reader=reader, cache=cache, bucket=bucket(url) if bucket and url.startswith("s3:") else None)
        case "iiif":
            return IiifHarvester(spec, url=url, reader=reader)


def source_url(spec: SourceSpec, *, base_url: str = "") -> str:
    """The address of the feed: `url`, or the connection's host with `path`."""
    if spec.url:
        return spec.url
    if not base_url:
        raise ConfigInvalid(
            "partner file",
            f"the connection “{spec.connection}” has no host",
            key="source.connection",
            fix="Set the host of that Airflow connection, or give source.url.",
        )
    return urljoin(base_url.rstrip("/") + "/", spec.path.lstrip("/"))


def _secret_place(spec: SourceSpec) -> tuple[str, str]:
    """(header, parameter) that carries the secret, "" for none. Only JSON APIs have a usual place for it."""
    if spec.rest is None:
        return spec.oai.auth_header, ""
    if spec.rest.auth_header or spec.rest.auth_param:
        return spec.rest.auth_header, spec.rest.auth_param
    return "Authorization", ""
