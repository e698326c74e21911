"""python -m tests.bench.models [--only labelled,timed,value,features,scoring,training,nets,judgement] [--quick] …"""

# ruff: noqa: T201
import argparse
import importlib
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from time import monotonic

PARTS = ("labelled", "timed", "value", "features", "scoring", "training", "nets", "judgement")
HEAD = "| what | n | ours | best peer | bar | |\n|---|---|---|---|---|---|"
NAMED = ("lightgbm", "catboost", "scikit-learn", "duckdb", "keras", "tensorflow-cpu")
BEGIN, END = "<!-- bench-models: begin -->", "<!-- bench-models: end -->"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.models")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="fewer folds and rows: to see that it runs, not to quote")
    parser.add_argument("--out", type=Path, help="rewrite the marked section of this Markdown file")
    asked = parser.parse_args(arguments)
    told = [f"Python {platform.python_version()}; " + ", ".join(f"{name} {version(name)}" for name in NAMED)]
    for part in asked.only.split(","):
        started = monotonic()
        module = importlib.import_module(f"tests.bench.models.{part}")
        rows = []
        print(f"\n{part}\n{HEAD}", flush=True)
        for line in module.measure(quick=asked.quick):
            rows.append(line.row())
            print(rows[-1], flush=True)
        told += [f"**{part}** ({monotonic() - started:.0f} s)", f"{HEAD}\n" + "\n".join(rows)]
    if asked.out:
        _write(asked.out, "\n\n".join(told))
    return 0


def _write(path: Path, text: str) -> None:
    """Replace what stands between the marks; everything else in the file stays as it is."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
