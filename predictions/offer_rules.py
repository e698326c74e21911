"""What a partner, or the vendor for the whole network, wants offered to whom: rules and wishes, made and taken back.

A rule holds from the next scoring on, which `following` asks for; what exclusions bar leaves the pages at once
(`barred`), what a margin rule bars with the next list. Exclusions win over pins.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from partners.models import Customer, Partner, Product, User
from portal.kit.errors import Refusal
from predictions import feedback, offer_conflicts, offer_names
from predictions.models import OfferRule, OfferSettings, Recommendation

Kind = OfferRule.Kind
WISHES = ("rank_by", "repeats", "diversity", "fit_from", "intent_from")
SHOWN = 8  # values named when one is not known
Data = dict[str, Any]


def in_force(partner: Partner | None) -> list[OfferRule]:
    """The rules that hold for this partner: its own and the network's, oldest first; without one, the network's."""
    whose = Q(partner=partner) | Q(partner=None) if partner else Q(partner=None)
    return list(OfferRule._base_manager.filter(whose, active=True).order_by("pk"))


def settings_of(partner: Partner) -> OfferSettings:
    """What the partner wishes; the defaults, unsaved, while nobody has wished for anything."""
    return OfferSettings._base_manager.filter(partner=partner).first() or OfferSettings(partner=partner)


def rules_for(partner: Partner) -> Data:
    """All that scoring has to know, as plain data: `training.ml.recommenders.rules.Rules.from_data` reads it."""
    return {**_data(in_force(partner), settings_of(partner)), "refused": feedback.refused(partner)}


def _data(rules: Iterable[OfferRule], wishes: OfferSettings) -> Data:
    listed = list(rules)
    return {
        "excluded": [_scope(one) for one in listed if one.kind in (Kind.EXCLUDE, Kind.UNSUITABLE)],
        "pinned": [_scope(one) for one in listed if one.kind == Kind.PIN],
        "margins": [_scope(one) | {"margin": one.margin} for one in listed if one.kind == Kind.MARGIN],
        "diversity": wishes.diversity,
        "rank_by": wishes.rank_by,
        "repeats": wishes.repeats,
    }


def mark(data: Data) -> str:
    """Short for these rules and wishes; the same for the same ones. Refusals, which pages know by themselves, aside."""
    told = json.dumps({name: value for name, value in data.items() if name != "refused"}, sort_keys=True)
    return sha256(told.encode()).hexdigest()[:16]


def marks(partners: Iterable[Partner]) -> dict[int, str]:
    """What each partner's rules and wishes are now, by its key; two queries for all of them."""
    rules = list(OfferRule._base_manager.filter(active=True).order_by("pk"))
    wishes = {one.partner_id: one for one in OfferSettings._base_manager.all()}
    return {
        one.pk: mark(
            _data((rule for rule in rules if rule.partner_id in (None, one.pk)), wishes.get(one.pk) or OfferSettings())
        )
        for one in partners
    }


def _scope(rule: OfferRule) -> Data:
    return {"sku": rule.sku, "category": rule.category, "segment": rule.segment}


def add(partner: Partner | None, *, by: User | None, **fields: Any) -> OfferRule:
    """Make a rule for a partner, or without one for the whole network. Raises Refusal where it cannot work."""
    rule = OfferRule(partner=partner, by=by, **fields)
    check(rule)
    with transaction.atomic():
        rule.save()
        _audit(rule, ADDITION, by=by)
    return rule


def alter(rule: OfferRule, *, by: User | None, **fields: Any) -> OfferRule:
    """Change a rule. Raises Refusal where it could not work then; the rule stays as it was."""
    for name, value in fields.items():
        setattr(rule, name, value)
    check(rule)
    with transaction.atomic():
        rule.save()
        _audit(rule, CHANGE, by=by, changed=sorted(fields))
    return rule


def remove(rule: OfferRule, *, by: User | None) -> None:
    """It holds no more; the row stays for those who ask what held before. To remove it again changes nothing."""
    rule.active = False
    with transaction.atomic():
        if OfferRule._base_manager.filter(pk=rule.pk, active=True).update(active=False):
            _audit(rule, DELETION, by=by)


def change(partner: Partner, *, by: User | None, **wishes: Any) -> OfferSettings:
    """Wish for something else. Raises Refusal for a wish that is none of WISHES, or beyond what can be wished for."""
    found = settings_of(partner)
    for name, value in wishes.items():
        if name not in WISHES:
            raise Refusal(_("“%(name)s” is no setting of offers.") % {"name": name})
        setattr(found, name, value)
    for name in ("diversity", "fit_from", "intent_from"):
        _a_share(getattr(found, name))
    for name, known in (("rank_by", OfferSettings.Rank.values), ("repeats", OfferSettings.Repeats.values)):
        if getattr(found, name) not in known:
            raise Refusal(_("Choose one of: %(known)s.") % {"known": ", ".join(known)})
    with transaction.atomic():
        found.save()
        _audit(found, CHANGE, by=by, changed=sorted(wishes))
    return found


def check(rule: OfferRule) -> None:
    """Refusal, in a sentence, for a rule that cannot work; spellings become those of the data."""
    for name in ("sku", "category", "segment", "note"):
        setattr(rule, name, (getattr(rule, name) or "").strip())
    if rule.kind not in Kind.values:
        raise Refusal(_("Choose one of: %(known)s.") % {"known": ", ".join(Kind.values)})
    if rule.kind == Kind.PIN and not rule.sku:
        raise Refusal(_("Say which product is to be offered first: this rule needs a SKU."))
    if rule.kind == Kind.UNSUITABLE and not rule.segment:
        raise Refusal(_("Say for which segment this is unsuitable; “Never offer” bars it for everybody."))
    if rule.kind in (Kind.EXCLUDE, Kind.UNSUITABLE) and not (rule.sku or rule.category):
        raise Refusal(_("Say what is not to be offered: this rule needs a SKU or a category."))
    if rule.kind == Kind.MARGIN and rule.margin is None:
        raise Refusal(_("Say how large the margin must be at least: a share of the price, such as 0.2."))
    if rule.kind != Kind.MARGIN and rule.margin is not None:
        raise Refusal(_("A margin belongs to “Only with a margin of at least”: leave it out here."))
    if rule.margin is not None:
        _a_share(rule.margin)
    _know(rule)
    if rule.kind == Kind.MARGIN and rule.active:
        _has_margins(rule)
    _once(rule)


def _a_share(value: Any) -> None:
    if not (isinstance(value, int | float) and 0 <= value <= 1):
        raise Refusal(_("Write a number from 0 to 1, not %(value)s.") % {"value": value})


def _know(rule: OfferRule) -> None:
    """Write product, category and segment as the data have them, or say what is known."""
    if rule.partner_id is None:
        offer_names.check(rule)
        return
    whose = {"partner": rule.partner_id}
    products = Product._base_manager.filter(is_present=True, **whose)
    customers = Customer._base_manager.filter(is_present=True, **whose)
    if rule.sku:
        near = products.filter(Q(sku__icontains=rule.sku) | Q(name__icontains=rule.sku))
        told = _("No product has the SKU “%(given)s”. %(known)s")
        rule.sku = _spelled(rule.sku, products, "sku", told, near if near.exists() else products)
    if rule.category:
        told = _("No product is in the category “%(given)s”. %(known)s")
        rule.category = _spelled(rule.category, products, "category", told, products.exclude(category=""))
    if rule.segment:
        column = "segment" if customers.exclude(segment="").exists() else "industry"
        told = _("No customer is in the segment “%(given)s”. %(known)s")
        rule.segment = _spelled(rule.segment, customers, column, told, customers.exclude(**{column: ""}))


def _has_margins(rule: OfferRule) -> None:
    """A margin not known counts as too small: where none is, the rule would bar all it speaks of. A product without
    a list price may still have one, that of its last orders."""
    whose = {name: value for name, value in (("partner", rule.partner_id), ("sku", rule.sku)) if value}
    products = Product._base_manager.filter(is_present=True, cost__isnull=False, **whose)
    if rule.category:
        products = products.filter(category__iexact=rule.category)
    if not products.exclude(price__lte=0).exists():
        raise Refusal(
            _("No product that this rule speaks of has a known cost and price, so that it would bar them all: send "
              "products with their costs first.")
        )  # fmt: skip


def _spelled(given: str, rows: Any, column: str, told: str, known: Any) -> str:
    """The value among `rows` that reads so, whatever its capitals; Refusal with some of the `known` ones."""
    for lookup in ("exact", "iexact"):
        found = rows.filter(**{f"{column}__{lookup}": given}).values_list(column, flat=True).first()
        if found is not None:
            return str(found)
    some = list(known.order_by(column).values_list(column, flat=True).distinct()[: SHOWN + 1])
    listed = ", ".join(some[:SHOWN]) + (" …" if len(some) > SHOWN else "")
    said = _("Known are, among others: %(some)s.") % {"some": listed} if some else _("None is known yet.")
    raise Refusal(told % {"given": given, "known": said})


def _once(rule: OfferRule) -> None:
    same = OfferRule._base_manager.filter(
        partner=rule.partner_id, kind=rule.kind, sku=rule.sku, category=rule.category, segment=rule.segment, active=True
    )
    if rule.active and same.exclude(pk=rule.pk).exists():
        raise Refusal(_("There is such a rule already: change or remove that one."))


def conflicts(rules: Iterable[OfferRule], *, partner: Partner | None) -> list[str]:
    """A sentence for each pin that an exclusion or something else stops, wholly or for some customers."""
    told = [words for found in stopped(rules, partner=partner).values() for words in found]
    return list(dict.fromkeys(told))


def stopped(rules: Iterable[OfferRule], *, partner: Partner | None) -> dict[int, list[str]]:
    """The same by the pin's key; pins that nothing stops are not in it."""
    listed = list(rules)
    stops = [one for one in listed if one.kind in (Kind.EXCLUDE, Kind.UNSUITABLE)]
    pins = [one for one in listed if one.kind == Kind.PIN]
    products = Product._base_manager.filter(sku__in={one.sku for one in pins})
    if partner is not None:
        products = products.filter(partner=partner)
    categories: dict[str, set[str]] = {}
    for sku, category in products.values_list("sku", "category") if pins and stops else ():
        categories.setdefault(sku, set()).add(_plain(category))
    found = {pin.pk: [_stopped(pin, stop, categories.get(pin.sku, set())) for stop in stops] for pin in pins}
    more = offer_conflicts.idle(pins, listed, settings_of(partner), partner=partner) if pins and partner else {}
    told = {pk: [words for words in told if words] + more.get(pk, []) for pk, told in found.items()}
    return {pk: words for pk, words in told.items() if words}


def _stopped(pin: OfferRule, stop: OfferRule, categories: set[str]) -> str:
    """How this exclusion stops this pin; empty where it does not."""
    about = stop.sku in ("", pin.sku) and (not stop.category or _plain(stop.category) in categories)
    apart = pin.segment and stop.segment and _plain(pin.segment) != _plain(stop.segment)
    if not about or apart:
        return ""
    if stop.segment and not pin.segment:
        words = _("%(sku)s is to be offered first, but not to the segment “%(segment)s”: there the exclusion wins.")
        return words % {"sku": pin.sku, "segment": stop.segment}
    words = _("%(sku)s is to be offered first and also excluded (%(rule)s): the exclusion wins, it is not offered.")
    return words % {"sku": pin.sku, "rule": stop}


def _plain(name: str) -> str:
    return name.strip().casefold()


def barred(rules: Iterable[OfferRule], *, to: str = "") -> Q:
    """Offers that exclusions made since the last scoring forbid: `rows.exclude(barred(in_force(partner)))`.

    to: the path from the rows to a Recommendation, such as "offers__". Matches nothing when there is no exclusion.
    """
    found = Q(pk__in=[])
    for rule in rules:
        if rule.kind not in (Kind.EXCLUDE, Kind.UNSUITABLE):
            continue
        one = Q()
        if rule.sku:
            one &= Q(**{f"{to}product__sku": rule.sku})
        if rule.category:
            one &= Q(**{f"{to}product__category__iexact": rule.category})
        if rule.segment:
            named = Q(**{f"{to}customer__segment__iexact": rule.segment})
            blank = Q(**{f"{to}customer__segment": "", f"{to}customer__industry__iexact": rule.segment})
            one &= named | blank
        found |= one
    return found


def bars(rules: Iterable[OfferRule], offer: Recommendation) -> bool:
    """Whether `barred` would match this offer, for offers that are not in the database."""
    product, customer = offer.product, offer.customer
    segment = _plain(customer.segment or customer.industry)
    return any(
        rule.kind in (Kind.EXCLUDE, Kind.UNSUITABLE)
        and rule.sku in ("", product.sku)
        and (not rule.category or _plain(rule.category) == _plain(product.category))
        and (not rule.segment or _plain(rule.segment) == segment)
        for rule in rules
    )


def _audit(row: OfferRule | OfferSettings, flag: int, *, by: User | None, changed: list[str] | None = None) -> None:
    """Into the history that the admin shows; what nobody in person did, such as a command, is not in it."""
    if by is not None:
        message = json.dumps([{"changed": {"fields": changed}}]) if changed else ""
        LogEntry.objects.log_actions(by.pk, [row], flag, change_message=message, single_object=True)
