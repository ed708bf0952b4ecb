"""Registers glamflow's pages where the distribution is not installed, from the plugins folder alone.

With the distribution installed its entry point has registered them already, and a second plugin of the same name would
be an import error in the UI: then this file registers nothing.
"""

from __future__ import annotations

from importlib.metadata import entry_points

if not any(entry.name == "glamflow" for entry in entry_points(group="airflow.plugins")):
    from glamflow.ui.plugin import GlamflowPlugin

    __all__ = ["GlamflowPlugin"]
