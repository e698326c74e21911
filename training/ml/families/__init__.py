"""The named families. Each is imported only when asked for: the nets bring TensorFlow with them."""

from __future__ import annotations

from importlib import import_module

from portal.kit.errors import Refusal
from training.ml.interface import Family

WHERE = {
    "rhythm": "training.ml.families.rhythm:Rhythm",
    "logistic": "training.ml.families.logistic:Logistic",
    "svm": "training.ml.families.svm:Svm",
    "additive": "training.ml.families.boosting:Additive",
    "eager": "training.ml.families.boosting:Eager",
    "forest": "training.ml.families.forest:Forest",
    "boosting": "training.ml.families.boosting:Boosting",
    "tabm": "training.ml.families.nets.tabm:Tabm",
    "conv": "training.ml.families.nets.conv:Conv",
    "gru": "training.ml.families.nets.gru:Gru",
    "attention": "training.ml.families.nets.attention:Attention",
    "propensity_net": "training.ml.families.nets.reference:PropensityNet",
    "churn_net": "training.ml.families.nets.reference:ChurnNet",
}
SEQUENCES = ("conv", "gru", "attention")
"""Nets over weekly activity: they see nothing else, and nothing else sees it."""
NETS = ("tabm", *SEQUENCES, "propensity_net", "churn_net")


def family(name: str) -> Family:
    """The family of that name; Refusal that lists the names when there is none."""
    if name not in WHERE:
        raise Refusal(f'There is no model family "{name}". Choose from {", ".join(WHERE)}.')
    module, _, found = WHERE[name].partition(":")
    made: Family = getattr(import_module(module), found)()
    return made


def chosen(asked: tuple[str, ...], *, rhythm: bool = False, weeks: bool = False) -> tuple[str, ...]:
    """The families to try, cheap ones first: those asked for, else those that suit the rows.

    rhythm: the rows come from an order history, so that the buying rhythm may be asked too. weeks: they
    hold weekly activity, for the sequence nets.
    """
    for name in asked:
        if name not in WHERE:
            raise Refusal(f'There is no model family "{name}". Choose from {", ".join(WHERE)}.')
    if asked:
        return tuple(name for name in WHERE if name in asked)
    return (*(("rhythm",) if rhythm else ()), "logistic", "boosting", "tabm", *(SEQUENCES if weeks else ()))
