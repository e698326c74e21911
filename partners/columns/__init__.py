"""The canonical tables: what a file may hold, under which names, and what each column means. No Django here."""

from partners.columns.base import Column, Said, Table, in_language, said
from partners.columns.customers import CUSTOMERS
from partners.columns.interactions import INTERACTIONS
from partners.columns.orders import ORDERS
from partners.columns.outcomes import OUTCOMES
from partners.columns.products import PRODUCTS
from partners.columns.subscriptions import SUBSCRIPTIONS

TABLES: dict[str, Table] = {
    table.kind: table for table in (CUSTOMERS, PRODUCTS, ORDERS, SUBSCRIPTIONS, INTERACTIONS, OUTCOMES)
}
KINDS = tuple(TABLES)
FACTS = tuple(kind for kind in KINDS if kind != "outcomes")
"""Kinds that become Parquet tables of a dataset; outcomes become rows of the database."""

__all__ = ["FACTS", "KINDS", "TABLES", "Column", "Said", "Table", "in_language", "said"]
