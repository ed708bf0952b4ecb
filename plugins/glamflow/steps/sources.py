"""Sessions and harvesters wired to the deployment: one budget per host in the ledger, egress and secrets of the connection.

| key in `extra` of the source's Airflow connection | meaning |
|---|---|
| `proxy` | proxy for this partner, e.g. `http://proxy.example:3128` |
| `ca_file` | certificates to trust instead of the system's (a partner's own authority) |
| `cert_file`, `key_file` | certificate that we show |
| `endpoint_url`, `region_name` | server of the bucket of a dump at `s3://…`; login and password are its keys (type `aws` has the same) |
| `token_url`, `scope` | OAuth 2.0 client: login and password are its id and secret, the token goes out as `Bearer` and is renewed |
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from glamflow.partner import Partner
from glamflow.settings import ConnectionFacts, Settings

if TYPE_CHECKING:
    from glamflow.harvest.http import Secret
    from glamflow.harvest.protocol import Harvester
    from glamflow.ledger.ledger import Ledger
    from glamflow.net.pace import SharedPacer
    from glamflow.net.session import Session
    from glamflow.store.s3 import BucketFiles


@contextmanager
def open_harvester(
    partner: Partner, settings: Settings, connections: Callable[[str], ConnectionFacts], ledger: Ledger, *, agent: str
) -> Iterator[Harvester]:
    """The partner's source. A connection beside `source.url` gives the secret and the way out only."""
    from glamflow.harvest.factory import make_harvester
    from glamflow.harvest.oauth import ClientTokens
    from glamflow.net.session import Session

    source = partner.source
    connection = connections(source.connection) if source.connection else ConnectionFacts(id="")
    extra = connection.extra
    with Session(
        contact=settings.contact, product=agent, pacer=host_pace(ledger), proxy=str(extra.get("proxy", "")), ssl_context=tls_of(connection)
    ) as session:
        secret: Secret = connection.password
        if extra.get("token_url"):
            secret = ClientTokens(
                session, str(extra["token_url"]), client=connection.login, secret=connection.password, scope=str(extra.get("scope", ""))
            )
        base = connection.base_url if connection.host else ""
        yield make_harvester(source, base_url=base, secret=secret, session=session, cache=settings.home / "dumps", bucket=partial(open_bucket, connection))


def open_bucket(connection: ConnectionFacts, url: str) -> BucketFiles:
    """The bucket of a dump: keys, server and region of the connection, else as boto3 finds them (environment, profile, role)."""
    from glamflow.store.factory import open_files

    extra = connection.extra
    return open_files(
        url, access_key=connection.login, secret_key=connection.password, endpoint=str(extra.get("endpoint_url", "")),
        region=str(extra.get("region_name", "")),
    )  # fmt: skip


def open_media_session(partner: Partner, settings: Settings, ledger: Ledger, *, agent: str) -> Session:
    """For the partner's files; the rate of its source holds for each of their hosts, too."""
    from glamflow.net.session import Session

    rate = partner.source.requests_per_second
    pacer = host_pace(ledger).at(1 / rate) if rate > 0 else host_pace(ledger)
    return Session(contact=settings.contact, product=agent, trust=partner.media.allow_hosts, pacer=pacer)


def host_pace(ledger: Ledger, *, sleep: Callable[[float], None] = time.sleep) -> SharedPacer:
    """Requests to a host are booked in the ledger, as writes to a wiki are: one budget for all DAGs and workers."""
    from glamflow.net.pace import SharedPacer

    return SharedPacer(lambda host, seconds: ledger.write_slot(f"host:{host}", per_minute=60.0 / seconds), sleep=sleep)


def tls_of(connection: ConnectionFacts) -> ssl.SSLContext | None:
    """TLS as the connection wants it; verification is never off."""
    extra = connection.extra
    if not extra.get("ca_file") and not extra.get("cert_file"):
        return None
    context = ssl.create_default_context(cafile=str(extra["ca_file"]) if extra.get("ca_file") else None)
    if extra.get("cert_file"):
        context.load_cert_chain(str(extra["cert_file"]), str(extra["key_file"]) if extra.get("key_file") else None)
    return context
