"""A child that ends as it is told, for the tests of the supervisor."""

import json
import os
import signal
import sys
from collections.abc import Callable

from portal.kit.start import WITHOUT, leave_out


def main(deed: str) -> None:
    pipe = os.fdopen(int(os.environ["FAIRWAY_PIPE"]), "w", buffering=1)

    def say(**words: object) -> None:
        pipe.write(json.dumps(words) + "\n")

    def hog() -> None:
        held = bytearray(400 * 2**20)
        say(log=f"held {len(held)}")
        signal.pause()

    def leap() -> None:
        """Ask at once for more than there may be; not a page of it is touched, so nobody sees it coming."""
        say(log=f"held {len(bytearray(4 * 2**30))}")
        signal.pause()

    def boom() -> None:
        raise MemoryError("no more")

    def open_missing() -> None:
        open("/srv/secret/Ann.parquet")  # noqa: SIM115 - never there

    def import_rich() -> None:
        leave_out(os.environ[WITHOUT])
        import rich

        say(done={"file": rich.__file__})

    deeds: dict[str, Callable[[], object]] = {
        "done": lambda: say(progress=0.5, stage="half", log="a line") or say(done={"answer": 42}),
        "refused": lambda: say(refused="Row 7 has no date: add one."),
        "segv": lambda: os.kill(os.getpid(), signal.SIGSEGV),
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "memory": boom,
        "missing": open_missing,
        "loop": signal.pause,
        "hog": hog,
        "leap": leap,
        "lie": lambda: say(done={}) or sys.exit(3),
        "import": import_rich,
        "noise": lambda: pipe.write("not json\n") and say(done={}),
    }
    deeds[deed]()


if __name__ == "__main__":
    main(sys.argv[1])
