"""The upload files: every kind and dress, readable, and without a trace of the truth."""

import csv
import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

from portal.demo.dresses import COLUMNS, DRESSES
from portal.demo.files import ORDER, dressed, write, write_partner
from portal.demo.partners import PARTNERS
from portal.demo.world import simulate
from tests.portal.demo.conftest import UNTIL

SECRETS = {
    "cause",
    "visible",
    "left_on",
    "dose",
    "price_factor",
    "season",
    "next_order",
    "orders_90",
    "spent_90",
    "why",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, small):
    home = tmp_path_factory.mktemp("world")
    write(small, home)
    return home


@pytest.fixture(scope="module")
def dwarfs(tmp_path_factory):
    """Every dress of the full cast, each partner shrunk to thirty customers."""
    from dataclasses import replace

    home = tmp_path_factory.mktemp("dwarfs")
    partners = [replace(each, customers=30) for each in PARTNERS]
    return home, simulate(until=UNTIL, partners=partners)


def frame_of(path, dress):
    if path.suffix == ".xlsx":
        return pd.read_excel(path, engine="calamine", dtype=object)
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pandas()
    return pd.read_csv(path, encoding=dress.encoding, sep=dress.delimiter, dtype=str)


@pytest.mark.parametrize("partner", PARTNERS, ids=lambda each: each.slug)
def test_every_file_can_be_read_and_holds_every_row(dwarfs, partner):
    home, world = dwarfs
    dress = DRESSES[partner.dress]
    share = world.of(partner.slug)
    for file in write_partner(share, home):
        frame = frame_of(file.path, dress)
        assert len(frame) == len(share.tables[file.kind])
        assert list(frame.columns) == list(dress.headers[file.kind].values())


def test_the_files_differ_in_kind_encoding_and_headers(dwarfs):
    kinds = {DRESSES[each.dress].kind(table) for each in PARTNERS for table in ORDER}
    assert kinds == {"csv", "xlsx", "parquet"}
    assert {DRESSES[each.dress].encoding for each in PARTNERS} >= {"gb18030", "utf-8", "utf-8-sig"}
    assert any(DRESSES[each.dress].delimiter == ";" and each.chinese for each in PARTNERS)


def test_no_two_columns_of_a_file_share_a_header():
    for name, dress in DRESSES.items():
        for table, headers in dress.headers.items():
            assert len(set(headers.values())) == len(headers), (name, table)
            assert set(headers) <= set(COLUMNS[table]), (name, table)


def test_the_truth_lies_beside_the_files_and_never_in_them(folder):
    assert SECRETS & set(pq.read_schema(folder / "truth.parquet").names)
    for path in folder.glob("*/*"):
        raw = path.read_bytes()
        assert not any(secret.encode() in raw for secret in ("price_rise", "slow_fade", "orders_90", "left_on"))
    for table, columns in COLUMNS.items():
        assert not SECRETS & set(columns), table


def test_no_file_holds_a_day_on_or_after_the_anchor(folder, small):
    for each in small.partners:
        table = dressed(each.tables["orders"], "orders", each.partner)
        place = list(DRESSES[each.partner.dress].headers["orders"]).index("date")
        assert max(table.column(place).to_pylist()) < UNTIL


def test_the_truth_names_exactly_the_customers_of_the_files(folder, small):
    truth = pq.read_table(folder / "truth.parquet")
    assert len(truth) == sum(each.partner.customers for each in small.partners)
    assert set(truth["partner"].to_pylist()) == {each.partner.slug for each in small.partners}


def test_the_seal_is_written_last_and_names_the_arguments(folder):
    assert json.loads((folder / "world.json").read_text()) == {
        "seed": 7,
        "until": UNTIL.isoformat(),
        "partners": ["huaxin", "harbour", "cedar"],
    }


def test_the_gb18030_file_is_not_utf8(folder):
    raw = (folder / "huaxin" / "customers.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    header = next(csv.reader(raw.decode("gb18030").splitlines(), delimiter=";"))
    assert header[:2] == ["客户编号", "客户名称"]


def test_chinese_partners_write_kinds_of_contact_in_chinese(folder):
    frame = pd.read_csv(folder / "huaxin" / "interactions.csv", encoding="gb18030", sep=";")
    assert set(frame["跟进方式"]) <= {"电话", "邮件", "拜访", "会议", "工单", "投诉", "报价"}


def test_writing_twice_gives_the_same_text_files(small, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for home in (one, other):
        write_partner(small.partners[0], home)
    for path in one.glob("*/*.csv"):
        assert path.read_bytes() == (other / path.relative_to(one)).read_bytes()
