"""The simulated tables as datasets the engine reads, without the upload between; and lists judged by the truth."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from portal.demo import recovery
from portal.demo.world import PartnerWorld, World
from training.ml import engine
from training.ml.interface import PartnerData, Task

ATTRIBUTES = {"employees", "contract", "terms", "manager"}


def dataset(share: PartnerWorld, folder: Path) -> PartnerData:
    home = folder / share.partner.slug
    home.mkdir(parents=True)
    for name, table in share.tables.items():
        if name == "customers":
            table = table.rename_columns(
                [f"attr_{each}" if each in ATTRIBUTES else each for each in table.column_names]
            )
        if name == "orders":
            table = table.append_column("is_return", pc.less(table["quantity"], pa.scalar(0.0)))
        pq.write_table(table, home / f"{name}.parquet")
    return PartnerData(share.partner.slug, home)


def judged(world: World, slugs: list[str], folder: Path, *, budget: float) -> pd.DataFrame:
    """Train inactivity churn on these partners, predict each on the anchor day, and join the truth."""
    data = {slug: dataset(world.of(slug), folder / "data") for slug in slugs}
    task = Task(kind="churn", outcome="inactivity:90", horizon=90, budget=budget)
    engine.train(list(data.values()), task=task, as_of=world.until, out=folder / "artefact")
    parts = []
    for slug, one in data.items():
        scores = engine.predict(folder / "artefact", one, as_of=world.until).to_pandas()
        orders = world.of(slug).tables["orders"]
        bought = orders.filter(pc.greater(orders["quantity"], 0.0)).to_pandas()
        last = bought.groupby("customer_id")["date"].max()
        parts.append(recovery.joined(scores, world.of(slug).truth.to_pandas(), last))
    return pd.concat(parts, ignore_index=True)
