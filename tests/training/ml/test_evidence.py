"""Evidence travels with a table of scores."""

import pyarrow as pa

from training.ml import evidence


def test_facts_are_kept_beside_each_other() -> None:
    table = pa.table({"customer_id": ["C1"]})
    told = evidence.attach(evidence.attach(table, basis={"answered": "network"}), drift={"columns": []})
    assert evidence.attached(told) == {"basis": {"answered": "network"}, "drift": {"columns": []}}
    assert told.column_names == ["customer_id"]


def test_a_table_without_evidence_tells_nothing() -> None:
    assert evidence.attached(pa.table({"customer_id": ["C1"]})) == {}
