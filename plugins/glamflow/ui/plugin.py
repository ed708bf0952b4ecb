"""`GlamflowPlugin`: our pages inside Airflow's web server. Found by the entry point `airflow.plugins`.

Every Airflow process imports this at start, so the pages themselves are imported only by the web server (`_pages`).
"""

from __future__ import annotations

import sys
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/glam"


def _pages() -> list[dict[str, Any]]:
    """The FastAPI app, in the one process that serves it: elsewhere its imports would only cost time."""
    if not {"api-server", "api_server", "standalone"} & set(sys.argv) and "airflow.api_fastapi.main" not in sys.modules:
        return []
    from glamflow.ui.app import app

    return [{"app": app, "url_prefix": PREFIX, "name": "glamflow"}]


class GlamflowPlugin(AirflowPlugin):
    """Overview in the navigation, the partner's page on each of its DAGs."""

    name = "glamflow"
    fastapi_apps: ClassVar[list[Any]] = _pages()
    external_views: ClassVar[list[Any]] = [
        {"name": "Collections", "href": f"{PREFIX}/", "url_route": "glamflow", "destination": "nav", "category": "browse"},
        {"name": "Partner", "href": f"{PREFIX}/dag/{{DAG_ID}}", "url_route": "glamflow-partner", "destination": "dag"},
    ]
