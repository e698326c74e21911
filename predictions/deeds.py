"""What people did about a customer and what became of it: recorded with one click, undone with another."""

from datetime import datetime

from django.utils.translation import gettext as _

from partners.models import Customer, Product, User
from portal.kit.errors import Refusal
from predictions.models import Action, Outcome
from predictions.publications import shown

Deed = Action | Outcome


def act(customer: Customer, kind: str, *, by: User | None, at: datetime, **more: object) -> Action:
    """Record an action. Raises Refusal when it is planned without a day."""
    if kind == Action.Kind.PLANNED and not more.get("due_on"):
        raise Refusal(_("A planned contact needs a day: say until when."))
    return Action.objects.create(**_common(customer, by=by, at=at), kind=kind, **more)


def judge(customer: Customer, verdict: str, *, by: User | None, at: datetime, **more: object) -> Outcome:
    """Record what became of a customer. Raises Refusal for a wrong product without a product."""
    if verdict == Outcome.Verdict.WRONG_PRODUCT and not more.get("product"):
        raise Refusal(_("Say which product was wrong for this customer."))
    return Outcome.objects.create(**_common(customer, by=by, at=at), verdict=verdict, **more)


def undo(deed: Deed, *, at: datetime) -> bool:
    """Take a deed back; it stays in the records as undone. False when it was undone before."""
    return bool(type(deed).objects.standing().filter(pk=deed.pk).update(undone_at=at))


def _common(customer: Customer, *, by: User | None, at: datetime) -> dict[str, object]:
    return {
        "partner": customer.partner,
        "customer": customer,
        "by": by,
        "on": customer.partner.clock(at).date(),
        "publication": shown(customer.partner, "churn"),
    }


def product_for(customer: Customer, sku: str) -> Product | None:
    return Product.objects.filter(partner=customer.partner, sku=sku).first() if sku else None
