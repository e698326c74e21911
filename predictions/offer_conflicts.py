"""Pins without the effect they were made for, though no exclusion stops them: the product cannot be offered, brings too
small a margin, or the partner wishes for new products, or repeats, alone."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from partners.models import Partner, Product
from predictions.models import OfferRule, OfferSettings

Repeats = OfferSettings.Repeats


def idle(
    pins: Sequence[OfferRule], rules: Iterable[OfferRule], wishes: OfferSettings, *, partner: Partner
) -> dict[int, list[str]]:
    """By the pin's key, a sentence for each thing in its way; pins that nothing is in the way of are not in it.

    A pin of the network for a product the partner does not know is none of its concern. One query.
    """
    margins = [one for one in rules if one.kind == OfferRule.Kind.MARGIN and one.margin is not None]
    sold = Product._base_manager.filter(partner=partner, is_present=True, sku__in={one.sku for one in pins})
    known = {one.sku: one for one in sold}
    found = {pin.pk: _told(pin, known[pin.sku], margins, wishes) for pin in pins if pin.sku in known}
    return {pk: told for pk, told in found.items() if told}


def _told(pin: OfferRule, product: Product, margins: Iterable[OfferRule], wishes: OfferSettings) -> list[str]:
    if not product.is_available:
        return [_("%(sku)s is to be offered first, but cannot be offered now: it is not offered.") % {"sku": pin.sku}]
    told = [words for rule in margins if (words := _too_small(pin, product, rule))]
    if wishes.repeats == Repeats.NEW:
        words = _(
            "%(sku)s is to be offered first, but only new products are wished for: who has bought it is left out."
        )
        told.append(words % {"sku": pin.sku})
    if wishes.repeats == Repeats.REPEAT:
        words = _("%(sku)s is to be offered first, but only repeats are wished for: who never bought it is left out.")
        told.append(words % {"sku": pin.sku})
    return told


def _too_small(pin: OfferRule, product: Product, rule: OfferRule) -> str:
    """How a least margin stops this pin; empty where it does not. A margin nobody knows is too small."""
    about = rule.sku in ("", pin.sku) and (not rule.category or _plain(rule.category) == _plain(product.category))
    apart = pin.segment and rule.segment and _plain(pin.segment) != _plain(rule.segment)
    brings = _margin(product)
    unsaid = product.price is None and product.cost is not None  # the price of its last orders may do
    if not about or apart or unsaid or (brings is not None and brings >= (rule.margin or 0.0)):
        return ""
    if rule.segment and not pin.segment:
        words = _("%(sku)s is to be offered first, but its margin is too small for the segment “%(segment)s”.")
        return words % {"sku": pin.sku, "segment": rule.segment}
    if brings is None:
        words = _("%(sku)s is to be offered first, but its margin is not known, and a rule asks for one: not offered.")
    else:
        words = _("%(sku)s is to be offered first, but its margin is smaller than a rule asks for: it is not offered.")
    return words % {"sku": pin.sku}


def _margin(product: Product) -> float | None:
    """As a share of the price."""
    if product.price is None or product.cost is None or product.price <= 0:
        return None
    return (product.price - product.cost) / product.price


def _plain(name: str) -> str:
    return name.strip().casefold()
