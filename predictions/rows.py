"""A table of scores as rows of the database, in fenced pieces: by COPY on PostgreSQL, by plain inserts elsewhere.

Nothing here makes an object per customer: customers' keys and last time's chances are looked up column by column, so
that a million rows take a few hundred megabytes and about the time the database needs.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import connection

from partners.models import Customer, Partner
from predictions.models import Pointer, Publication, Score, ScoringRun

if TYPE_CHECKING:
    import pyarrow

PIECE = 50_000
FIELDS = (
    "partner", "publication", "customer", "rank", "probability", "band", "money", "low", "high", "change", "reasons",
    "gone",
)  # fmt: skip


def write(run: ScoringRun, publication: Publication, table: "pyarrow.Table") -> None:
    """Write the publication's scores. Every piece is a transaction of its own that only who holds the run commits."""
    for piece in prepared(publication, table).to_batches(max_chunksize=PIECE):
        with run.fenced():
            store(piece)


def store(piece: "pyarrow.RecordBatch", *, into: str = Score._meta.db_table) -> None:
    """Add rows to a table of the database, in the transaction that is open."""
    quote = connection.ops.quote_name
    target = f"{quote(into)} ({', '.join(map(quote, piece.schema.names))})"
    (_copied if connection.vendor == "postgresql" else _inserted)(piece, target)


def keys(model: type[Any], column: str, partner: Partner, wanted: "pyarrow.ChunkedArray") -> "pyarrow.Array":
    """The primary key for each of the partner's own numbers in `column`; rows not known yet are made."""
    return Keys(model, column, partner).of(wanted)


class Keys:
    """The primary keys of one partner's customers or products by their own numbers, read once for many pieces."""

    def __init__(self, model: type[Any], column: str, partner: Partner) -> None:
        self.model, self.column, self.partner = model, column, partner
        self._names, self._found = _known(model, column, partner)

    def of(self, wanted: "pyarrow.ChunkedArray") -> "pyarrow.Array":
        """One key per number, in order; rows not known yet are made."""
        import pyarrow as pa
        import pyarrow.compute as pc

        place = pc.index_in(wanted, value_set=self._names)
        if place.null_count:
            missing = sorted(wanted.filter(pc.is_null(place)).unique().to_pylist())
            made = [self.model(partner=self.partner, **{self.column: one}) for one in missing]
            self.model.objects.bulk_create(made, batch_size=5000)
            self._names, self._found = _known(self.model, self.column, self.partner)
            place = pc.index_in(wanted, value_set=self._names)
        taken = self._found.take(place)
        return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken


def _known(model: type[Any], column: str, partner: Partner) -> "tuple[pyarrow.Array, pyarrow.Array]":
    import pyarrow as pa

    names, found = _columns(model.objects.filter(partner=partner).order_by().values_list(column, "pk"))
    return names.cast(pa.string()), found.cast(pa.int64())


def _columns(rows: Any) -> "tuple[pyarrow.Array, pyarrow.Array]":
    """Two columns of a query as arrays, without ever holding all of it as Python objects."""
    import pyarrow as pa

    pieces = []
    for some in _chunks(rows.iterator(chunk_size=PIECE)):
        first, second = zip(*some, strict=True)
        pieces.append((pa.array(first), pa.array(second)))
    if not pieces:
        return pa.nulls(0), pa.nulls(0)
    return pa.concat_arrays([one for one, _ in pieces]), pa.concat_arrays([one for _, one in pieces])


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    from itertools import islice

    while some := list(islice(rows, PIECE)):
        yield some


def prepared(publication: Publication, table: "pyarrow.Table") -> "pyarrow.Table":
    """The table as the columns of `Score`, in the order of FIELDS."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def given(name: str, kind: Any, *, empty: Any = None) -> Any:
        if name not in table.column_names:
            return pa.array([empty] * table.num_rows, kind)
        column = table[name].cast(kind)
        return column if empty is None else column.fill_null(empty)

    def always(value: int) -> Any:
        return pa.array([value], pa.int64()).take(pa.array([0] * table.num_rows, pa.int8()))

    customer = keys(Customer, "external_id", publication.partner, table["customer_id"])
    probability = given("probability", pa.float64())
    money = "expected_spend" if "money" not in table.column_names else "money"
    made = (
        always(publication.partner_id), always(publication.pk), customer, given("rank", pa.int64()), probability,
        given("band", pa.string(), empty=""), given(money, pa.float64(), empty=0.0), given("low", pa.float64()),
        given("high", pa.float64()), pc.subtract(probability, _before(publication, customer)),
        given("reasons", pa.string(), empty="[]"), given("gone", pa.bool_(), empty=False),
    )  # fmt: skip
    return pa.table(list(made), names=[Score._meta.get_field(name).attname for name in FIELDS])  # type: ignore[union-attr]


def _before(publication: Publication, customer: "pyarrow.Array") -> "pyarrow.Array":
    """The chance each of these customers had in the list shown now; null for who was not in it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    pointer = Pointer.objects.filter(partner=publication.partner, kind=publication.kind).first()
    if pointer is None or pointer.publication_id == publication.pk:
        return pa.nulls(len(customer), pa.float64())
    rows = Score.objects.filter(publication_id=pointer.publication_id, probability__isnull=False).order_by()
    who, chance = _columns(rows.values_list("customer_id", "probability"))
    return chance.cast(pa.float64()).take(pc.index_in(customer, value_set=who.cast(pa.int64())))


def _copied(piece: "pyarrow.RecordBatch", target: str) -> None:
    import pyarrow as pa
    from pyarrow import csv

    written = pa.BufferOutputStream()
    csv.write_csv(piece, written, csv.WriteOptions(include_header=False))
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN (FORMAT csv)") as copy:
        copy.write(written.getvalue().to_pybytes())


def _inserted(piece: "pyarrow.RecordBatch", target: str) -> None:
    marks = ", ".join(["%s"] * piece.num_columns)
    rows = list(zip(*(column.to_pylist() for column in piece.columns), strict=True))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", rows)  # noqa: S608 — our own names
