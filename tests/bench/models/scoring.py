"""Scoring a vast partner end to end, beside bare LightGBM with a COPY of the same rows; and the memory it takes.

Ours is the real thing: a scoring run claimed and done by its limited child, from the dataset's files to the published
list. The rival is given the finished matrix and the customers' keys: LightGBM's own predict on all rows, its own
contributions on the fifth that ranks first, and one COPY of the same rows into a table with the same indexes.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench import house
from tests.bench.models import Line, vast
from tests.bench.watch import Measured, watched

if TYPE_CHECKING:
    import lightgbm

    from predictions.models import Publication
    from training.ml.committee import Committee

CUSTOMERS, FEW = 1_000_000, 20_000
TAUGHT = 20_000
WEIGHTS = {"logistic": 0.4, "boosting": 0.6}
TOP = 0.2
GIB = 1024.0


def measure(*, quick: bool) -> Iterator[Line]:
    customers = FEW if quick else CUSTOMERS
    with tempfile.TemporaryDirectory() as home, house.database(Path(home)) as where:
        world = _World(Path(home), where, customers=customers)
        ours, rows = world.scored()
        rival = world.rival()
        bare = sum(rival.values())
        told = ", ".join(f"{name} {seconds:.1f}" for name, seconds in rival.items())
        ratio = ours.seconds / bare
        yield Line(f"scoring {customers:,} customers into {where.name}, end to end, s", ours.seconds, bare,
                   f"bare: {told}", "", None, rows)  # fmt: skip
        yield Line("scoring end to end ÷ bare LightGBM and COPY", ratio, 1.0, "bare", "≤ 2", ratio <= 2, rows)
        memory = ours.child / GIB
        yield Line("most memory while scoring, GiB", memory, None, "", "≤ 4", memory <= 4, rows)


class _World:
    """One partner with a dataset, its customers in the database, and a champion: a blend learned from a sample."""

    def __init__(self, home: Path, where: house.Where, *, customers: int) -> None:
        house.begin(home, where)
        from django_scopes import scopes_disabled

        crowd = house.Crowd(customers, vast.LINES, vast.TODAY, vast.number, vast.NUMBER)
        with scopes_disabled():
            self.partner = house.vast_partner(crowd, lambda folder: vast.write(folder, customers=customers))
            self._champion(home)

    def _champion(self, home: Path) -> None:
        from training import registry

        folder = home / "model"
        folder.mkdir()
        self.model = _learned(self.partner.slug, self.partner.dataset.folder, folder)  # type: ignore[union-attr]
        fields = {"kind": "churn", "partner": self.partner, "outcome": "inactivity:90", "family": "blend",
                  "as_of": vast.TODAY}  # fmt: skip
        version = registry.register(fields, folder=folder)
        registry.promote(version, by=None)
        self.artefact = version.folder

    def scored(self) -> tuple[Measured, int]:
        """A run done by its child; what it took, and how many rows were published."""
        from django_scopes import scope, scopes_disabled

        from portal.kit import runs
        from predictions import publications, scoring

        with scopes_disabled():
            run = scoring.prepare("churn", by=None, partner=self.partner, as_of=vast.TODAY)
            with watched() as seen:
                ended = runs.run_here(run)
        assert ended.state == ended.State.SUCCEEDED, ended.message
        with scope(partner=self.partner):
            shown = publications.shown(self.partner, "churn")
        assert shown is not None
        self.shown: Publication = shown
        return seen, shown.counts["rows"]

    def rival(self) -> dict[str, float]:
        """Seconds of predict, contributions and COPY."""
        model = self.model.models["boosting"][0]
        x, boosters = self._matrix(), model.boosters  # type: ignore[attr-defined]
        started = time.perf_counter()
        margin = np.mean([one.predict(x, raw_score=True) for one in boosters], axis=0)
        predicted = time.perf_counter()
        top = x[np.argsort(-margin)[: int(TOP * len(x))]]
        chosen = time.perf_counter()
        for one in boosters:
            _contributions(one, top)
        explained = time.perf_counter()
        return {"predict": predicted - started, "contributions": explained - chosen, "copy": self._copy()}

    def _matrix(self) -> Any:
        """The rows as the rival gets them: ready made, and in the order LightGBM likes."""
        import json

        from training.ml import crowd, inputs, labels
        from training.ml.interface import PartnerData

        state = json.loads((self.artefact / "state.json").read_text(encoding="utf-8"))
        recipe = inputs.Inputs.from_dict(state["inputs"])
        data = PartnerData(self.partner.slug, self.partner.dataset.folder)  # type: ignore[union-attr]
        outcome = labels.Outcome(state["mode"], state["days"], state["category"])
        everybody = crowd.gathered(data, outcome, as_of=vast.TODAY)
        ladders = crowd.ladders(everybody, recipe)
        return crowd.answers(everybody, lambda some: recipe.matrix(some, ladders=ladders))

    def _copy(self) -> float:
        """One statement that writes the published rows once more; on SQLite one executemany."""
        from django.db import connection, transaction
        from django_scopes import scope

        from predictions import rows

        with scope(partner=self.partner):
            table = rows.prepared(self.shown, _published(self.shown))
        with connection.cursor() as cursor:
            like = "(LIKE predictions_score INCLUDING ALL)"
            cursor.execute(
                f"CREATE TABLE bare {like}" if connection.vendor == "postgresql" else _same_table(cursor, "bare")
            )
        started = time.perf_counter()
        with transaction.atomic():
            rows.store(table.combine_chunks().to_batches()[0], into="bare")
        return time.perf_counter() - started


def _contributions(booster: "lightgbm.Booster", x: Any) -> None:
    booster.predict(x, pred_contrib=True)


def _published(publication: "Publication") -> Any:
    import pyarrow.parquet as parquet

    return parquet.read_table(publication.folder / "scores.parquet")


def _same_table(cursor: Any, name: str) -> str:
    cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'predictions_score'")
    return str(cursor.fetchone()[0]).replace('"predictions_score"', f'"{name}"', 1)


def _learned(key: str, dataset: Path, out: Path) -> "Committee":
    """A blend of logistic regression and boosting, fitted as `timed` fits its champion, without the search."""
    from training.ml import artefacts, bands, committee, history, inputs, labels, splits
    from training.ml.interface import Examples, Limits, PartnerData

    outcome = labels.parse("churn", "inactivity:90", horizon=90)
    frame, _ = history.gathered([PartnerData(key, dataset)], outcome, as_of=vast.TODAY, rows=TAUGHT, seed=7)
    recipe = inputs.fit(frame, days=outcome.days)
    moments = list(frame["as_of"].dt.date)
    examples = Examples(
        recipe.matrix(frame),
        frame["y"].to_numpy(np.float64),
        splits.recency_weights(moments, as_of=max(moments)),
        history.customer_groups(frame),
        frame["as_of"].to_numpy().astype("datetime64[D]").astype(np.int64),
        recipe.columns(),
    )
    model = committee.seated(examples, WEIGHTS, seed=7, limits=Limits(threads=2))
    model.save(out)
    rule = bands.thresholds(float(examples.y.mean()))
    state = {"kind": "churn", "outcome": "inactivity:90", "mode": outcome.mode, "days": outcome.days,
             "category": outcome.category, "inputs": recipe.as_dict(), "bands": rule}  # fmt: skip
    artefacts.seal(out, state)
    return model
