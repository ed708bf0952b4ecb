"""What Airflow asks of an installed distribution (entry point `apache_airflow_provider`).

Imported by every Airflow process at start: nothing here may import Airflow or anything heavy.
"""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Connection types with their hooks, and the extra links that the task page may show."""
    return {
        "package-name": "glamflow",
        "name": "glamflow",
        "description": "Collections to Wikimedia Commons and Wikidata.",
        "connection-types": [
            {
                "connection-type": "wikimedia",
                "hook-class-name": "glamflow.hooks.wikimedia.WikimediaHook",
                "hook-name": "Wikimedia wiki",
            },
            {
                "connection-type": "oai_pmh",
                "hook-class-name": "glamflow.hooks.oai_pmh.OaiPmhHook",
                "hook-name": "OAI-PMH feed",
            },
        ],
        "extra-links": [
            "glamflow.orchestration.links.PartnerLink",
            "glamflow.orchestration.links.ReportLink",
            "glamflow.orchestration.links.PlanLink",
            "glamflow.orchestration.links.QualityLink",
        ],
    }
