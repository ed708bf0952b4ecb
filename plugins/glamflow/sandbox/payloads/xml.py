"""Writing namespaced XML without a template: `child(parent, "lido:term", "oljemålning", lang="sv", type="preferred")`.

`lang` becomes `xml:lang`; other keywords take the namespace that the tree's `Names` gives to attributes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

XML = "http://www.w3.org/XML/1998/namespace"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Element = etree._Element


class Names:
    """The prefixes of one format, and the prefix of its attributes ("" = attributes stand in no namespace)."""

    def __init__(self, prefixes: Mapping[str, str], *, attributes: str = "") -> None:
        self.prefixes = dict(prefixes)
        self.attributes = attributes

    def tag(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return f"{{{self.prefixes[prefix]}}}{local}"

    def root(self, name: str, schema: str = "") -> Element:
        element = etree.Element(self.tag(name), nsmap={**self.prefixes, **({"xsi": XSI} if schema else {})})
        if schema:
            element.set(f"{{{XSI}}}schemaLocation", schema)
        return element

    def child(self, parent: Element, name: str, text: object = None, **attributes: str) -> Element:
        element = etree.SubElement(parent, self.tag(name))
        if text is not None:
            element.text = _ILLEGAL.sub("", str(text))
        for key, value in attributes.items():
            if value:
                element.set(self._attribute(key), value)
        return element

    def path(self, parent: Element, names: str, text: object = None, **attributes: str) -> Element:
        """Nested new elements "a/b/c"; text and attributes go to the last one, which is returned."""
        *outer, last = names.split("/")
        for name in outer:
            parent = self.child(parent, name)
        return self.child(parent, last, text, **attributes)

    def _attribute(self, key: str) -> str:
        if key == "lang":
            return f"{{{XML}}}lang"
        if "__" in key:  # rdf__about
            return self.tag(key.replace("__", ":"))
        return self.tag(f"{self.attributes}:{key}") if self.attributes else key
