"""Strict YAML with positions: one pass that gives plain data and the line of every key, one check against a JSON Schema.

Refused with the line: duplicate keys, anchors and aliases (a small file could unfold into gigabytes), tags, more than
one document, files over 1 MiB.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

import yaml
from jsonschema import ValidationError

from glamflow.schemas import load, validator
from glamflow.transforms.errors import ConfigInvalid

MAX_BYTES = 1024 * 1024
_Path = tuple[str | int, ...]


def read_yaml(text: str, *, file: str, schema: str) -> dict[str, Any]:
    """Checked data of `text`; `ConfigInvalid` for the first wrong line."""
    if len(text.encode()) > MAX_BYTES:
        raise ConfigInvalid(file, "the file is larger than 1 MiB", fix="A partner file holds facts of one partner only.")
    lines: dict[_Path, int] = {}
    try:
        _refuse_anchors(text, file)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        data = _build(node, (), lines, file) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigInvalid(
            file, f"this is no valid YAML ({error.problem or error.context})", line=mark.line + 1 if mark else None,
            fix="Mend indentation, quotes or the colon in this line.",
        ) from error  # fmt: skip
    except yaml.YAMLError as error:
        raise ConfigInvalid(file, f"this is no valid YAML ({error})", fix="Save the file as UTF-8 text.") from error
    if not isinstance(data, dict):
        raise ConfigInvalid(file, "the file holds no settings", line=1, fix="Start from an example in dags/partners/.")
    errors = sorted(validator(schema).iter_errors(data), key=lambda e: (lines.get(tuple(e.absolute_path), 0), len(e.path)))
    if errors:
        raise _explain(errors[0], lines, file)
    return data


def line_of(text: str, path: _Path) -> int | None:
    """The line of a key in a text that was read before, for checks that need more than the schema."""
    lines: dict[_Path, int] = {}
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    if node is not None:
        _build(node, (), lines, "")
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)


def _refuse_anchors(text: str, file: str) -> None:
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            line = event.start_mark.line + 1 if event.start_mark else None
            raise ConfigInvalid(file, "anchors and aliases are not allowed", line=line, fix="Write the value out.")


def _build(node: yaml.Node, path: _Path, lines: dict[_Path, int], file: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in result:
                raise ConfigInvalid(
                    file, "this key stands twice", line=key_node.start_mark.line + 1, key=_dotted((*path, key)), fix="Keep one of them."
                )
            lines[(*path, key)] = key_node.start_mark.line + 1
            result[key] = _build(value_node, (*path, key), lines, file)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, number), lines, file) for number, child in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    # Dates stay text (the schema says what a date looks like); so does every other tag that is not listed here.
    value = str(node.value)
    match node.tag.rsplit(":", 1)[-1]:
        case "null":
            return None
        case "bool":
            return value.lower() in ("true", "yes", "on")
        case "int" if value.lstrip("+-").isdigit():
            return int(value)
        case "float":
            return float(value)
    return value


def _explain(error: ValidationError, lines: dict[_Path, int], file: str) -> ConfigInvalid:
    path: _Path = tuple(error.absolute_path)
    line = lines.get(path)
    rule: Any = error.validator_value
    instance: Any = error.instance
    schema: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    match error.validator:
        case "additionalProperties":
            known = list(schema.get("properties", {}))
            unknown = next(key for key in instance if key not in known)
            close = difflib.get_close_matches(unknown, known, n=1)
            hint = f"Did you mean “{close[0]}”?" if close else f"Allowed here: {', '.join(known)}."
            where = (*path, unknown)
            return ConfigInvalid(file, "unknown key", line=lines.get(where, line), key=_dotted(where), fix=hint)
        case "required":
            missing = next(key for key in rule if key not in instance)
            hint = f"Add “{missing}:”. {_description(schema, missing)}".strip()
            return ConfigInvalid(file, "a key is missing", line=line, key=_dotted((*path, missing)), fix=hint)
        case "oneOf" | "anyOf" if any("required" in choice for choice in rule):
            wanted = " / ".join(" and ".join(choice["required"]) for choice in rule if "required" in choice)
            return ConfigInvalid(file, f"one of {wanted} is needed", line=line, key=_dotted(path), fix="Add one of them.")
        case "enum":
            allowed = ", ".join(str(value) for value in rule)
            return ConfigInvalid(
                file, f"“{error.instance}” is not allowed", line=line, key=_dotted(path), fix=f"Allowed: {allowed}."
            )
    problem = error.message[:200].rstrip(".")
    return ConfigInvalid(file, problem, line=line, key=_dotted(path), fix=str(schema.get("description", "")))


def _description(schema: dict[str, Any], key: str) -> str:
    entry = schema.get("properties", {}).get(key, {})
    if "$ref" in entry:
        entry = load("partner")["$defs"][entry["$ref"].rsplit("/", 1)[-1]]
    return str(entry.get("description", ""))


def _dotted(path: _Path) -> str:
    return ".".join(str(part) for part in path)
