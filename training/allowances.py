"""Columns that tell the outcome too well: held back until a person says that they are legitimate.

A recipe remembers what it was allowed; the admin's history remembers who said so, when and why.
"""

from django.utils.translation import gettext as _

from portal.kit.errors import Refusal
from training.models import Recipe


def allow(recipe: Recipe, *columns: str) -> None:
    """Use these columns from the next training on. Refusal for a column without a name."""
    named = [column.strip() for column in columns]
    if not all(named):
        raise Refusal(_("Name the column that is legitimate."))
    recipe.allowed = [*recipe.allowed, *(column for column in dict.fromkeys(named) if not declared(recipe, column))]
    recipe.save(update_fields=["allowed"])


def withdraw(recipe: Recipe, column: str) -> None:
    """Hold this column back again from the next training on, if it still tells too well."""
    if not declared(recipe, column):
        raise Refusal(_("%(column)s is not among the columns declared legitimate.") % {"column": column})
    recipe.allowed = [one for one in recipe.allowed if _plain(one) != _plain(column)]
    recipe.save(update_fields=["allowed"])


def declared(recipe: Recipe, column: str) -> bool:
    """Whether this column is among those allowed, under its name here or the one in the partner's file."""
    return _plain(column) in {_plain(one) for one in recipe.allowed}


def suspected(recipe: Recipe) -> tuple[str, ...]:
    """Columns the recipe's newest version held back: they stay so until they are allowed."""
    newest = recipe.versions.order_by("-pk").values_list("card", flat=True).first() or {}
    held = newest.get("held_back") or []
    return tuple(str(one["column"]) for one in held if isinstance(one, dict) and "column" in one)


def _plain(column: str) -> str:
    return column.strip().casefold().removeprefix("attr_").replace("_", " ")
