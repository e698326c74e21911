"""Nets answer with NumPy what Keras would answer, on whatever backend, and keep to their plan."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from portal.kit.errors import Refusal
from tests.training.ml import makers
from training.ml import device, families
from training.ml.families import nets
from training.ml.families.nets import encoding, tabm
from training.ml.families.nets.weeks import Layout
from training.ml.interface import Columns, Limits

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning")


def drawn(model: object) -> list[np.ndarray]:
    """Weights unlike any that zeros, ones or symmetry would let pass, put into the Keras model."""
    rng = np.random.default_rng(3)
    arrays = [(rng.normal(size=one.shape) * 0.4).astype(np.float32) for one in model.get_weights()]
    model.set_weights(arrays)
    return arrays


@pytest.mark.parametrize("name", families.SEQUENCES)
def test_numpy_answers_for_weeks_what_keras_answers(name: str) -> None:
    from training.ml.families.nets import keras as net

    examples = makers.weeks(40, weeks=13)
    family = families.family(name)
    layout = Layout.fit(examples.columns, examples.x)
    series = layout.series(examples.x)
    model = family.network(net, *series.shape[1:])
    ours = family.model(layout, drawn(model)).answer(series)
    assert np.allclose(ours, np.asarray(model(series))[:, 0], atol=1e-4)
    assert np.ptp(ours) > 0.1


def test_numpy_answers_for_columns_what_keras_answers() -> None:
    from training.ml.families.nets import keras as net

    x = makers.examples(40).x
    code = encoding.fit(x)
    z = code.transform(x)
    model = families.family("tabm").network(net, z.shape[1])
    ours = tabm.TabmModel(code, dict(zip(tabm.ARRAYS, drawn(model), strict=True)))
    assert np.allclose(ours.margin(x), np.asarray(model(z)).mean(axis=1), atol=1e-4)
    rest = ours.margin(x) - ours.contributions(x).sum(axis=1)
    assert np.std(rest) < 0.2 * np.std(ours.margin(x))  # the nodes miss little, though no net is as bent as this one


def test_weeks_are_read_by_name_oldest_first() -> None:
    names = ("week:spend:1", "week:orders:0", "week:spend:0", "week:orders:1")
    x = np.array([[10.0, 1.0, 0.0, 3.0], [np.nan, 0.0, -10.0, 2.0]])
    layout = Layout.fit(Columns(names, ("money", "trend", "money", "trend")), x)
    assert layout.places == [[0, 3], [2, 1]]
    series = layout.series(x)
    assert series.shape == (2, 2, 2)
    assert series[0, 0, 0] == -series[1, 1, 0] > 0  # what was sent back counts against
    assert series[1, 0, 0] == 0


def test_sequences_without_weekly_activity_are_refused() -> None:
    with pytest.raises(Refusal, match="weekly"):
        families.family("conv").fit(makers.examples(20), seed=1, limits=Limits())


def test_ramps_follow_quantiles_and_say_where_a_value_lies() -> None:
    x = np.column_stack([np.arange(100.0), np.arange(100) % 2, np.zeros(100)])
    x[::10, 0] = np.nan
    code = encoding.fit(x)
    assert set(code.origin) == {0, 1}  # a constant column tells nothing
    assert list(code.gappy) == [0]
    z = code.transform(x)
    assert np.allclose(z.mean(axis=0), 0, atol=1e-5)
    total = code.gathered(z, width=3)[:, 0]
    order = ~np.isnan(x[:, 0])
    assert (np.diff(total[order]) > 0).all()
    assert np.array_equal(code.transform(x * 1e9)[1], code.transform(np.array([[1e12, 1e12, 0.0]]))[0])


def test_a_column_that_is_mostly_zero_keeps_its_ramps_for_the_rest() -> None:
    rng = np.random.default_rng(1)
    x = np.where(rng.random(2000) < 0.85, 0.0, rng.lognormal(size=2000))[:, None]
    code = encoding.fit(x)
    assert len(code.low) >= encoding.MOST_RAMPS
    assert code.low[0] == 0.0


def test_a_plan_fits_epochs_into_seconds_whatever_the_machine_is_doing() -> None:
    pace = nets.Pace(start=2.0, row=10.0, cell=1.0, usual=20)
    short, long = Limits(seconds=3.0), Limits(seconds=1e6, net_epochs=70)
    assert pace.seconds(rows=10_000, columns=10) == pytest.approx(6.0)
    assert pace.epochs(80, rows=10_000, columns=10, limits=short) == 5
    assert pace.epochs(80, rows=10_000, columns=10, limits=long) == 70
    assert pace.epochs(80, rows=10**9, columns=10, limits=short) == 1


def test_one_module_alone_imports_keras_and_one_asks_the_backends() -> None:
    found: dict[str, set[str]] = {}
    for path in (ROOT / "training").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in {one.split(".")[0] for one in named} & {"keras", "tensorflow", "jax", "torch"}:
                found.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())
    assert found.pop("keras") == {"training/ml/families/nets/keras.py"}
    assert set.union(*found.values()) == {"training/ml/device.py"}


def test_scoring_with_nets_needs_no_keras(tmp_path: Path) -> None:
    code = encoding.fit(makers.examples(40).x)
    shapes = {"matrix": (len(code.origin), 4), "offset": (4,), "into": (2, 4), "middle": (4, 4), "out": (2, 4),
              "bias": (2, 4), "reader": (2, 4), "level": (2,)}  # fmt: skip
    tabm.TabmModel(code, {name: np.ones(shape, np.float32) for name, shape in shapes.items()}).save(tmp_path, "m")
    asked = (
        "import sys; from pathlib import Path; import numpy as np; from training.ml import families;"
        f"m = families.family('tabm').load(Path({str(tmp_path)!r}), 'm'); m.contributions(np.ones((3, 6)));"
        "[families.family(n) for n in families.WHERE];"
        "print([m for m in ('keras', 'tensorflow', 'jax', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_backend_is_refused_with_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "abacus")
    with pytest.raises(Refusal, match="tensorflow, jax, torch"):
        device.backend()


@pytest.mark.parametrize(
    ("found", "said"), [(0, "No GPU: CPU path in use (PyTorch)"), (2, "2 GPU in use for the nets (PyTorch)")]
)
def test_the_card_names_backend_and_device(found: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setattr(device, "count", lambda: found)
    assert device.sentence(["tabm"])["en"] == said
    assert device.sentence(["logistic"]) == device.NOT_NEEDED


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("jax", SimpleNamespace(devices=lambda: [SimpleNamespace(platform=one) for one in ("gpu", "gpu", "cpu")])),
        ("torch", SimpleNamespace(cuda=SimpleNamespace(device_count=lambda: 2))),
    ],
)
def test_each_backend_is_asked_for_its_own_accelerators(
    name: str, module: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", name)
    monkeypatch.setenv("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    monkeypatch.setitem(sys.modules, name, module)
    assert device.count.__wrapped__() == 2


def test_a_fit_far_over_its_plan_is_ended_where_it_stands() -> None:
    from training.ml.families.nets import keras as net

    for seconds, ended in ((0.0, True), (1e6, False)):
        brake, model = net._Brake(seconds), SimpleNamespace(stop_training=False)
        brake.set_model(model)
        brake.on_epoch_end(0)
        assert model.stop_training is ended


JAX = """
import numpy as np
from tests.training.ml import makers
from training.ml import device, families
from training.ml.families.nets.keras import keras
from training.ml.interface import Limits
assert keras.backend.backend() == "jax"
for name in families.NETS:
    family = families.family(name)
    examples = makers.weeks(60, weeks=8) if family.sees == "weeks" else makers.examples(60)
    margin = family.fit(examples, seed=1, limits=Limits(net_epochs=2)).margin(examples.x)
    assert np.isfinite(margin).all() and np.ptp(margin) > 0, name
print(device.sentence(families.NETS)["en"])
"""


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is not installed: nets not tried under it")
def test_every_net_is_taught_under_jax_too() -> None:
    hasty = "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"
    environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "XLA_FLAGS": hasty}
    done = subprocess.run(
        [sys.executable, "-c", JAX], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip().endswith("(JAX)")
