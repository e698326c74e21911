"""What comes next, in the order it came before."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.ml.recommenders.drawn import LENGTH, STEPS, WIDTH, Drawn
from tests.training.ml.recommenders.worlds import baskets, random_world
from training.ml.interface import Limits, Task
from training.ml.recommenders import engine, sequence, storage
from training.ml.recommenders.catalogue import company
from training.ml.recommenders.ease import Ease
from training.ml.recommenders.frequency import Frequency
from training.ml.recommenders.interface import Baskets, Ints, recommend
from training.ml.recommenders.sequence import BasketSequence

ROOT = Path(__file__).parents[4]


def chain(customers: int, *, products: int = 20, orders: int = 24, seed: int = 0) -> tuple[Baskets, Ints]:
    """After every product comes one certain other, but in one of four orders, which may hold anything.

    Returns the baskets and the product that comes next for each customer.
    """
    draw = np.random.default_rng(seed)
    ring = draw.permutation(products)
    lines, coming = [], []
    for number in range(customers):
        place = int(draw.integers(products))
        for turn in range(orders):
            lines.append((f"c{number:03}", f"p{ring[place]:02}", 7 * (orders - turn) + 1))
            jump = draw.random() < 0.25 and turn < orders - 1
            place = int(draw.integers(products)) if jump else (place + 1) % products
        coming.append(ring[place])
    return baskets(lines), np.array(coming, dtype=np.int32)


def test_where_only_order_tells_it_alone_knows_what_is_next() -> None:
    world, coming = chain(160, products=10, orders=12)
    known, strangers = np.arange(110, dtype=np.int32), np.arange(110, 160, dtype=np.int32)
    seen = world.only(world.customer < 110)
    model = BasketSequence(seed=3, limits=Limits(seconds=60, net_epochs=12)).fit(seen)
    assert model.taught

    def right(model: BasketSequence | Frequency | Ease, customers: Ints) -> float:
        found = recommend(model, world, customers, top=1)
        return float(np.mean([items[0] == coming[who] for who, items in zip(customers, found, strict=True)]))

    assert right(model, known) > 0.9
    assert right(model, strangers) > 0.9  # of whom nothing was learned
    assert right(Frequency().fit(seen), strangers) < 0.45
    assert right(Ease().fit(seen), strangers) < 0.45


def test_numpy_says_what_the_net_said() -> None:
    from training.ml.families.nets import keras as net

    world = random_world(4, customers=6, items=9, lines=80)
    model = Drawn().fit(world)
    layer = net.NextBasket(9, WIDTH, 2, STEPS, 0.3)
    layer.build([(1, LENGTH + 1, 9), (1, LENGTH + 1), (1, LENGTH + 1)])
    for name, part in model.parts.items():
        getattr(layer, name).assign(np.pad(part, ((0, 1), (0, 0))) if name == "near" else part)
    for who in range(6):
        history = [world.item[(world.customer == who) & (world.day == day)] + 1
                   for day in np.unique(world.day[world.customer == who])][-LENGTH:]  # fmt: skip
        days = np.unique(world.day[world.customer == who])[-LENGTH:]
        products = np.zeros((1, LENGTH + 1, 9), dtype=np.int32)
        for place, basket in enumerate(history):
            products[0, place, : len(basket)] = basket
        wanted = 5
        products[0, len(history), 0] = wanted
        padded = np.append(days, [days[-1]] * (LENGTH + 1 - len(days))).astype(np.int32)[None]
        inputs = [products, padded, (products[:, :, 0] > 0).astype(np.int32)]
        surprise = float(net.ops.convert_to_numpy(layer(inputs))[0, len(history) - 1])
        scores = model.scores(world, np.array([who], dtype=np.int32))[0]
        assert -np.log(scores[wanted - 1] / scores.sum()) == pytest.approx(surprise, rel=1e-4)


def test_scores_add_up_to_the_usual_basket() -> None:
    world = baskets([("a", "x", 9), ("a", "y", 9), ("a", "x", 3), ("b", "z", 4), ("b", "x", 2)])
    scores = Drawn().fit(world).scores(world, np.array([0, 1], dtype=np.int32))
    assert scores.sum(axis=1) == pytest.approx([1.5, 1.0], rel=1e-5)
    assert scores.min() > 0


def test_short_histories_teach_nothing_and_say_so() -> None:
    lines = [(f"c{n:03}", f"p{n % 7}", ago) for n in range(200) for ago in (5, 50)]
    world = baskets(lines)
    model = BasketSequence().fit(world)  # 200 customers, none of whom has three orders
    assert not model.taught
    assert not model.scores(world, np.array([0], dtype=np.int32)).any()
    assert "100 customers with 3 orders" in sequence.REASONS[model.why]["en"]
    again = type(model).restore(model.state())
    assert not again.taught
    assert again.why == "few"


def test_seconds_that_teach_nothing_are_not_spent() -> None:
    world, _ = chain(100)
    model = BasketSequence(limits=Limits(seconds=sequence.PACE.start)).fit(world)
    assert not model.taught
    assert model.why == "slow"


def test_knowledge_moves_onto_another_list_of_products(tmp_path: Path) -> None:
    world = random_world(5)
    storage.write(tmp_path / "sequence.npz", Drawn().fit(world).state())
    model = BasketSequence.restore(storage.read(tmp_path / "sequence.npz"))
    turned = [*reversed(world.items.sku), "foreign"]
    other = baskets([(world.customers[c], world.items.sku[i], world.as_of - d) for c, i, d in zip(
        world.customer, world.item, world.day, strict=True)], items=["foreign"], customers=world.customers)  # fmt: skip
    everybody = np.arange(12, dtype=np.int32)
    moved = model.onto(np.array(turned, dtype=object))
    assert moved.number.tolist() == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    found = model.onto(other.items.sku).scores(other, everybody)
    assert not found[:, list(other.items.sku).index("foreign")].any()
    assert np.allclose(found[:, 1:], model.scores(world, everybody), atol=1e-6)


def test_only_the_most_bought_products_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequence, "MOST_PRODUCTS", 2)
    world = baskets([("a", "x", 9), ("b", "x", 3), ("a", "y", 2), ("b", "y", 1), ("a", "z", 4)])
    model = Drawn().fit(world)
    assert model.skus.tolist() == ["x", "y"]
    assert not model.scores(world, np.array([0, 1], dtype=np.int32))[:, 2].any()


def test_scoring_needs_no_keras() -> None:
    asked = (
        "import sys; import numpy as np; from tests.training.ml.recommenders.drawn import Drawn;"
        "from tests.training.ml.recommenders.worlds import random_world; w = random_world(1);"
        "m = Drawn().fit(w); type(m).restore(m.state()).scores(w, np.arange(3, dtype=np.int32));"
        "print([m for m in ('keras', 'tensorflow', 'jax', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


JAX = """
import numpy as np
from tests.training.ml.recommenders.test_sequence import chain
from training.ml.families.nets.keras import keras
from training.ml.interface import Limits, Task
from training.ml.recommenders.sequence import BasketSequence
assert keras.backend.backend() == "jax"
world, _ = chain(100, orders=5)
model = BasketSequence(limits=Limits(net_epochs=2)).fit(world)
scores = model.scores(world, np.arange(3, dtype=np.int32))
assert model.taught and np.isfinite(scores).all() and np.ptp(scores) > 0
"""


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is not installed: net not tried under it")
def test_it_is_taught_under_jax_too() -> None:
    hasty = "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"
    environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "XLA_FLAGS": hasty}
    done = subprocess.run(
        [sys.executable, "-c", JAX], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.slow
def test_the_same_seed_learns_the_same() -> None:
    world, _ = chain(100, products=6, orders=4)
    limits = Limits(net_epochs=1)
    one, two = (BasketSequence(seed=5, limits=limits).fit(world).parts for _ in range(2))
    assert all(np.array_equal(part, two[name]) for name, part in one.items())


def test_it_takes_part_where_it_is_named_and_has_learned() -> None:
    named = Task("recommendation", "", 90, families=("sequence", "ease"))
    assert "sequence" not in engine._families(replace(named, families=()))
    assert engine._families(named) == {"sequence", "ease"}
    assert list(company([random_world(2)], families=engine._families(named))) == ["ease"]  # 12 customers are too few
