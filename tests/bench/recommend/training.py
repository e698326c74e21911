"""Training on ten million made-up interactions, at the default budget, in a process of its own: seconds and memory."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from tests.bench.recommend import Line, market

CUSTOMERS, FEW = 1_000_000, 50_000
PRODUCTS, LINES = 5_000, 10
SECONDS, GIB = 600.0, 8.0


def measure(*, quick: bool) -> Iterator[Line]:
    """Seconds and most memory of `engine.train` on a dataset folder, all sources allowed."""
    customers = FEW if quick else CUSTOMERS
    with tempfile.TemporaryDirectory() as room:
        data = Path(room) / "data"
        market.write(data, customers=customers, products=PRODUCTS, lines=LINES)
        begun = monotonic()
        child = [sys.executable, "-W", "ignore", "-m", "tests.bench.recommend.training", str(data), f"{room}/out"]
        said = subprocess.run(child, check=True, capture_output=True, text=True).stdout
        seconds, told = monotonic() - begun, json.loads(said.splitlines()[-1])
    lines = customers * LINES
    what = f"training on {lines:,} interactions, {customers:,} customers × {PRODUCTS:,} products ({told['family']})"
    yield Line(f"{what}: seconds", seconds, n=lines, limit=f"≤ {SECONDS:g}", met=seconds <= SECONDS)
    yield Line("most memory while training, GiB", told["gib"], n=lines, limit=f"≤ {GIB:g}", met=told["gib"] <= GIB)
    yield Line(
        "NDCG@10 it reached on its own newest date", told["ndcg"], {"own most frequent": told["rival"]}, n=told["n"]
    )


def main(data: str, out: str) -> None:
    """Train, and print what came of it as one line of JSON."""
    import resource

    from training.ml import engine
    from training.ml.interface import PartnerData, Task

    task = Task("recommendation", "", 90)
    made = engine.train([PartnerData("market", Path(data))], task=task, as_of=market.TODAY, out=Path(out))
    found = made.metrics
    print(json.dumps({  # noqa: T201
        "family": made.family, "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "ndcg": found["ndcg_10"]["value"], "rival": found["frequency"]["ndcg_10"]["value"], "n": found["n"],
    }))  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
