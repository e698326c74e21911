"""What a scoring tells about itself beside its rows: it travels in the table's schema metadata as JSON.

`basis`: what answered for this partner (network, adjusted to the partner, its own model, rhythm or peers below the
floor) and on how many customers that rests. `drift`: how far the inputs have moved since training. `read`: for how many
`rows` reasons were worked out, and down to which rank (`head`) for everybody.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

KEY = b"fairway"


def attach(table: pa.Table, **facts: Any) -> pa.Table:
    """The table with these facts beside the ones it carries already. Facts must be JSON-able without NaN."""
    held = dict(table.schema.metadata or {})
    held[KEY] = json.dumps({**attached(table), **facts}, allow_nan=False).encode()
    return table.replace_schema_metadata(held)


def attached(table: pa.Table) -> dict[str, Any]:
    """What the table tells about itself; empty when nothing was attached."""
    found: dict[str, Any] = json.loads((table.schema.metadata or {}).get(KEY, b"{}"))
    return found
