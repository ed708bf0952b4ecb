"""Language codes and names → BCP 47, lower case, as `Text.language` and `Record.content_languages` want them.

Rules
- ISO 639-2/B, /T and 639-3 codes become the two-letter code where there is one (`fre`, `fra` → `fr`; `dut` → `nl`).
- Region is dropped where it only names a spelling (`en-GB` → `en`); script and the varieties that Commons keeps apart stay
  (`zh-Hant`, `sr-Latn`, `pt-BR`).
- `zxx`, `und`, `mul`, `mis` say that there is no (one) language: None.
- A name ("Swedish", "svenska", "Schwedisch") is read from the table of the ten working languages.
Table: `data/languages.json` (codes of ISO 639, names of CLDR).
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

_TAG = re.compile(r"^[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}$")
_NO_LANGUAGE = frozenset({"zxx", "und", "mul", "mis", "xx", "n/a", "none"})
_KEPT_REGIONS = frozenset({"pt-br", "zh-tw", "zh-hk", "zh-cn"})


class _Table:
    """The codes and names of `data/languages.json`, read once."""

    def __init__(self) -> None:
        data = json.loads((files("glamflow.transforms.fields") / "data" / "languages.json").read_text("utf-8"))
        self.alpha3: dict[str, str] = data["alpha3"]
        self.names: dict[str, str] = data["names"]
        self.known: frozenset[str] = frozenset(data["known"])
        bare = {code: self.alpha3.get(code, code) for code in (*self.alpha3, *self.known) if _TAG.match(code) and len(code) < 4}
        self.bare: dict[str, str] = {code: tag for code, tag in bare.items() if tag in self.known and code not in _NO_LANGUAGE}
        """What a bare code in lower case stands for: almost every value of `xml:lang` is one."""


@cache
def _table() -> _Table:
    return _Table()


def parse_language(value: str) -> str | None:
    """The BCP 47 code of a language code or name, None if there is no language or it is not known."""
    table = _table()
    bare = table.bare.get(value)
    if bare is not None:
        return bare
    word = value.strip().lower().replace("_", "-") if len(value) <= 100 else ""
    if not word or word in _NO_LANGUAGE:
        return None
    if _TAG.match(word):
        primary, *rest = word.split("-")
        code = table.alpha3.get(primary, primary)
        if code in table.known:
            return _with_subtags(code, rest)
    return table.names.get(word.rstrip("."))


def _with_subtags(code: str, rest: list[str]) -> str:
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), "")
    if script:
        return f"{code}-{script}"
    region = next((part for part in rest if len(part) == 2), "")
    tag = f"{code}-{region}"
    return tag if tag in _KEPT_REGIONS else code
