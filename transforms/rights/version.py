"""The version of the tables, for digests of decisions."""

from __future__ import annotations

from glamflow.transforms.rights.tables import table_version

TABLE_VERSION = table_version()
