"""The blocks of a file kept between the two passes, so that text is parsed once.

They lie in a nameless temporary file: it is gone with the process, however that ends.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from partners.intake.ahead import ahead
from partners.intake.read import Block


class Spool:
    """Blocks in the order in which they came; they can be read until it is closed."""

    def __init__(self, folder: Path) -> None:
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with the spool
        self.places: list[tuple[int, int]] = []

    def add(self, block: Block) -> None:
        first, count = (int(block.rows[0]) if len(block.rows) else 0), len(block.rows)
        told = {"first": first, "rejected": block.rejected, "lines": block.lines}
        table = block.table
        if count and int(block.rows[-1]) - first + 1 != count:  # rows left out in between
            table = table.append_column("row", pa.array(block.rows))
        table = table.replace_schema_metadata({"block": json.dumps(told)})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        data = sink.getvalue()
        self.places.append((self.file.tell(), data.size))
        self.file.write(data)

    def blocks(self) -> Iterator[Block]:
        self.file.flush()
        yield from ahead(self._read, self.places, threads=1)

    def close(self) -> None:
        self.file.close()

    def _read(self, where: tuple[int, int]) -> Block:
        place, size = where
        with pa.ipc.open_stream(pa.py_buffer(os.pread(self.file.fileno(), size, place))) as reader:
            table = reader.read_all()
        told = json.loads(table.schema.metadata[b"block"])
        if "row" in table.column_names:
            rows = table.column("row").to_numpy()
            table = table.drop_columns("row")
        else:
            rows = np.arange(told["first"], told["first"] + table.num_rows, dtype=np.int64)
        rejected = [(row, cause, text) for row, cause, text in told["rejected"]]
        return Block(table.replace_schema_metadata(None), rows, rejected, lines=told["lines"])
