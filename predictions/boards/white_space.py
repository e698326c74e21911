"""White space: customers or segments × categories, each cell owned, an opportunity, unsuitable, or nothing yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Count, F, FloatField, Func, Q, QuerySet, Value
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Customer, Product
from predictions.boards import bands
from predictions.boards.listing import Filter, Listing
from predictions.boards.offers import in_segment, segments
from predictions.models import OfferRule, OfferSettings, Prospect, Publication

ACROSS = 8  # categories beside each other
NAMED = 40  # a run names so many categories at most
NO_SEGMENT = "-"
SORTS = {"value": "expected_value", "customer": "customer__external_id", "fit": "fit", "intent": "intent"}
CELLS = [("opportunity", _("worth offering")), ("owned", _("owned already"))]
OFF = (OfferRule.Kind.EXCLUDE, OfferRule.Kind.UNSUITABLE)


class Held(Func):
    """Is this text a member of a list that is kept as JSON?"""

    output_field = BooleanField()
    column = "value"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        # Not by a JSON path: SQLite has none for a name with a quotation mark in it.
        template = f"EXISTS (SELECT 1 FROM json_each(%(expressions)s = {self.column})"  # noqa: S608 — our own names
        return self.as_sql(compiler, connection, template=template, arg_joiner=") WHERE ", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="jsonb_exists(%(expressions)s)", **more)


class HeldKey(Held):
    """Is this text a key of an object that is kept as JSON?"""

    column = "key"


class Member(Func):
    """A number in a list below a key: `Member(F("opportunities"), Value("Printers"), place=1)`."""

    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        place = self.extra["place"]
        template = f"(SELECT json_extract(value, '$[{place}]') FROM json_each(%(expressions)s = key)"  # noqa: S608
        return self.as_sql(compiler, connection, template=template, arg_joiner=") WHERE ", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = f"((%(expressions)s) ->> {self.extra['place']})::float8"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" -> ", **more)


@dataclass(frozen=True)
class Ruled:
    """What rules keep from being offered, whatever the model says."""

    rules: Sequence[OfferRule]

    def out(self, segment: str, category: str) -> bool:
        """Names agree however they are capitalised, as in the offers themselves."""
        return any(_any_or(rule.category, category) and _any_or(rule.segment, segment) for rule in self.rules)


def _any_or(ruled: str, name: str) -> bool:
    return not ruled or ruled.casefold() == name.casefold()


def ruled(rules: Sequence[OfferRule]) -> Ruled:
    """Of the rules in force, those that close whole categories; a rule of one product leaves its category open."""
    return Ruled([rule for rule in rules if rule.kind in OFF and not rule.sku])


@dataclass(frozen=True)
class Cell:
    """One customer and one category: owned | opportunity | unsuitable | nothing; chance and value of the best offer."""

    state: str
    category: str
    chance: float | None = None
    value: float | None = None
    best: bool = False


@dataclass(frozen=True)
class Row:
    prospect: Prospect
    name: str
    band: str
    cells: Sequence[Cell]

    @property
    def word(self) -> str | Promise:
        return bands.WORDS[self.band]

    @property
    def look(self) -> str:
        return bands.LOOKS[self.band]


@dataclass(frozen=True)
class Columns:
    """The categories in sight, the largest first; the rest are on further pages of columns."""

    every: Sequence[str]
    page: int
    first: str = ""
    products: bool = False  # no product has a category: each of a small range stands for itself

    @property
    def shown(self) -> Sequence[str]:
        start = (self.page - 1) * ACROSS
        return self._ordered[start : start + ACROSS]

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.every) // ACROSS))

    @property
    def before(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def after(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None

    @property
    def start(self) -> int:
        return (self.page - 1) * ACROSS + 1

    @property
    def end(self) -> int:
        return min(self.page * ACROSS, len(self.every))

    @cached_property
    def _ordered(self) -> Sequence[str]:
        return [self.first, *(one for one in self.every if one != self.first)] if self.first else self.every


def columns(publication: Publication, query: QueryDict, *, first: str = "") -> Columns:
    every = categories(publication)
    asked = query.get("columns", "")
    pages = max(1, -(-len(every) // ACROSS))
    page = min(int(asked), pages) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    products = bool(every) and not Product.objects.exclude(category="").exists()
    return Columns(every, max(page, 1), first if first in every else "", products)


def categories(publication: Publication) -> Sequence[str]:
    """As the run ranked them, by customers who own them; after those it names, by the number of products."""
    told = [str(name) for name in publication.evidence.get("white_space", {}).get("categories", [])]
    if told and len(told) < NAMED:
        return told
    found = Product.objects.exclude(category="").values("category").annotate(n=Count("pk")).order_by("-n", "category")
    return told + [one["category"] for one in found[:200] if one["category"] not in told]


def listing(query: QueryDict, publication: Publication, *, personal: bool) -> Listing:
    sorts = SORTS | ({"customer": "customer__name"} if personal else {})
    named: list[tuple[str, str | Promise]] = [(one, one) for one in categories(publication)]
    filters = [
        Filter("band", _("Fit and intent"), bands.choices()),
        Filter("segment", _("Segment"), [*segments(), (NO_SEGMENT, _("no segment"))]),
        Filter("category", _("Category"), named),
        Filter("cell", _("The category is"), CELLS),
    ]
    return Listing(filters, sorts, "-value", query, ("value",))


def matching(
    publication: Publication, asked: Listing, *, personal: bool, settings: OfferSettings
) -> QuerySet[Prospect]:
    """The customers this state of the matrix shows; of one category, those with most to gain there first."""
    chosen = asked.chosen
    found = Prospect.objects.filter(publication=publication).select_related("customer")
    if "band" in chosen:
        found = found.filter(bands.standing_in(chosen["band"], settings))
    if "segment" in chosen:
        found = found.filter(_in_segment(chosen["segment"], asked))
    if asked.words:
        found = found.filter(customer__in=Customer.objects.search(asked.words, personal=personal))
    category, cell = chosen.get("category", ""), chosen.get("cell", "")
    if category and cell == "owned":
        found = found.filter(Held(F("owned"), Value(category)))
    if category and cell == "opportunity":
        could = HeldKey(F("opportunities"), Value(category))
        found = found.filter(could).exclude(Held(F("owned"), Value(category)))
    if by_category(asked):
        return found.annotate(there=_there(category, 1), chance=_there(category, 0)).order_by(
            F("there").desc(nulls_last=True), F("chance").desc(nulls_last=True), "pk"
        )
    return found.order_by(*asked.ordering)


def by_category(asked: Listing) -> bool:
    """Until somebody sorts, the customers behind one category stand by what they would bring there."""
    return asked.chosen.get("cell") == "opportunity" and "category" in asked.chosen and not asked.query.get("sort")


def _in_segment(name: str, asked: Listing) -> Q:
    if name != NO_SEGMENT:
        return in_segment(name)
    named = next([value for value, _label in one.choices] for one in asked.filters if one.key == "segment")
    return Q(customer__segment="") & ~Q(customer__industry__in=named)


def _there(category: str, place: int) -> Member:
    """The chance (0) or the value (1) of a category among a prospect's opportunities."""
    return Member(F("opportunities"), Value(category), place=place)


def rows(
    prospects: Sequence[Prospect], shown: Sequence[str], off: Ruled, *, personal: bool, settings: OfferSettings
) -> list[Row]:
    return [
        Row(one, one.customer.shown_name(personal=personal), bands.band_of(one, settings), cells(one, shown, off))
        for one in prospects
    ]


def cells(prospect: Prospect, shown: Sequence[str], off: Ruled) -> list[Cell]:
    """What one customer owns, could buy, or is not to be offered. The best opportunity in sight is marked."""
    owned, open_to = set(prospect.owned), prospect.opportunities
    made = []
    for name in shown:
        chance, value = (*open_to[name], None)[:2] if open_to.get(name) else (None, None)
        if name in owned:
            made.append(Cell("owned", name, chance, value))
        elif off.out(prospect.customer.segment or prospect.customer.industry, name):
            made.append(Cell("unsuitable", name))
        else:
            made.append(Cell("opportunity" if chance is not None else "nothing", name, chance, value))
    worth = [cell for cell in made if cell.state == "opportunity"]
    if len(worth) < 2:
        return made
    best = max(worth, key=lambda cell: (cell.value or 0.0, cell.chance or 0.0))
    return [Cell(c.state, c.category, c.chance, c.value, best=True) if c is best else c for c in made]


@dataclass(frozen=True)
class SegmentCell:
    """One segment and one category: how many own it, how many could, at what mean chance, worth what."""

    state: str
    category: str
    owned: int = 0
    opportunities: int = 0
    chance: float | None = None
    value: float | None = None


@dataclass(frozen=True)
class Segment:
    name: str
    customers: int
    cells: Sequence[SegmentCell]
    value: float

    @property
    def key(self) -> str:
        return self.name or NO_SEGMENT


def by_segment(publication: Publication, shown: Sequence[str], off: Ruled) -> list[Segment]:
    """What the run counted; nothing is read but the publication. Most money first."""
    told: Mapping[str, Any] = publication.evidence.get("white_space", {}).get("segments", {})
    made = [_segment(name, found, shown, off) for name, found in told.items()]
    return sorted(made, key=lambda one: (-one.value, -one.customers, one.name))


def _segment(name: str, found: Mapping[str, Any], shown: Sequence[str], off: Ruled) -> Segment:
    known = found.get("cells", {})
    made = []
    for category in shown:
        owned, could, chance, value = known.get(category) or (0, 0, None, None)
        state = "unsuitable" if off.out(name, category) else "opportunity" if could else "owned" if owned else "nothing"
        made.append(SegmentCell(state, category, owned, could, chance, value))
    worth = sum((one[3] or 0.0) for one in known.values() if len(one) > 3)
    return Segment(name, int(found.get("customers", 0)), made, worth)


def with_prospect(publication: Publication, customer: Customer) -> Prospect | None:
    """One customer's row, for its own page."""
    return Prospect.objects.filter(publication=publication, customer=customer).select_related("customer").first()
