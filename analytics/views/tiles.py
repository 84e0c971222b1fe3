"""A number with what it means, how it moved and where it can be counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from analytics.charts import sparkline
from analytics.charts.shapes import Number, shown
from analytics.definitions import REGISTRY, Definition


@dataclass(frozen=True, slots=True)
class Tile:
    """`change` is the difference to the period before, in the unit of the value; `said` are the actual figures."""

    definition: Definition
    value: str
    change: str
    is_down: bool
    spark: SafeString
    url: str
    said: str


def tile(
    id: str, value: Number, *, before: Number = None, unit: str = "", trend: Sequence[Any] = (), url: str = "",
    said: str = "",
) -> Tile:  # fmt: skip
    """Return the tile of a definition. Without a value before there is no change."""
    moved = None if value is None or before is None else round(float(value) - float(before), 2)
    change = "" if moved is None else f"{'+' if moved > 0 else '−' if moved < 0 else '±'}{shown(abs(moved), unit)}"
    return Tile(
        definition=REGISTRY[id], value=shown(value, unit), change=change, is_down=bool(moved and moved < 0),
        spark=sparkline(trend), url=url, said=said,
    )  # fmt: skip
