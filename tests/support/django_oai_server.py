"""The package `django-oai-pmh` as a process of its own: prints its port, then serves on 127.0.0.1 until it is ended.

    python django_oai_server.py FOLDER PAGE

POST /control takes a list of records `{"key", "day", "deleted", "sets"}` to make or change; everything else is the package's.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"


def configure(folder: str, page: int) -> None:
    """A Django project that has this one app."""
    settings.configure(
        SECRET_KEY="only here", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF="django_oai_pmh.urls", USE_TZ=True, TIME_ZONE="UTC",
        INSTALLED_APPS=["django.contrib.contenttypes", "django_oai_pmh"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/django.db"}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        OAI_PMH={"REPOSITORY_NAME": "Django museum", "BASE_URL": "http://127.0.0.1/", "NUM_PER_PAGE": page},
    )  # fmt: skip
    django.setup()
    call_command("migrate", verbosity=0)


def keep(rows: list[dict[str, Any]]) -> None:
    """Records as their owner would save them; the time of the last change is set afterwards, the package stamps its own."""
    from django_oai_pmh.models import Header, MetadataFormat, Set, XMLRecord

    prefix, _ = MetadataFormat.objects.get_or_create(
        prefix="oai_dc", defaults={"schema": "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "namespace": OAI_DC}
    )
    for row in rows:
        header, _ = Header.objects.update_or_create(identifier=row["key"], defaults={"deleted": row["deleted"]})
        header.metadata_formats.set([prefix])
        header.sets.set([Set.objects.get_or_create(spec=one, defaults={"name": one})[0] for one in row["sets"]])
        xml = (
            f'<oai_dc:dc xmlns:oai_dc="{OAI_DC}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{row['title']}</dc:title></oai_dc:dc>"
        )
        XMLRecord.objects.update_or_create(header=header, metadata_prefix=prefix, defaults={"xml_metadata": xml})
        day = dt.datetime.fromisoformat(row["day"]).replace(tzinfo=dt.UTC)
        Header.objects.filter(pk=header.pk).update(timestamp=day)


class Quiet(WSGIRequestHandler):
    """Without a line per request."""

    def log_message(self, *_: Any) -> None:
        return


def main() -> None:
    configure(sys.argv[1], int(sys.argv[2]))
    application = get_wsgi_application()

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/control":
            return application(environ, start_response)
        keep(json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
        start_response("204 No Content", [])
        return []

    with make_server("127.0.0.1", 0, serve, handler_class=Quiet) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
