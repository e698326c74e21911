"""The contract every family passes, whatever it is made of."""

from pathlib import Path

import numpy as np
import pytest

from portal.kit.errors import Refusal
from tests.training.ml import makers
from training.ml import evaluate, families
from training.ml.calibrate import sigmoid
from training.ml.interface import SEES, Examples, Limits

LIMITS = Limits(net_rows=400, net_epochs=20)
EXACT = ("rhythm", "logistic", "svm", "additive", "eager", "forest", "boosting")
LEARNERS = tuple(name for name in families.WHERE if name != "rhythm")
every_family = pytest.mark.parametrize("name", list(families.WHERE))
pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning")
_fitted: dict[str, object] = {}


def shown(name: str, rows: int = 400, **options: int) -> Examples:
    """Examples with the columns that the family sees."""
    make = makers.weeks if families.family(name).sees == "weeks" else makers.examples
    return make(rows, **options)


def fitted(name: str) -> object:
    """Each family fitted once on the same examples: the nets are slow."""
    if name not in _fitted:
        _fitted[name] = families.family(name).fit(shown(name), seed=5, limits=LIMITS)
    return _fitted[name]


@every_family
def test_it_carries_its_name(name: str) -> None:
    assert families.family(name).name == name
    assert families.family(name).sees in SEES


@pytest.mark.parametrize("name", LEARNERS)
def test_it_learns_what_is_there_to_learn(name: str) -> None:
    fresh = shown(name, seed=9)
    enough = 0.6 if name == "churn_net" else 0.75  # twenty of its slow epochs are not many
    assert evaluate.auc(fresh.y, fitted(name).margin(fresh.x)) > enough


@every_family
def test_margins_are_finite_even_for_rows_unlike_any_seen(name: str) -> None:
    strange = np.repeat([[1e6], [-1e6], [np.nan], [0.0]], shown(name).x.shape[1], axis=1)
    margin = fitted(name).margin(strange)
    assert margin.shape == (4,)
    assert np.isfinite(margin).all()
    probability = sigmoid(margin)
    assert (probability > 0).all()
    assert (probability < 1).all()


@every_family
def test_the_same_seed_gives_the_same_model(name: str) -> None:
    examples = shown(name)
    again = families.family(name).fit(examples, seed=5, limits=LIMITS)
    assert np.array_equal(fitted(name).margin(examples.x), again.margin(examples.x))


@every_family
def test_a_saved_model_answers_the_same(name: str, tmp_path: Path) -> None:
    x = shown(name).x
    folder = tmp_path / "model"
    folder.mkdir()
    fitted(name).save(folder, "m_0")
    again = families.family(name).load(folder, "m_0")
    assert np.allclose(again.margin(x), fitted(name).margin(x), atol=1e-9)
    assert np.allclose(again.contributions(x), fitted(name).contributions(x), atol=1e-9)
    assert {path.suffix for path in folder.iterdir()} <= {".json", ".txt", ".npz"}


@every_family
def test_contributions_have_a_column_each_and_point_the_right_way(name: str) -> None:
    x = shown(name).x
    shares = fitted(name).contributions(x)
    assert shares.shape == x.shape
    assert np.isfinite(shares).all()
    if name in families.SEQUENCES:
        late, early = np.arange(3), np.arange(9, 12)  # orders of the newest weeks pull down, the oldest push up
        assert np.corrcoef(shares[:, late].sum(axis=1), x[:, late].sum(axis=1))[0, 1] < -0.3
        assert np.corrcoef(shares[:, early].sum(axis=1), x[:, early].sum(axis=1))[0, 1] > 0.3
    elif name != "rhythm":
        assert np.corrcoef(shares[:, 0], x[:, 0])[0, 1] > 0.5  # column a pushes up
        assert np.corrcoef(shares[:, 1], x[:, 1])[0, 1] < -0.5  # column b pulls down


@pytest.mark.parametrize("name", EXACT)
def test_exact_contributions_add_up_to_the_margin(name: str) -> None:
    x = makers.examples().x
    rest = fitted(name).margin(x) - fitted(name).contributions(x).sum(axis=1)
    assert np.ptp(rest) < 1e-6


@pytest.mark.parametrize("name", EXACT)
def test_shuffled_labels_teach_nothing(name: str) -> None:
    taught, fresh = makers.examples(1500, noise=True), makers.examples(1500, seed=3, noise=True)
    margin = families.family(name).fit(taught, seed=1, limits=LIMITS).margin(fresh.x)
    assert 0.44 < evaluate.auc(fresh.y, margin) < 0.56


@pytest.mark.parametrize("name", EXACT)
def test_a_handful_of_rows_is_enough_not_to_fall_over(name: str) -> None:
    few = makers.examples(24)
    assert np.isfinite(families.family(name).fit(few, seed=1, limits=LIMITS).margin(few.x)).all()


def test_bends_let_the_linear_model_follow_a_curve() -> None:
    rng = np.random.default_rng(0)
    examples = makers.examples(2000)
    examples.x[:, 0] = rng.random(2000)
    examples.y = (np.abs(examples.x[:, 0] - 0.5) > 0.25).astype(float)
    model = families.family("logistic").fit(examples, seed=1, limits=LIMITS)
    assert evaluate.auc(examples.y, model.margin(examples.x)) > 0.95


def test_an_unknown_family_is_refused_with_the_list() -> None:
    with pytest.raises(Refusal, match="logistic"):
        families.family("oracle")
    with pytest.raises(Refusal, match="oracle"):
        families.chosen(("logistic", "oracle"))


def test_the_families_that_suit_come_cheap_first() -> None:
    assert families.chosen((), rhythm=True) == ("rhythm", "logistic", "boosting", "tabm")
    assert families.chosen((), weeks=True)[-3:] == families.SEQUENCES
    assert families.chosen(("boosting", "logistic")) == ("logistic", "boosting")


def test_damaged_boosting_text_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("no trees here")
    with pytest.raises(Refusal, match="damaged"):
        families.family("boosting").load(tmp_path, "m")


def test_choices_inside_a_fit_look_to_later_dates() -> None:
    examples: Examples = makers.examples(300)
    examples.moment = np.repeat([10, 20, 30], 100)
    examples.group = np.tile(np.arange(100), 3)
    kept, held = examples.parted(share=0.2, seed=1)
    assert set(examples.moment[held]) == {30}
    assert set(examples.moment[kept]) == {10, 20}
    assert not set(examples.group[kept]) & set(examples.group[held])
