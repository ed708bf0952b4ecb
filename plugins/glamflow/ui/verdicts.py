"""A rights decision as people read it: the work and its reproduction, each with its status and both halves of the proof."""

from __future__ import annotations

from typing import Any

import msgspec

from glamflow.transforms.rights.decision import Half, Layer, LayerStatus, RightsDecision
from glamflow.ui.pages import LayerView

_STATUS = {
    LayerStatus.PD: "public domain", LayerStatus.LICENSED: "under a free licence", LayerStatus.NOT_A_WORK: "not a work of its own",
    LayerStatus.IN_COPYRIGHT: "in copyright", LayerStatus.UNKNOWN: "not known",
}  # fmt: skip


def read_decision(kept: dict[str, Any] | None) -> RightsDecision | None:
    """The decision as the ledger keeps it; None for a file that no decision was made on."""
    if not kept:
        return None
    try:
        return msgspec.convert(kept, RightsDecision)
    except msgspec.ValidationError:  # kept by another version of the rules: the page tells the rest
        return None


def layers_of(decision: RightsDecision) -> tuple[LayerView, ...]:
    """The work, and its reproduction where that counts apart."""
    found = [_layer("The work", decision.work)]
    if decision.reproduction is not None:
        found.append(_layer("Its reproduction", decision.reproduction))
    return tuple(found)


def _layer(name: str, layer: Layer) -> LayerView:
    return LayerView(
        name=name, status=_STATUS[layer.status], licence=layer.licence, licensor=layer.licensor, basis=layer.basis,
        at_home=_half(layer.source_half), in_us=_half(layer.us_half),
    )  # fmt: skip


def _half(half: Half | None) -> str:
    if half is None:
        return ""
    since = f" since {half.free_from}" if half.free and half.free_from else ""
    later = f"; free in {half.free_from}" if half.free is False and half.free_from else ""
    word = {True: "free", False: "not free", None: "not known"}[half.free]
    return f"{word}{since}{later}"
