"""Good rows become canonical as they stream by: line numbers and identifiers made, missing amounts computed.

Facts always hold every column of their table, so that a dataset can take the file as it is.
"""

# ruff: noqa: S608 - names in these statements are our own; values never enter them

from pathlib import Path
from typing import Self

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.columns import TABLES
from partners.intake import together
from partners.intake.finish import Finished, Repeats, add_sums, connect, quoted, settle, writer
from partners.intake.mapping import Mapping
from partners.intake.occurrences import Occurrences, distinct
from partners.intake.problems import Problems
from partners.intake.rows import ARROW
from partners.intake.totals import Totals
from partners.intake.twins import Twins

WHOLE = ("orders", "subscriptions", "interactions")
CREDIT_NOTE = r"^[Cc][0-9]{4,}$"
BY_ROW = ("customers", "products", "subscriptions")


class Canonical:
    """Writes the canonical file of one upload in the order of its source rows."""

    def __init__(self, path: Path, mapping: Mapping, staged: pa.Schema) -> None:
        self.mapping = mapping
        self.path, self.table, self.database = path, TABLES[mapping.kind], connect(path.parent)
        self.beside = self.database.cursor()
        """For rows that are written while others are completed: threads do not share a connection."""
        self.have = {*mapping.fields(), mapping.row_number} - {""}
        self.sent = [name for name in staged.names if name != "row"]
        self.schema = self._schema(staged)
        self.key = self._key()
        self.lines, self.keys = Occurrences(), Occurrences()
        self.totals = Totals(self.schema.names)
        self.twins = Twins()
        self.rows: list[np.ndarray] = []
        """Source row of every row written."""
        self.repeated: list[np.ndarray] = []
        """Hashes of keys that stood before."""
        self._writer = writer(path, self.schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()
        self.beside.close()
        self.database.close()

    def complete(self, staged: pa.Table) -> pa.Table:
        """These rows with all their columns, as they are to be written; blocks come in the order of the file."""
        if not staged.num_rows:
            return self.schema.empty_table()
        made = {name: staged.column(name).combine_chunks() for name in self.sent}
        for column in self.table.columns:
            if column.default is not None and column.name in self.schema.names:
                filled = made.get(column.name, pa.nulls(staged.num_rows, pa.float64()))
                made[column.name] = pc.fill_null(filled, column.default)
        pairs = self._complete_order(made) if self.table.kind == "orders" else None
        if self.table.kind == "interactions":
            self._identify(made)
        empty = {field.name: pa.nulls(staged.num_rows, field.type) for field in self.schema if field.name not in made}
        table = pa.table({**made, **empty}).select(self.schema.names)
        if self.key:
            self._note_keys(table)
        if pairs:
            self.twins.add(table, *pairs)
        self.rows.append(staged.column("row").to_numpy().astype(np.int32))
        return table

    def write(self, table: pa.Table) -> None:
        """Write these rows and keep their sums, while the next ones are completed."""
        if table.num_rows:
            self.totals.add(table, self._customers(table))
            self._writer.write_table(table)

    def finish(self, problems: Problems, *, keep: str, current: Path | None) -> Finished:
        """No row comes any more: duplicates out, rows looked at together, sums made. `current`: the table in use."""
        self._writer.close()
        done = Finished()
        rows = np.concatenate(self.rows) if self.rows else np.array([], dtype=np.int32)
        if self.repeated:
            repeats = Repeats(self.key, self.sent, rows, distinct(np.concatenate(self.repeated)))
            done = settle(self.database, self.path, repeats, problems, keep=keep)
        rows = np.delete(rows, done.places)
        whole = not len(done.places)  # what was gathered on the way is of all rows
        together.note(
            self.database, self.path, rows, self.mapping, problems,
            current=current, twins=self.twins.rows() if whole else None,
        )  # fmt: skip
        if whole:
            done.first_on, done.last_on, done.totals = self.totals.told()
        else:
            add_sums(self.database, self.path, self.schema.names, done)
        return done

    def _schema(self, staged: pa.Schema) -> pa.Schema:
        """The columns of this upload in the table's order, then its attributes."""
        made = {name: staged.field(name).type for name in self.sent}
        whole = self.table.kind in WHOLE
        own = [
            pa.field(column.name, ARROW[column.type])
            for column in self.table.columns
            if whole or column.name in made or column.default is not None
        ]
        return pa.schema(own + [pa.field(name, kind) for name, kind in made.items() if name not in self.table])

    def _key(self) -> list[str]:
        """What must not stand twice; keys we make ourselves cannot."""
        if self.table.kind not in BY_ROW and not all(name in self.have for name in self.table.key):
            return []
        return [name for name in self.table.key if name in self.schema.names]

    def _complete_order(self, made: dict[str, pa.Array]) -> tuple[np.ndarray, np.ndarray]:
        """Line numbers, amounts and returns; hashes of order and product, and how often each pair stood before."""
        count, quantity = len(made["order_id"]), made["quantity"]
        pairs = _hashes(self.database, made, ["order_id", "sku"])
        earlier = self.lines.earlier(pairs)
        numbers = pa.array(earlier + 1)
        made["line"] = pc.coalesce(made["line"], numbers) if "line" in made else numbers
        none = pa.nulls(count, pa.float64())
        worked_out = pc.multiply(quantity, made["price"]) if "price" in made else none
        amount = pc.coalesce(made["amount"], worked_out) if "amount" in made else worked_out
        if "price" not in made:
            divisor = pc.if_else(pc.equal(quantity, 0.0), pa.scalar(None, pa.float64()), quantity)
            made["price"] = pc.divide(amount, divisor) if "amount" in made else none
        made["amount"] = amount
        negative = pc.or_(pc.less(quantity, 0.0), pc.less(pc.fill_null(amount, 0.0), 0.0))
        looks = pc.or_(negative, _credit_notes(made["order_id"]))
        made["is_return"] = pc.coalesce(made["is_return"], looks) if "is_return" in made else looks
        return pairs, earlier

    def _identify(self, made: dict[str, pa.Array]) -> None:
        """From the row's content, so that the same row sent twice is the same interaction."""
        parts = ", ".join(f"coalesce({quoted(name)}::VARCHAR, '')" for name in sorted(made) if name != "interaction_id")
        self.database.register("block", pa.table(made))
        content = self.database.sql(f"SELECT md5(concat_ws(chr(31), {parts})) AS id FROM block").to_arrow_table()
        self.database.unregister("block")
        numbers = pa.array(self.lines.earlier(_hashes(self.database, {"id": content.column("id")}, ["id"])) + 1)
        own = pc.binary_join_element_wise(content.column("id").combine_chunks(), numbers.cast(pa.string()), "-")
        made["interaction_id"] = pc.coalesce(made["interaction_id"], own) if "interaction_id" in made else own

    def _note_keys(self, table: pa.Table) -> None:
        hashes = _hashes(self.database, {name: table.column(name) for name in self.key}, self.key)
        again = hashes[self.keys.earlier(hashes) > 0]
        if len(again):
            self.repeated.append(distinct(again))

    def _customers(self, table: pa.Table) -> np.ndarray | None:
        """Hashes of the customers' numbers, of rows that have one other than the row before."""
        if "customer_id" not in self.schema.names:
            return None
        named = table.column("customer_id").drop_null().combine_chunks()
        fresh = pc.not_equal(named.slice(1), named.slice(0, max(0, len(named) - 1)))  # lines of an order stand together
        named = pa.concat_arrays([named.slice(0, 1), named.slice(1).filter(fresh)])
        return _hashes(self.beside, {"customer_id": named}, ["customer_id"])


def _hashes(
    database: duckdb.DuckDBPyConnection, columns: dict[str, pa.Array | pa.ChunkedArray], names: list[str]
) -> np.ndarray:
    database.register("block", pa.table({name: columns[name] for name in names}))
    listed = ", ".join(quoted(name) for name in names)
    found = database.execute(f"SELECT hash({listed}) AS h FROM block").fetchnumpy()["h"]
    database.unregister("block")
    return np.asarray(found, dtype=np.uint64)


def _credit_notes(orders: pa.Array) -> pa.Array:
    """Numbers such as C536379: hardly any column holds one, so a look at the first letters comes first."""
    likely = pc.starts_with(orders, "C", ignore_case=True)
    return pc.match_substring_regex(orders, CREDIT_NOTE) if pc.any(likely).as_py() else likely
