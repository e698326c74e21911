"""Exports: the contract's columns, every form, formulas defused, the repeat switch, all or nothing."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from django.utils import timezone
from django_scopes import scope
from python_calamine import CalamineWorkbook

from portal.kit.errors import Refusal
from predictions import exports, offering, publications
from predictions.models import ScoringRun
from tests.cast import Cast
from tests.predictions import offers
from tests.predictions.test_publications import churn_table

CHURN = [
    "customer_id", "probability", "band", "rank", "value_at_risk", "reason_1", "reason_2", "reason_3",
    "model_version", "as_of",
]  # fmt: skip
OFFERS = [("C-1", "A", 1, True), ("C-1", "B", 2, False), ("C-1", "C", 3, True), ("C-2", "A", 1, False)]
POPULAR = json.dumps({"code": "popular_segment", "values": {"segment": "=SUM(1)", "customers": 3, "days": 90}})


@pytest.fixture
def published(cast: Cast) -> Cast:
    cast.dataset(cast.alder)
    table = churn_table({"C-1": 0.9, "=cmd()": 0.4, "C-3": 0.99}, gone=("C-3",))
    run = ScoringRun.objects.create(kind="churn")
    run.claim(worker="w", at=timezone.now())
    with scope(partner=cast.alder):
        made = publications.stage(run, cast.alder, cast.champion, table, as_of=timezone.localdate())
        assert publications.publish(made, run=run, at=timezone.now())
    assert offers.put(cast, offers.table(OFFERS, reason=POPULAR))[1]
    return cast


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_churn_csv_has_the_contracts_columns_and_everyone_scored(published: Cast, tmp_path: Path) -> None:
    out = tmp_path / "churn.csv"
    assert exports.export(published.alder, "churn", out, form="csv", top=None, repeat="include") == 3
    rows = read(out)
    assert list(rows[0]) == CHURN
    assert [row["customer_id"] for row in rows] == ["C-3", "C-1", "'=cmd()"]
    assert rows[0]["model_version"] == "churn-network-1"


def test_of_a_labelled_file_the_known_answers_stay_out(published: Cast, tmp_path: Path) -> None:
    type(published.champion).objects.filter(pk=published.champion.pk).update(outcome="labelled")
    assert exports.export(published.alder, "churn", tmp_path / "x.csv", form="csv", top=None, repeat="include") == 2


def test_top_cuts_a_list_from_its_head(published: Cast, tmp_path: Path) -> None:
    out = tmp_path / "churn.csv"
    exports.export(published.alder, "churn", out, form="csv", top=1, repeat="include")
    assert [row["customer_id"] for row in read(out)] == ["C-3"]


@pytest.mark.parametrize(
    ("repeat", "expected"),
    [
        ("include", [("C-1", "A", "1"), ("C-1", "B", "2"), ("C-2", "A", "1")]),
        ("exclude", [("C-1", "B", "1"), ("C-2", "A", "1")]),
        ("only", [("C-1", "A", "1"), ("C-1", "C", "2")]),
    ],
)
def test_the_repeat_switch_is_applied_before_the_cut(
    published: Cast, tmp_path: Path, repeat: str, expected: list[tuple[str, str, str]]
) -> None:
    out = tmp_path / "offers.csv"
    exports.export(published.alder, "recommendations", out, form="csv", top=2, repeat=repeat)
    assert [(row["customer_id"], row["sku"], row["rank"]) for row in read(out)] == expected


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_customer_may_stand_on_both_sides_of_a_piece(
    published: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(offering, "PIECE", size)
    exports.export(published.alder, "recommendations", tmp_path / "x.csv", form="csv", top=2, repeat="only")
    found = [(row["customer_id"], row["sku"], row["rank"]) for row in read(tmp_path / "x.csv")]
    assert found == [("C-1", "A", "1"), ("C-1", "C", "2")]


def test_offers_come_out_with_the_contracts_columns_and_reasons_in_the_partners_words(
    published: Cast, tmp_path: Path
) -> None:
    published.alder.language = "zh-hans"
    for form in ("csv", "parquet", "xlsx"):
        out = tmp_path / f"x.{form}"
        assert exports.export(published.alder, "recommendations", out, form=form, top=None, repeat="include") == 4
    first = read(tmp_path / "x.csv")[0]
    assert list(first) == [
        "customer_id", "sku", "rank", "score", "probability", "expected_value", "reason", "is_repeat", "model_version",
        "as_of",
    ]  # fmt: skip
    assert first["reason"] == "在“=SUM(1)”客户分级中受欢迎：最近 90 天有 3 位客户购买"
    assert (first["is_repeat"], first["probability"]) == ("True", "0.5")
    table = parquet.read_table(tmp_path / "x.parquet")
    assert table.schema.field("rank").type == "int64"
    assert table["is_repeat"].to_pylist() == [True, False, True, False]
    sheet = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[:3] for row in sheet[1:]] == [list(row[:3]) for row in OFFERS]


def test_parquet_and_xlsx_keep_numbers_as_numbers(published: Cast, tmp_path: Path) -> None:
    for form in ("parquet", "xlsx"):
        exports.export(published.alder, "churn", tmp_path / f"x.{form}", form=form, top=None, repeat="include")
    table = parquet.read_table(tmp_path / "x.parquet")
    assert table["probability"].to_pylist() == [0.99, 0.9, 0.4]
    sheet = CalamineWorkbook.from_path(str(tmp_path / "x.xlsx")).get_sheet_by_index(0).to_python()
    assert sheet[0] == CHURN
    assert sheet[2][1] == 0.9
    assert sheet[3][0] == "'=cmd()"


def test_a_list_longer_than_a_piece_comes_out_whole_and_in_order(
    published: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PIECE", 2)
    for form in ("csv", "parquet"):
        out = tmp_path / f"x.{form}"
        assert exports.export(published.alder, "churn", out, form=form, top=None, repeat="include") == 3
    assert [row["rank"] for row in read(tmp_path / "x.csv")] == ["1", "2", "3"]
    table = parquet.read_table(tmp_path / "x.parquet")
    assert table["rank"].to_pylist() == [1, 2, 3]
    assert table.schema.field("reason_3").type == "string"


def test_a_list_longer_than_a_sheet_is_refused_and_leaves_nothing(
    published: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SHEET_ROWS", 2)
    with pytest.raises(Refusal, match="A sheet holds 2 rows"):
        exports.export(published.alder, "churn", tmp_path / "x.xlsx", form="xlsx", top=None, repeat="include")
    assert list(tmp_path.glob(".*.part")) + list(tmp_path.glob("x.*")) == []


def test_a_list_with_reasons_for_its_head_alone_leaves_the_other_cells_empty(published: Cast, tmp_path: Path) -> None:
    with scope(partner=published.alder):
        made = publications.shown(published.alder, "churn")
    assert made is not None
    path = made.folder / "scores.parquet"
    table = parquet.read_table(path)
    place = table.column_names.index("reasons")
    kept = [table["reasons"][0].as_py(), "[]", "[]"]
    parquet.write_table(table.set_column(place, "reasons", [kept]), path)
    exports.export(published.alder, "churn", tmp_path / "x.csv", form="csv", top=None, repeat="include")
    assert [bool(row["reason_1"]) for row in read(tmp_path / "x.csv")] == [True, False, False]


def test_without_a_publication_the_sentence_says_what_to_run(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="score churn --publish"):
        exports.export(cast.alder, "churn", tmp_path / "x.csv", form="csv", top=None, repeat="include")
    assert list(tmp_path.glob("*.csv")) == []


def test_a_file_that_cannot_be_written_leaves_nothing_half_done(published: Cast, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="does not exist"):
        exports.export(published.alder, "churn", tmp_path / "no" / "x.csv", form="csv", top=None, repeat="include")
    taken = tmp_path / "folder.csv"
    taken.mkdir()
    with pytest.raises(Refusal, match="could not be written"):
        exports.export(published.alder, "churn", taken, form="csv", top=None, repeat="include")
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


@pytest.mark.parametrize("cell", ["=1+1", "+A1", "-A1", "-1+cmd|x", "@x", "\tx", "\rx", "\nx", "＝1", "＠x"])
def test_a_formula_is_defused(cell: str) -> None:
    assert exports.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-3.5, "plain", "-1", "+1,234.50", "", "a=b"])
def test_numbers_and_words_stay_as_they_are(cell: object) -> None:
    assert exports.safe(cell) == cell
