"""From the files a model wrote to what a partner sees of its offers.

The files keep everything, for exports and for one customer's own page: offers, the best customers of each product,
prospects and outlooks. The database gets what lists are made of: the offers marked as shown, and up to MOST_PROSPECTS
customers, those with most to gain first.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partners import erasure
from partners.models import Customer, Partner, Product
from predictions import offer_rules, publications, rows
from predictions.models import OfferRule, Outcome, Outlook, Prospect, Publication, Recommendation, ScoringRun

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow
    import pyarrow.parquet

OFFERS, PITCHES, PROSPECTS, OUTLOOKS = (f"{name}.parquet" for name in ("offers", "pitches", "prospects", "outlooks"))
MOST_PROSPECTS = 200_000
GATED = ("rank", "probability")
PIECE = 65_536


def stage(run: ScoringRun, publication: Publication, written: Path, evidence: dict[str, Any]) -> None:
    """Put the files and their rows where nobody looks yet. Doing it again replaces them; a lost lease writes nothing.

    written: the folder that `registry.offer` filled, inside the publication's own; evidence: what it answered.
    """
    with run.fenced():
        for name in (OFFERS, PITCHES, PROSPECTS, OUTLOOKS):
            (written / name).replace(publication.folder / name)
        for left in publication.folder.iterdir():
            if left.is_dir():
                shutil.rmtree(left)
    while publication.state == Publication.State.STAGED and not _filled(run, publication, evidence):
        continue


def _filled(run: ScoringRun, publication: Publication, evidence: dict[str, Any]) -> bool:
    """Write the rows, without persons who were erased; False when one was erased meanwhile: then once more."""
    known = erasure.mark(publication.partner)
    if known:
        _forget(publication)
    with run.fenced():
        publications.emptied(publication)
    publication.evidence = evidence
    counts, gates = judged(publication)
    if all(gate["passed"] for gate in gates):
        for model, piece in _rows(publication, counts):
            with run.fenced():
                rows.store(piece, into=model._meta.db_table)
    with run.fenced():
        erasure.lock(publication.partner)
        if erasure.mark(publication.partner) != known:
            return False
        publication.counts, publication.gates = counts, gates
        publication.save()
    return True


def _forget(publication: Publication) -> None:
    """Take persons who were erased out of the files, and out of the customers should work in flight have made rows of
    them again."""
    from partners.erasing.persons import Persons

    partner, files = publication.partner, [publication.folder / name for name in (OFFERS, PITCHES, PROSPECTS)]
    if gone := erasure.among(partner, _numbers(files)):
        Customer.objects.filter(partner=partner, external_id__in=gone).delete()
        erasure.clean(partner, files, Persons(frozenset(gone)))


def _numbers(files: list[Path]) -> "pyarrow.ChunkedArray":
    """Every customer's number in these files, once per piece."""
    import pyarrow as pa

    found = [piece["customer_id"].unique() for file in files for piece in pieces(file, ["customer_id"])]
    return pa.chunked_array([pa.chunked_array(found, pa.string()).unique()], pa.string())


def pieces(file: Path, columns: list[str] | None = None) -> "Iterator[pyarrow.Table]":
    """The rows of a file, some tens of thousands at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as opened:
        for batch in opened.iter_batches(batch_size=PIECE, columns=columns):
            yield pa.Table.from_batches([batch])


def judged(publication: Publication) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the files hold, and the gates with what each saw; counts["barred"] where rules left nothing to offer."""
    import numpy as np

    number = customers = broken = outside = 0
    least, most = np.inf, -np.inf
    for piece in pieces(publication.folder / OFFERS, list(GATED)):
        chances = piece["probability"].drop_null().to_numpy()
        known = np.isfinite(chances)
        number += piece.num_rows
        customers += int((piece["rank"].to_numpy() == 1).sum())
        broken += piece.num_rows - int(known.sum())
        outside += int((~((chances >= 0) & (chances <= 1))).sum())
        least, most = min(least, chances.min(initial=np.inf)), max(most, chances.max(initial=-np.inf))
    apart = 2 if number < 30 or least != most else 1
    barred = not number and bool(publication.evidence.get("answered", {}).get("barred"))
    counts = {"rows": number, "customers": customers} | ({"barred": True} if barred else {})
    seen = publications.Seen(number, customers, broken, outside=outside, apart=apart, barred=barred)
    return counts, publications.gates(publication, seen)


def _rows(publication: Publication, counts: dict[str, Any]) -> Iterator[tuple[Any, "pyarrow.RecordBatch"]]:
    """Everything that becomes a row of the database, in pieces; `counts` learns how many of each."""
    customers = rows.Keys(Customer, "external_id", publication.partner)
    products = rows.Keys(Product, "sku", publication.partner)
    for model, name, made in (
        (Recommendation, "shown", _offers(publication, customers, products)),
        (Prospect, "prospects", _prospects(publication, customers)),
        (Outlook, "outlooks", _outlooks(publication, products)),
    ):
        counts[name] = 0
        for table in made:
            for piece in table.combine_chunks().to_batches(max_chunksize=rows.PIECE):
                counts[name] += piece.num_rows
                yield model, piece


def _offers(publication: Publication, customers: rows.Keys, products: rows.Keys) -> "Iterator[pyarrow.Table]":
    """The offers marked as shown and the best customers of each product, customer by customer and by rank."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    order = [("customer_id", "ascending"), ("rank", "ascending")]
    beside = pq.read_table(publication.folder / PITCHES).sort_by(order)
    for piece in pieces(publication.folder / OFFERS):
        mine = piece.filter(piece["shown"])
        if mine.num_rows:
            before = pc.less(beside["customer_id"], mine["customer_id"][-1])  # the last one may go on in the next piece
            found = pa.concat_tables([mine, beside.filter(before).select(mine.column_names)]).sort_by(order)
            beside = beside.filter(pc.invert(before))
            yield _offer_rows(publication, found, customers, products)
    for start in range(0, beside.num_rows, PIECE):
        yield _offer_rows(publication, beside.slice(start, PIECE), customers, products)


def _offer_rows(
    publication: Publication, table: "pyarrow.Table", customers: rows.Keys, products: rows.Keys
) -> "pyarrow.Table":
    return _table(
        publication, customer_id=customers.of(table["customer_id"]), product_id=products.of(table["sku"]),
        rank=table["rank"], score=table["score"], probability=table["probability"],
        expected_value=table["expected_value"], reason=table["reason"].fill_null("{}"),
        is_repeat=table["is_repeat"], pinned=table["pinned"],
    )  # fmt: skip


def _prospects(publication: Publication, customers: rows.Keys) -> "Iterator[pyarrow.Table]":
    """One row per customer; of a vast partner those with most to gain."""
    import numpy as np
    import pyarrow as pa

    file, start = publication.folder / PROSPECTS, 0
    worth = [_worth(piece) for piece in pieces(file, ["expected_value"])]
    kept = _most(np.concatenate(worth) if worth else np.zeros(0), MOST_PROSPECTS)
    for piece in pieces(file):
        table = piece.filter(pa.array(kept[start : start + piece.num_rows]))
        start += piece.num_rows
        if table.num_rows:
            yield _table(
                publication, customer_id=customers.of(table["customer_id"]), fit=table["fit"], intent=table["intent"],
                expected_value=table["expected_value"], owned=_as_json(table["owned"]),
                opportunities=table["opportunities"],
            )  # fmt: skip


def _worth(table: "pyarrow.Table") -> "npt.NDArray[np.float64]":
    """What each customer is worth; less than anything where no price is known."""
    import numpy as np

    return table["expected_value"].cast("float64").fill_null(-np.inf).to_numpy()


def _most(worth: "npt.NDArray[np.float64]", most: int) -> "npt.NDArray[np.bool_]":
    """Which of these are the `most` largest; of equals the first."""
    import numpy as np

    if len(worth) <= most:
        return np.ones(len(worth), dtype=bool)
    least = np.partition(worth, len(worth) - most)[len(worth) - most]
    kept = worth > least
    kept[np.flatnonzero(worth == least)[: most - int(kept.sum())]] = True
    return kept


def _outlooks(publication: Publication, products: rows.Keys) -> "Iterator[pyarrow.Table]":
    for table in pieces(publication.folder / OUTLOOKS):
        numbers = {name: table[name] for name in ("expected", "candidates", "owners", "buyers")}
        yield _table(publication, product_id=products.of(table["sku"]), **numbers, goes_with=table["goes_with"])


def _table(publication: Publication, **columns: Any) -> "pyarrow.Table":
    import pyarrow as pa

    count = len(next(iter(columns.values())))
    head = {"partner_id": publication.partner_id, "publication_id": publication.pk}
    return pa.table({name: pa.repeat(pa.scalar(value, pa.int64()), count) for name, value in head.items()} | columns)


def _as_json(lists: "pyarrow.ChunkedArray") -> "pyarrow.Array":
    """Lists of texts as JSON; only the distinct texts are looked at one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = lists.combine_chunks()
    coded = array.flatten().dictionary_encode()
    words = pa.array([json.dumps(word, ensure_ascii=False) for word in coded.dictionary.to_pylist()], pa.string())
    quoted = words.take(coded.indices)
    length = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    ends = [0, *length.cumsum().tolist()]
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(ends, pa.int32()), quoted), ", ")
    return pc.binary_join_element_wise("[", joined, "]", "")


def in_file(publication: Publication) -> bool:
    """Whether one customer's offers are to be read from the file, since its partner has too many for the database."""
    return bool(publication.evidence.get("answered", {}).get("vast"))


def of_customer(publication: Publication, customer: Customer) -> list[Recommendation]:
    """The offers to one customer by rank, from the file, as rows that are not in the database: a vast partner's lists
    hold the best customers of each product only. Empty when the file is gone."""
    file = publication.folder / OFFERS
    table = _find(file, customer.external_id) if file.exists() else None
    if table is None or not table.num_rows:
        return []
    partner: Partner = publication.partner
    known = Product.objects.filter(partner=partner, sku__in=table["sku"].to_pylist())
    products = {one.sku: one for one in known}
    plain = ("rank", "score", "probability", "expected_value", "is_repeat", "pinned")
    return [
        Recommendation(
            partner=partner, publication=publication, customer=customer, product=products[row["sku"]],
            reason=json.loads(row["reason"] or "{}"), **{name: row[name] for name in plain},
        )
        for row in table.sort_by("rank").to_pylist()
        if row["sku"] in products
    ]  # fmt: skip


def standing_of(publication: Publication, customer: Customer, rules: Sequence[OfferRule]) -> list[Recommendation]:
    """The same without what somebody called a wrong product since, and what rules in force forbid."""
    wrong = Outcome.objects.standing().filter(customer=customer, verdict=Outcome.Verdict.WRONG_PRODUCT)
    gone = set(wrong.values_list("product_id", flat=True))
    found = of_customer(publication, customer)
    return [one for one in found if one.product_id not in gone and not offer_rules.bars(rules, one)]


def _find(file: Path, number: str) -> "pyarrow.Table":
    """The rows of one customer: customers are sorted, so that only their own row groups are read."""
    import pyarrow.parquet as pq

    return pq.read_table(file, filters=[("customer_id", "=", number)])
