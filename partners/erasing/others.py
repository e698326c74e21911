"""What names a person names others too: a namesake, a shared address, a segment, a city or a product of that name.

Such a word does not tell who is meant, and striking it would destroy what others said of themselves: it is left alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import Q
from django.db.models.functions import Lower
from django_scopes import scopes_disabled

from partners.erasing import parquet
from partners.erasing.persons import Persons
from partners.intake.parse import trimmed
from partners.models import Customer, Partner, Product

PIECE = 10_000
KEYS = ("customer_id", "order_id", "subscription_id", "interaction_id")
ATTRIBUTE = "attr"
NOT_TABLES = ("problems", "failing", "original", ".")
OURS = ("name", "email", "phone", "segment", "industry", "region", "city", "country")
Found = Iterator[tuple[str, pa.Array]]


def apart(partner: Partner, roots: Iterable[Path], persons: Persons) -> Persons:
    """The same persons, knowing which of their words say something else about anybody who stays."""
    for name, cells in _rows(partner, persons):
        persons = _seen(persons, name, cells)
    for names in parquet.files(roots):
        for name, cells in _cells(names[0], persons):
            persons = _seen(persons, name, cells)
    return persons


def everywhere(partner: Partner, persons: Persons) -> Persons:
    """The same for texts of the whole network: customers of other partners may bear the name too."""
    told = Q(low__in=persons.emails) | Q(name__in=persons.words) | Q(phone__in=persons.words)
    with scopes_disabled():
        rows = Customer.objects.annotate(low=Lower("email")).filter(told)
        rows = rows.exclude(partner=partner, external_id__in=persons.numbers)
        met = {word.casefold() for row in rows.values_list("email", "name", "phone") for word in row if word}
    return replace(persons, shared=persons.shared | met)


def _seen(persons: Persons, name: str, cells: pa.Array) -> Persons:
    met = _ordinary(cells, persons) if name in parquet.FREE else _met(cells, persons)
    if name not in parquet.FREE and not name.startswith(ATTRIBUTE):
        met |= {one.casefold() for one in persons.numbers} & _folded(cells, persons.numbers)
    return replace(persons, shared=persons.shared | met) if met - persons.shared else persons


def _met(cells: pa.Array, persons: Persons) -> set[str]:
    """Names and addresses that stand in a column of somebody else's, alone or within more. A number that stands there
    still means nobody else."""
    if not persons.expression:
        return set()
    texts = cells.filter(pc.match_substring_regex(cells, persons.expression)).to_pylist()
    words = {term: one for term, one in persons.patterns.items() if term not in persons.numbers}
    return {term.casefold() for text in texts for term, one in words.items() if one.search(text)} | _folded(
        cells, persons.words
    )


def _folded(cells: pa.Array, words: Iterable[str]) -> set[str]:
    """Which of the words are a whole cell, whatever the case."""
    wanted = sorted({word.casefold() for word in words})
    folded = pc.utf8_lower(trimmed(cells))
    return set(folded.filter(pc.is_in(folded, value_set=pa.array(wanted, folded.type))).to_pylist())


def _ordinary(cells: pa.Array, persons: Persons) -> set[str]:
    """Names of one word that people also write small, in the midst of a sentence: words of the language."""
    small = {term.lower(): rf"(?:^|[\s(,;:]){term.lower()}(?:[\s),;:!?]|\.\s|\.?$)" for term in persons.singles}
    return {
        word.casefold() for word, written in small.items() if pc.any(pc.match_substring_regex(cells, written)).as_py()
    }


def _rows(partner: Partner, persons: Persons) -> Found:
    """Cells of the database, by column: other customers, and products."""
    people = Customer.objects.filter(partner=partner).exclude(external_id__in=persons.numbers)
    yield from _by_column(OURS, people.values_list(*OURS).iterator(PIECE))
    told = people.exclude(attributes={}).values_list("attributes", flat=True).iterator(PIECE)
    yield from _by_column((ATTRIBUTE,), ((str(value),) for one in told for value in one.values()))
    goods = ("sku", "name", "category")
    yield from _by_column(goods, Product.objects.filter(partner=partner).values_list(*goods).iterator(PIECE))


def _by_column(names: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Found:
    held: dict[str, set[str]] = {name: set() for name in names}
    for row in rows:
        for name, value in zip(names, row, strict=True):
            held[name].add(value)
        if len(held[names[0]]) >= PIECE:
            yield from ((name, pa.array(cells, pa.string())) for name, cells in held.items())
            held = {name: set() for name in names}
    yield from ((name, pa.array(cells, pa.string())) for name, cells in held.items())


def _cells(path: Path, persons: Persons) -> Found:
    """The different texts of a table's columns in rows of others."""
    if path.name.startswith(NOT_TABLES):
        return
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        whose = [name for name in ("customer_id",) if name in schema.names]
        texts = [name for name in schema.names if name not in KEYS and parquet.is_text(schema.field(name).type)]
        if not texts or not (whose or "sku" in schema.names):
            return
        for piece in file.iter_batches(batch_size=parquet.PIECE, columns=[*whose, *texts]):
            others = piece.filter(pa.array(~parquet.theirs(piece["customer_id"], persons))) if whose else piece
            for name in texts:
                yield name, pc.unique(others[name]).drop_null()
