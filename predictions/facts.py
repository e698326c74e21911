"""One customer's orders, contracts and contacts, read from the partner's Parquet files.

Reading happens in a short-lived process of its own (this very file, run as a script): DuckDB would double the
memory of a web process that otherwise only talks to the database, and a damaged file cannot take the page down.
"""

import json
import subprocess
import sys
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

SECONDS = 6
GONE = ".overridden.parquet"
KEYS = {
    "orders": ("order_id", "sku", "line"),
    "subscriptions": ("subscription_id",),
    "interactions": ("interaction_id",),
}


def of_customer(folder: Path, customer: str) -> dict[str, Any] | None:
    """Orders, months, holdings, subscriptions and interactions of a customer; None when they cannot be read now."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and file, no shell
            [sys.executable, "-I", __file__, str(folder), customer],
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        return dict(json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError, OSError):
        return None


# Written here once, from nothing a person typed: the customer's number is bound, never pasted in.
QUERIES = {
    "orders": (
        "orders",
        """select cast(date as varchar) as date, order_id, cast(count(*) as int) as lines, sum(amount) as amount,
        bool_or(is_return) as is_return, list(coalesce(product_name, sku) order by amount desc)[1:3] as products
        from {source} where customer_id = ? group by all order by date desc, order_id limit 30""",
    ),
    "months": (
        "orders",
        """select strftime(date, '%Y-%m') as month, cast(count(distinct order_id) as int) as orders,
        sum(amount) as amount from {source} where customer_id = ? group by 1 order by 1 desc limit 24""",
    ),
    "holdings": (
        "orders",
        """select sku, any_value(product_name) as name, cast(count(distinct order_id) as int) as times,
        sum(quantity) as quantity, sum(amount) as amount, cast(max(date) as varchar) as last
        from {source} where customer_id = ? and not is_return
        group by sku order by amount desc nulls last limit 12""",
    ),
    "subscriptions": (
        "subscriptions",
        """select subscription_id, sku, cast(started as varchar) as started, cast(ended as varchar) as ended,
        cast(renews_on as varchar) as renews_on, monthly_amount from {source} where customer_id = ?
        order by ended nulls first, started desc limit 20""",
    ),
    "interactions": (
        "interactions",
        """select cast(date as varchar) as date, kind, text, sentiment from {source} where customer_id = ?
        order by date desc limit 30""",
    ),
}


def read(folder: Path, customer: str) -> dict[str, list[dict[str, Any]]]:
    """Run the queries over the tables that exist; a column a partner never sent comes back as null."""
    duckdb = _engine()
    found: dict[str, list[dict[str, Any]]] = {}
    with duckdb.connect(config={"threads": 1, "memory_limit": "256MB"}) as db:
        for name, (table, query) in QUERIES.items():
            source = _source(folder, table)
            if not source:
                continue
            answer = db.execute(query.format(source=source), [customer])
            names = [column[0] for column in answer.description]
            found[name] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return found


def _source(folder: Path, table: str) -> str:
    """What stands after FROM: one file, or the parts of a folder without the rows newer ones have overridden.

    The layout is partners.intake.tables'; this file runs by itself, so that a page does not wait for imports.
    """
    single = folder / f"{table}.parquet"
    if single.exists():
        return _scan([single])
    files = sorted(path for path in (folder / table).glob("*.parquet") if not path.name.endswith(GONE))
    gone = {path: path.with_name(path.name.removesuffix(".parquet") + GONE) for path in files}
    whole = [path for path in files if not gone[path].exists()]
    same = " and ".join(f"held.{key} is not distinct from gone.{key}" for key in KEYS.get(table, ()))
    chosen = [f"from {_scan(whole)}"] if whole else []
    chosen += [
        f"from {_scan([path])} as held anti join {_scan([gone[path]])} as gone on {same}"
        for path in files
        if path not in whole
    ]
    return f"({' union all by name '.join(chosen)})" if chosen else ""


def _scan(files: list[Path]) -> str:
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"read_parquet([{listed}])"


def _engine() -> Any:
    """The database engine itself where it can be had: the package around it costs four fifths of the start."""
    try:
        return import_module("_duckdb")
    except ImportError:
        return import_module("duckdb")


def _plain(value: object) -> float | str:
    """What JSON does not know: decimals as numbers, the rest as text."""
    return float(value) if isinstance(value, Decimal) else str(value)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(Path(sys.argv[1]), sys.argv[2]), default=_plain))
