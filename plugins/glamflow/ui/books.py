"""Ledger and store as the pages use them: opened once per process, read only."""

from __future__ import annotations

from functools import cache

from glamflow.ledger.ledger import Ledger
from glamflow.settings import read_settings
from glamflow.store.factory import open_store as store_at
from glamflow.store.protocol import ObjectStore


def open_ledger() -> Ledger:
    return _ledger(read_settings().ledger)


def open_store() -> ObjectStore:
    return _store(read_settings().store)


@cache
def _ledger(address: str) -> Ledger:
    return Ledger.open(address, actor="airflow:ui").migrate()


@cache
def _store(address: str) -> ObjectStore:
    return store_at(address)
