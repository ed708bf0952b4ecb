"""A stateful stand-in for Wikimedia Commons and Wikidata on one host."""

from __future__ import annotations

from glamflow.sandbox.wiki.server import SandboxWiki

__all__ = ["SandboxWiki"]
