"""Look-alikes of the templates that we use. They show what a visitor of Commons would see, in simpler form.

An information template names its parameters from a closed set; one that is not in the set is red, as it would vanish without
a word on the real wiki. Templates without a look-alike are expanded from their own page.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup, escape
from mwparserfromhell.nodes import Template

from glamflow.sandbox.wiki.entities import label
from glamflow.sandbox.wiki.pages import find_page, latest
from glamflow.sandbox.wiki.render.licences import draw_licence, is_licence
from glamflow.sandbox.wiki.render.wikitext import Made, Page, block, page_link, render, render_inline
from glamflow.sandbox.wiki.render.words import RIGHT_TO_LEFT, field_label, language_name, parameters_of
from glamflow.sandbox.wiki.titles import CREATOR, INSTITUTION, ITEM, Title

_LONG = frozenset({"description", "artwork license", "photo license", "other versions", "notes"})


def values(node: Template) -> dict[str, str]:
    """Parameters by name; given twice, the last one counts."""
    return {str(param.name).strip(): str(param.value).strip() for param in node.params}


def draw(page: Page, node: Template, title: Title) -> str:
    """HTML of a template whose page exists."""
    name = title.name
    if title.ns in {CREATOR, INSTITUTION}:
        return _agent(page, title, values(node))
    known = parameters_of(name)
    if known is not None:
        return block(_information(page, name, known, values(node)))
    code = name.lower()
    if language_name(code) is not None and code != "mul":
        return _language(page, code, values(node).get("1", ""))
    if code == "lang":
        given = values(node)
        return _language(page, given.get("1", ""), given.get("2", ""))
    if is_licence(name):
        return block(draw_licence(page, name, values(node)))
    drawer = _OTHERS.get(code)
    return drawer(page, values(node)) if drawer else _expand(page, title, values(node))


def _information(page: Page, name: str, known: tuple[str, ...], given: dict[str, str]) -> Markup:
    rows: list[Markup] = []
    normal = {re.sub(r"[_\s]+", " ", key).lower(): value for key, value in given.items()}
    exact = name == "Book"
    for key in known:
        value = normal.get(key, "")
        if value:
            css = ' class="long"' if key in _LONG else ""
            rows.append(Markup("<tr{}><th scope=row>{}</th><td>{}</td></tr>").format(
                Made(css), field_label(key, page.language), _field(page, key, value)
            ))  # fmt: skip
    for key, value in given.items():
        plain = re.sub(r"[_\s]+", " ", key).lower()
        wrong_case = not exact and key != key.lower() and name != "Information"
        if plain not in known or wrong_case:
            page.problems.append(f"{name}: {key}")
            rows.append(Markup('<tr class="missing"><th scope=row>{}: {}</th><td>{}</td></tr>').format(
                page.word("unknown_parameter"), key, value[:200]
            ))  # fmt: skip
    return Markup('<table class="information" data-template="{}"><tbody>{}</tbody></table>').format(name, Markup("").join(rows))


def _field(page: Page, key: str, value: str) -> Markup:
    if key == "wikidata" and re.fullmatch(r"Q\d+", value):
        return _item(page, value)
    if key == "date" and (match := re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", value)):
        return _iso_date(match.group(0), page.language)
    return render_inline(page, value)


def _iso_date(text: str, language: str) -> Markup:
    months = {
        "en": "January February March April May June July August September October November December",
        "sv": "januari februari mars april maj juni juli augusti september oktober november december",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    }
    parts = text.split("-")
    names = months.get(language, months["en"]).split()
    month = names[int(parts[1]) - 1] if len(parts) > 1 and 1 <= int(parts[1]) <= 12 else ""
    day = str(int(parts[2])) if len(parts) > 2 else ""
    return Markup('<time datetime="{}">{}</time>').format(text, " ".join(part for part in (day, month, parts[0]) if part))


def _item(page: Page, item_id: str) -> Markup:
    shown, _ = label(page.state, item_id, page.language)
    return page_link(page, Title(ITEM, item_id), f"{shown} ({item_id})" if shown != item_id else item_id)


def _language(page: Page, code: str, text: str) -> str:
    direction = "rtl" if code in RIGHT_TO_LEFT else "ltr"
    return block(Markup('<div class="lang" lang="{0}" dir="{1}"><span class="name">{2}:</span> {3}</div>').format(
        code, direction, language_name(code) or code, render_inline(page, text)
    ))  # fmt: skip


def _agent(page: Page, title: Title, given: dict[str, str]) -> str:
    """`{{Creator:Name|option}}` and `{{Institution:Name}}`."""
    option = given.get("1") or given.get("option") or given.get("Option") or ""
    prefix = Markup('<span class="option">{}</span> ').format(option) if option else Markup("")
    return str(Markup('<span class="agent {}">{}{}</span>').format(
        "creator" if title.ns == CREATOR else "institution", prefix, page_link(page, title, title.name)
    ))  # fmt: skip


def _agent_by_item(page: Page, given: dict[str, str]) -> str:
    item = given.get("Wikidata") or given.get("wikidata") or ""
    if not re.fullmatch(r"Q\d+", item):
        return str(escape(given.get("name", given.get("Name", given.get("1", "?")))))
    option = given.get("Option") or given.get("option") or ""
    prefix = Markup('<span class="option">{}</span> ').format(option) if option else Markup("")
    return str(Markup('<span class="agent">{}{}</span>').format(prefix, _item(page, item)))


def _other_date(page: Page, given: dict[str, str]) -> str:
    kind, first, second = (given.get(key, "") for key in ("1", "2", "3"))
    texts = {
        "circa": "circa {0}", "ca": "circa {0}", "between": "between {0} and {1}", "or": "{0} or {1}", "before": "before {0}",
        "after": "after {0}", "by": "by {0}", "from": "from {0}", "until": "until {0}", "century": "{0}th century", "decade": "{0}s",
        "unknown": "unknown date", "?": "unknown date", "~": "circa {0}", "-": "from {0} until {1}", "early": "early {0}", "late": "late {0}",
    }  # fmt: skip
    if kind.lower() not in texts:
        page.problems.append(f"other date: {kind}")
        return str(Markup('<span class="missing">{}</span>').format(f"other date: {kind}"))
    era = f" {given['era']}" if given.get("era") else ""
    return str(escape(texts[kind.lower()].format(first or "?", second or "?") + era))


def _complex_date(_: Page, given: dict[str, str]) -> str:
    ends = [" ".join(given[key] for key in (f"adj{n}", f"date{n}", f"era{n}") if given.get(key)) for n in (1, 2)]
    joined = f" {'and' if given.get('conj') == 'between' else given.get('conj', '')} ".join(end for end in ends if end)
    return str(escape(f"between {joined}" if given.get("conj") == "between" else joined))


def _size(_: Page, given: dict[str, str]) -> str:
    unit = given.get("unit", given.get("1", "cm"))
    named = [f"{key} {given[key]} {unit}" for key in ("height", "width", "depth", "length", "diameter") if given.get(key)]
    plain = [given[key] for key in ("2", "3", "4") if given.get(key)]
    return str(escape("; ".join(named) or " × ".join(plain) + f" {unit}"))


def _delete(page: Page, given: dict[str, str]) -> str:
    return block(Markup('<div class="notice">⚠ {}. {}</div>').format(page.word("tagged"), given.get("reason", given.get("1", ""))))


def _expand(page: Page, title: Title, given: dict[str, str]) -> str:
    """A template without look-alike: its own page with the parameters put in."""
    row = find_page(page.state, title)
    text = str(latest(page.state, row)["text"]) if row is not None else ""
    text = re.sub(r"<!--.*?-->|<noinclude>.*?</noinclude>", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{\{([^{}|]+)(?:\|([^{}]*))?\}\}\}", lambda m: given.get(m.group(1).strip(), m.group(2) or ""), text).strip()
    if not text:
        return ""
    return block(Markup('<div class="box" data-template="{}">{}</div>').format(title.name, render(page, text)))


_OTHERS: dict[str, Callable[[Page, dict[str, str]], str]] = {
    "creator": _agent_by_item,
    "institution": _agent_by_item,
    "other date": _other_date,
    "size": _size,
    "delete": _delete,
    "complex date": _complex_date,
    "language": lambda page, given: str(escape(language_name(given.get("1", "")) or given.get("1", ""))),
    "unknown": lambda page, given: str(escape(page.word("unknown_author"))),
    "anonymous": lambda page, given: str(escape(page.word("anonymous"))),
    "own": lambda page, given: "Own work",
    "inscription": lambda page, given: str(Markup("<q>{}</q>").format(given.get("1", ""))),
    "title": lambda page, given: str(Markup("<i>{}</i>").format(render_inline(page, given.get("1", "")))),
    "hiddencat": lambda page, given: "",
}
