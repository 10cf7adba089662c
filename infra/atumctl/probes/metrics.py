"""Reads the Prometheus text that the API serves at /metrics."""

from __future__ import annotations

import re
from dataclasses import dataclass

SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Metrics:
    """Samples by name, each with its labels."""

    samples: dict[str, list[tuple[dict[str, str], float]]]

    def value(self, name: str, **labels: str) -> float | None:
        """Return a sample's value; None when there is none or it is not a number."""
        for found, value in self.samples.get(name, []):
            if labels.items() <= found.items():
                return None if value != value else value
        return None


def read_metrics(text: str) -> Metrics:
    """Return the samples of an exposition; lines that are none are passed over."""
    samples: dict[str, list[tuple[dict[str, str], float]]] = {}
    for line in text.splitlines():
        found = SAMPLE.match(line)
        if not found:
            continue
        try:
            value = float(found[3])
        except ValueError:
            continue
        samples.setdefault(found[1], []).append((dict(LABEL.findall(found[2] or "")), value))
    return Metrics(samples)
