"""Ready `source:` and `mapping:` blocks of well-known APIs, one YAML file each in `presets/`.

A preset is a beginning: what it says about paging and paths was read in the API's documentation; whose records, and what
their licences mean for this partner, a person has to say.
"""

from __future__ import annotations

from importlib import resources

from glamflow.transforms.errors import ConfigInvalid


def preset_names() -> list[str]:
    """All presets, by name."""
    folder = resources.files("glamflow.harvest") / "presets"
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def read_preset(name: str) -> str:
    """The YAML text of a preset; `ConfigInvalid` names those there are."""
    if name not in preset_names():
        raise ConfigInvalid("presets", f"there is no preset “{name}”", fix=f"Known: {', '.join(preset_names())}.")
    return (resources.files("glamflow.harvest") / "presets" / f"{name}.yaml").read_text(encoding="utf-8")
