"""python -m tests.bench.recommend [--only next,new,heldout,topn,vast,training] [--day 2011-03-01] [--quick] …"""

# ruff: noqa: T201
import argparse
import importlib
import platform
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Protocol

from tests.bench.recommend import Asked, given, standing

PARTS = ("next", "new", "heldout", "topn", "vast", "training")
HEAD = "| what | n | ours | peers | ratio | bar | |\n|---|---|---|---|---|---|---|"
NAMED = ("implicit", "lightgbm", "numpy", "scipy", "duckdb")
BEGIN, END = "<!-- bench-recommend: begin -->", "<!-- bench-recommend: end -->"


class Row(Protocol):
    def row(self) -> str: ...


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.recommend")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--day", type=date.fromisoformat, default=Asked.day, help="where next and new stand")
    parser.add_argument("--worlds", default=",".join(Asked.worlds), help="retail, services or both")
    parser.add_argument("--quick", action="store_true", help="one setting per peer: to see that it runs, not to quote")
    parser.add_argument("--cache", type=Path, help="keep the peers' figures in this folder, and take them from there")
    parser.add_argument("--out", type=Path, help="rewrite the marked section of this Markdown file")
    found = parser.parse_args(arguments)
    asked = Asked(found.day, found.quick, found.cache, tuple(found.worlds.split(",")))
    told: dict[str, str] = {}
    for part in found.only.split(","):
        started = monotonic()
        rows = []
        print(f"\n{part}\n{HEAD}", flush=True)
        for line in measured(part, asked):
            rows.append(line.row())
            print(rows[-1], flush=True)
        taken = f"**{part}** ({monotonic() - started:.0f} s, {date.today().isoformat()})"
        told[part] = f"{taken}\n\n{HEAD}\n" + "\n".join(rows)
        if found.out:  # after every part: a run that is cut short has still said what it measured
            write(found.out, told)
    return 0


def measured(part: str, asked: Asked) -> Iterator[Row]:
    """The lines of one part. ValueError when there is no such part."""
    if part in ("next", "new"):
        yield from standing.measure(asked, kind=part)
    elif part in ("heldout", "topn"):
        yield from getattr(given, part)(asked)
    elif part in PARTS:
        module = importlib.import_module(f"tests.bench.recommend.{part}")
        yield from module.measure(quick=asked.quick)
    else:
        raise ValueError(f"there is no part {part!r}; choose from {', '.join(PARTS)}")


def write(path: Path, told: Mapping[str, str]) -> None:
    """Put the parts measured in place of those that stand between the marks; other parts, and the rest of the file,
    stay as they are. A part is a text that begins with its name in bold."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    kept, _, after = rest.partition(END)
    parts = {part[2:].partition("**")[0]: part.strip() for part in re.split(r"^(?=\*\*)", kept, flags=re.M)}
    both = {name: {**parts, **told}.get(name, "") for name in PARTS}
    versions = f"Python {platform.python_version()}; " + ", ".join(f"{name} {version(name)}" for name in NAMED)
    text = "\n\n".join([versions, *(part for part in both.values() if part)])
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
