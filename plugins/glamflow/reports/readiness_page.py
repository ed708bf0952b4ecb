"""The readiness report as one page in the partner's language; it asks nothing of any server."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from glamflow.reports.readiness import Readiness
from glamflow.transforms.sentences import LANGUAGES, explain


def render_readiness(report: Readiness) -> str:
    """HTML; every value from outside passes through autoescape."""
    language = report.language if report.language in LANGUAGES else "en"
    words = _words(language)

    def say(key: str, **values: Any) -> str:
        return words[key].format(**values)

    return _environment().get_template("readiness.html").render(
        r=report, say=say, lead=_lead(report, say), percent=percent, size=size, direction="rtl" if language == "ar" else "ltr",
        explain=functools.partial(explain, language=language),
    )  # fmt: skip


def _lead(report: Readiness, say: Any) -> str:
    one = report.estimate
    if not one.of_files:
        return str(say("none"))
    bounds = {"share": percent(one.share), "low": percent(one.low), "high": percent(one.high)}
    if report.records is None:
        return str(say("lead_share", **bounds))
    return str(say("lead", files=one.files, of_files=one.of_files, **bounds))


def percent(share: float) -> str:
    """"63 %", with a space that does not break."""
    return f"{share * 100:.0f}\u202f%"


def size(value: int) -> str:
    """Bytes in the unit that leaves one to three digits."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if value >= step:
            return f"{value / step:.3g}\u202f{unit}"
    return f"{value}\u202fB"


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("glamflow.reports"), autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


@functools.cache
def _words(language: str) -> dict[str, str]:
    path = resources.files("glamflow.reports") / "words" / "readiness" / f"{language}.json"
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return texts
