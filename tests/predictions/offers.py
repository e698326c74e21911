"""Offers as a model writes them: small files, staged and published like those of a run."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone
from django_scopes import scope

from predictions import offering, publications
from predictions.models import Publication, ScoringRun
from tests.cast import Cast

Given = list[tuple[str, str, int, bool]]


def table(given: Given, *, reason: str = "{}") -> pa.Table:
    """(customer, SKU, rank, bought before) as the rows of offers.parquet."""
    return pa.table({
        "customer_id": pa.array([row[0] for row in given], pa.string()),
        "sku": pa.array([row[1] for row in given], pa.string()),
        "rank": pa.array([row[2] for row in given], pa.int32()),
        "score": pa.array([1 / row[2] for row in given], pa.float64()),
        "probability": pa.array([0.5 / row[2] for row in given], pa.float64()),
        "expected_value": pa.array([10.0] * len(given), pa.float64()),
        "reason": pa.array([reason] * len(given), pa.string()),
        "is_repeat": pa.array([row[3] for row in given], pa.bool_()),
        "pinned": pa.array([False] * len(given), pa.bool_()),
        "shown": pa.array([row[2] <= 10 for row in given], pa.bool_()),
    })  # fmt: skip


def write(folder: Path, offers: pa.Table, pitches: pa.Table | None = None) -> None:
    """The four files; every customer owns "Tools" and could buy "Paint"."""
    folder.mkdir(parents=True, exist_ok=True)
    customers, skus = (sorted(set(offers[name].to_pylist())) for name in ("customer_id", "sku"))
    more: dict[str, Any] = {"expected_value": [100.0 - n for n in range(len(customers))]}
    prospects = pa.table({
        "customer_id": pa.array(customers, pa.string()), "fit": [0.5] * len(customers),
        "intent": [0.25] * len(customers), "expected_value": pa.array(more["expected_value"], pa.float64()),
        "owned": pa.array([["Tools", 'a "b", 中']] * len(customers), pa.list_(pa.string())),
        "opportunities": pa.array([json.dumps({"Paint": [0.4, 12.5]})] * len(customers), pa.string()),
    })  # fmt: skip
    outlooks = pa.table({
        "sku": pa.array(skus, pa.string()), "expected": [1.5] * len(skus), "candidates": [3] * len(skus),
        "owners": [2] * len(skus), "buyers": [1] * len(skus),
        "goes_with": pa.array([json.dumps([{"sku": "A", "both": 2, "buyers": 3}])] * len(skus), pa.string()),
    })  # fmt: skip
    files = {"offers": offers, "pitches": offers.slice(0, 0) if pitches is None else pitches,
             "prospects": prospects, "outlooks": outlooks}  # fmt: skip
    for name, made in files.items():
        pq.write_table(made, folder / f"{name}.parquet")


def staged(
    cast: Cast, run: ScoringRun, offers: pa.Table, *, pitches: pa.Table | None = None, **evidence: Any
) -> Publication:
    """What a scoring run does with the files of a model, for Alder. evidence: what it tells beside white space."""
    as_of: date = timezone.localdate()
    made = publications.begun(run, cast.alder, cast.version("recommendation"), as_of=as_of)
    written = made.folder / f"making-{run.fence}"
    write(written, offers, pitches)
    offering.stage(run, made, written, {"white_space": {"categories": [], "segments": {}}, **evidence})
    return made


def put(cast: Cast, offers: pa.Table, **more: Any) -> tuple[Publication, bool]:
    """Staged and published, if the gates allow."""
    run = ScoringRun.objects.create(kind="recommendation")
    run.claim(worker="w", at=timezone.now())
    with scope(partner=cast.alder):
        made = staged(cast, run, offers, **more)
        return made, publications.publish(made, run=run, at=timezone.now())
