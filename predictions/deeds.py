"""What people did about a customer and what became of it: recorded with one click, undone with another."""

from datetime import datetime

from django.utils.translation import gettext as _

from partners.models import Customer, Product, User
from portal.kit.errors import Refusal
from predictions.models import Action, Outcome
from predictions.publications import shown
from training.registry import Kind

Deed = Action | Outcome


def act(customer: Customer, kind: str, *, by: User | None, at: datetime, **more: object) -> Action:
    """Record an action. Raises Refusal when it is planned without a day."""
    if kind == Action.Kind.PLANNED and not more.get("due_on"):
        raise Refusal(_("A planned contact needs a day: say until when."))
    return Action.objects.create(**_common(customer, more.get("product"), by=by, at=at), kind=kind, **more)


def judge(customer: Customer, verdict: str, *, by: User | None, at: datetime, **more: object) -> Outcome:
    """Record what became of a customer, or what it answered to an offer, `because=` of one of Outcome.Because.

    Raises Refusal for a wrong or accepted product without a product, and for a reason where nothing was refused. A
    product called wrong is offered to this customer no more until that is undone.
    """
    wrong = verdict == Outcome.Verdict.WRONG_PRODUCT
    if wrong and not more.get("product"):
        raise Refusal(_("Say which product was wrong for this customer."))
    if verdict == Outcome.Verdict.ACCEPTED and not more.get("product"):
        raise Refusal(_("Say which product was accepted."))
    if more.get("because"):
        if not wrong:
            raise Refusal(_("A reason is given for a wrong product only: leave it out here."))
        if more["because"] not in Outcome.Because.values:
            raise Refusal(_("Choose one of: %(known)s.") % {"known": ", ".join(Outcome.Because.values)})
    return Outcome.objects.create(**_common(customer, more.get("product"), by=by, at=at), verdict=verdict, **more)


def undo(deed: Deed, *, at: datetime) -> bool:
    """Take a deed back; it stays in the records as undone. False when it was undone before."""
    return bool(type(deed).objects.standing().filter(pk=deed.pk).update(undone_at=at))


def _common(customer: Customer, product: object, *, by: User | None, at: datetime) -> dict[str, object]:
    """What every deed holds; the publication is the list of offers where a product is named and there is one, else
    that of leavers."""
    offers = shown(customer.partner, Kind.RECOMMENDATION) if product else None
    return {
        "partner": customer.partner,
        "customer": customer,
        "by": by,
        "on": customer.partner.clock(at).date(),
        "publication": offers or shown(customer.partner, Kind.CHURN),
    }


def product_for(customer: Customer, sku: str) -> Product | None:
    return Product.objects.filter(partner=customer.partner, sku=sku).first() if sku else None
