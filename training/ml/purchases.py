"""What counts as a purchase: one rule for features, labels and recommendations.

An order line is a purchase when it

* is dated strictly before ``as_of`` (a line of the day itself lies in the future),
* names a customer and a product,
* has a positive quantity, and an amount that is positive or unknown (a price list may be missing),
* is no return and stands on no cancelled order (``is_return``, decided once at intake),
* is no service line: postage, carriage, bank charges, market-place fees, manual bookings, discounts, samples,
  adjustments, test products and gift vouchers, in English or Chinese.

Codes that can only mean a service (``POST``, ``TEST001``) are recognised by the code alone. Codes so short
that somebody may sell a product under them (``M``, ``D``, ``S``) are services only when the name says so too.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from training.ml import parts

if TYPE_CHECKING:
    import duckdb

#: Codes that mean a service whatever the line is called. Matched whole, without regard to case.
SERVICE_CODES = (
    r"post|postage|dot|carriage|shipping|freight|delivery|bank ?charges?|amazon ?fee|cruk|manual|discount|"
    r"samples?|test[-_ ]?[0-9]*|adjust(ment)?[-_ ]?[0-9]*|gift_[0-9]{4}_[0-9]+|gift[-_ ]?(card|voucher)s?"
)

#: Names that mean a service whatever the code is. Matched whole: a "carriage clock" is a clock.
SERVICE_NAMES = (
    r"(dotcom )?postage|(next day )?carriage|shipping|shipping (cost|charge|fee)s?|freight|"
    r"delivery (charge|fee)s?|bank charges?|amazon fee|cruk commission|manual|discount|samples?|"
    r"adjust(ment)?( by .*)?|adjust bad debt|"
    r"this is a test product\.?|test( product| item)?|.*\bgift (card|voucher)\b.*|"
    r"运费|邮费|邮资|快递费|手续费|银行手续费|平台服务费|折扣|样品|调整|测试(商品|产品)?|礼品卡|代金券"
)

#: The canonical columns the view offers, with the type each has when the file lacks it.
COLUMNS = {
    "order_id": "VARCHAR", "line": "BIGINT", "customer_id": "VARCHAR", "date": "DATE", "sku": "VARCHAR",
    "product_name": "VARCHAR", "quantity": "DOUBLE", "price": "DOUBLE", "amount": "DOUBLE",
}  # fmt: skip


def create_purchases(connection: duckdb.DuckDBPyConnection, folder: Path, *, as_of: date) -> None:
    """Create (or replace) the view ``purchases`` over the orders in ``folder`` in `connection`.

    One row per purchased order line with the columns of `COLUMNS`; quantity in pieces, price and amount in
    the partner's currency. A dataset without orders gives a view without rows: callers need no special case.
    """
    sql = purchases_sql(connection, folder, as_of=as_of)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW purchases AS {sql}")


def purchases_sql(connection: duckdb.DuckDBPyConnection, folder: Path, *, as_of: date) -> str:
    """The SELECT behind the view, for use inside another query. See the module for the rule."""
    source = parts.relation(folder, "orders")
    if not source:
        return f"SELECT {_typed_nulls(COLUMNS)} WHERE false"
    present = {row[0] for row in connection.execute(f"DESCRIBE FROM {source}").fetchall()}
    offered = ", ".join(
        f"CAST({name} AS {kind}) AS {name}" if name in present else f"CAST(NULL AS {kind}) AS {name}"
        for name, kind in COLUMNS.items()
    )
    returned = "coalesce(is_return, false)" if "is_return" in present else "false"
    return (  # every part is ours or quoted; a view cannot take parameters
        f"SELECT {', '.join(COLUMNS)} FROM (SELECT {offered}, {returned} AS returned FROM {source}) AS lines "  # noqa: S608
        f"WHERE date < DATE '{as_of.isoformat()}' AND customer_id IS NOT NULL AND sku IS NOT NULL "
        "AND coalesce(quantity, 1) > 0 AND (amount IS NULL OR amount > 0) AND NOT returned "
        f"AND NOT {service_condition()}"
    )


def service_condition(*, sku: str = "sku", name: str = "product_name") -> str:
    """A boolean SQL expression, never null: the line is a service and no product."""
    return (
        f"(regexp_full_match(lower(trim({sku})), {_quoted(SERVICE_CODES)}) "
        f"OR coalesce(regexp_full_match(lower(trim({name})), {_quoted(SERVICE_NAMES)}), false))"
    )


def _typed_nulls(columns: dict[str, str]) -> str:
    return ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
