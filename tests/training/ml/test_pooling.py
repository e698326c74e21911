"""Partners adjust the network's answer by as much as they have to say, and what they borrow is told."""

from pathlib import Path

import numpy as np
import pytest

from training.ml import lending, pooling
from training.ml.calibrate import sigmoid

World = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def world(sizes: list[int], *, level: float = 0.5, slope: float = 0.2, seed: int = 0) -> World:
    """(log-odds, outcomes, partner of each row, planted level and slope of each partner)."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(len(sizes)), sizes)
    margin = rng.normal(-1, 1.2, len(who))
    planted = rng.normal(0, [level, slope], (len(sizes), 2))
    y = (rng.random(len(who)) < truth(margin, planted[who])).astype(float)
    return margin, y, who, planted


def truth(margin: np.ndarray, planted: np.ndarray) -> np.ndarray:
    return sigmoid(margin + planted[..., 0] + planted[..., 1] * (margin + 1))


def fitted(made: World) -> pooling.Pool:
    margin, y, who, _ = made
    return pooling.fit(margin, y, partner=who.astype(str).tolist(), group=np.arange(len(y)))


def test_planted_differences_between_partners_are_found() -> None:
    made = world([400] * 30)
    pool = fitted(made)
    found = np.array([pool.line(str(k)).shift for k in range(30)])
    assert np.corrcoef(found, made[3][:, 0])[0, 1] > 0.9
    assert pool.between[0] == pytest.approx(made[3][:, 0].std(), abs=0.12)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """80 of 100, over worlds of partners with 5 to 300 customers; a partner nobody met included."""
    known, unknown = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed + 100)
        made = world(rng.integers(5, 300, 20).tolist(), seed=seed)
        pool, fresh = fitted(made), rng.normal(-1, 1.2, (20, 40))
        for k in range(20):
            answer, true = pool.answer(fresh[k], partner=str(k)), truth(fresh[k], made[3][k])
            known.append(np.mean((answer.low <= true) & (true <= answer.high)))
            stranger = truth(fresh[k], rng.normal(0, [0.5, 0.2]))
            answer = pool.answer(fresh[k], partner="stranger")
            unknown.append(np.mean((answer.low <= stranger) & (stranger <= answer.high)))
    assert np.mean(known) == pytest.approx(pooling.COVER, abs=0.05)
    assert np.mean(unknown) == pytest.approx(pooling.COVER, abs=0.1)


def test_partners_that_are_alike_are_left_nearly_alone() -> None:
    pool = fitted(world([300] * 20, level=0.0, slope=0.0))
    assert max(abs(line.shift) for line in pool.partners.values()) < 0.2
    assert pool.between[0] < pooling.USUAL[0]


def test_one_customer_moves_nothing_and_borrows_nearly_everything() -> None:
    margin, y, who, _ = world([1] + [300] * 10, level=0.6)
    pool = fitted((margin, 1 - np.round(sigmoid(margin)), who, y))
    assert abs(pool.line("0").shift - pool.common.shift) < 0.25
    assert pool.line("0").borrowed > 0.9


def test_more_customers_narrow_the_interval_and_lower_what_is_borrowed() -> None:
    sizes = [5, 20, 80, 320, 1280]
    pool = fitted(world(sizes * 4, seed=3))
    answers = [pool.answer(np.array([-1.0]), partner=str(k)) for k in range(5)]
    widths = [float((answer.high - answer.low)[0]) for answer in answers]
    stranger = pool.answer(np.array([-1.0]), partner="stranger")
    assert sorted([float((stranger.high - stranger.low)[0]), *widths], reverse=True)[1:] == widths
    assert widths[-1] < widths[0] / 3
    borrowed = [pool.line(str(k)).borrowed for k in range(5)]
    assert borrowed == sorted(borrowed, reverse=True)
    assert borrowed[0] > 0.7 > 0.2 > borrowed[-1]


def test_rows_of_one_customer_count_as_one_customer() -> None:
    margin, y, who, _ = world([60] * 6)
    twice = [np.concatenate([one, one]) for one in (margin, y, who)]
    once = pooling.fit(margin, y, partner=who.astype(str).tolist(), group=np.arange(len(y)))
    again = pooling.fit(twice[0], twice[1], partner=twice[2].astype(str).tolist(), group=np.tile(np.arange(len(y)), 2))
    assert again.line("0").customers == 60
    assert again.line("0").shift == pytest.approx(once.line("0").shift, abs=1e-6)
    assert again.line("0").cov == pytest.approx(once.line("0").cov, rel=1e-6)


def test_a_list_is_never_turned_around() -> None:
    rng = np.random.default_rng(1)
    margin = rng.normal(0, 1.5, 4000)
    who = np.repeat(["with", "against"], 2000)
    y = (rng.random(4000) < sigmoid(np.where(who == "with", margin, -2 * margin))).astype(float)
    pool = pooling.fit(margin, y, partner=who.tolist(), group=np.arange(4000))
    assert np.all(np.diff(pool.answer(np.linspace(-4, 4, 9), partner="against").margin) > 0)


def test_outcomes_of_one_kind_and_no_rows_at_all_give_an_honest_answer() -> None:
    one_sided = pooling.fit(np.zeros(40), np.ones(40), partner=["a"] * 20 + ["b"] * 20, group=np.arange(40))
    nothing = pooling.fit(np.empty(0), np.empty(0), partner=[], group=np.empty(0, dtype=np.int64))
    for pool in (one_sided, nothing):
        answer = pool.answer(np.array([0.0]), partner="a")
        assert 0 < answer.low[0] < answer.high[0] < 1


def test_the_file_gives_back_what_was_learned_and_names_nobody(tmp_path: Path) -> None:
    margin, y, who, _ = world([50] * 4)
    names = np.array(["alder", "birch", "cedar", "dogwood"])[who]
    pool = pooling.fit(margin, y, partner=names.tolist(), group=np.arange(len(y)))
    pool.save(tmp_path)
    assert pooling.load(tmp_path) == pool
    text = (tmp_path / pooling.FILE).read_text()
    assert not [name for name in ("alder", "birch", "cedar", "dogwood") if name in text]
    assert pool.line("birch") != pool.common


def test_an_artefact_from_before_is_answered_as_it_stands(tmp_path: Path) -> None:
    margin = np.array([-1.0, 2.0])
    assert pooling.load(tmp_path).answer(margin, partner="any").margin.tolist() == margin.tolist()


def learned(made: World) -> lending.Learned:
    margin, y, who, _ = made
    return lending.learned(
        sigmoid(margin), y, partner=who.astype(str).tolist(), group=np.arange(len(y)), fold=np.arange(len(y)) % 5
    )


def test_adjusting_is_kept_where_unseen_rows_gain_and_dropped_where_they_do_not() -> None:
    apart, alike = world([300] * 8, level=1.0), world([12] * 40, level=0.0, slope=0.0, seed=2)
    kept = learned(apart)
    assert kept.card["kept"]
    assert lending.log_loss(apart[1], kept.said) < lending.log_loss(apart[1], sigmoid(apart[0]))
    dropped = learned(alike)
    assert not dropped.card["kept"]
    assert dropped.said.tolist() == sigmoid(alike[0]).tolist()
    assert {line.shift for line in dropped.pool.partners.values()} == {0.0}
    assert "gained nothing" in dropped.card["en"]


def test_a_partner_whose_list_is_not_adjusted_is_not_told_that_it_is() -> None:
    pool = lending.unmoved(learned(world([400, 300, 200], level=1.0)).pool)
    told = lending.basis(pool, partner="0", customers=9)
    assert (told["basis"], told["customers"]) == ("network", 400)
    assert "needed no adjustment" in told["en"]
    assert f"{round(100 * told['borrowed'])} %" in told["zh-hans"]


def test_an_only_partner_is_answered_as_calibrated() -> None:
    made = world([200])
    found = learned(made)
    assert found.said.tolist() == sigmoid(made[0]).tolist()
    assert found.pool.line("0").shift == 0.0
    assert lending.basis(found.pool, partner="0", customers=9)["basis"] == "own"


def test_who_answers_is_told_with_its_numbers_in_both_languages() -> None:
    pool = learned(world([400, 12, 300, 200], level=1.0)).pool
    big, small = (lending.basis(pool, partner=name, customers=9) for name in ("0", "1"))
    assert (big["basis"], big["customers"]) == ("adjusted", 400)
    assert "400 of its own customers" in big["en"]
    assert f"borrowed from peers: {round(100 * big['borrowed'])} %" in big["en"]
    assert (small["basis"], small["customers"]) == ("peers", 12)
    assert "12" in small["zh-hans"]
    assert small["borrowed"] > big["borrowed"]
    assert lending.basis(pool, partner="stranger", customers=500)["basis"] == "network"
    assert lending.basis(pool, partner="stranger", customers=29)["basis"] == "peers"


def test_the_card_lists_partners_by_size_with_what_each_borrows() -> None:
    card = learned(world([40, 400, 10], level=1.0)).card
    assert [line["customers"] for line in card["lines"]] == [400, 40, 10]
    assert [line["basis"] for line in card["lines"]] == ["adjusted", "adjusted", "peers"]
    assert card["lines"][0]["width"] < card["lines"][2]["width"]
