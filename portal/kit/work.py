"""The child's side: `python -m portal.kit.work LABEL ID FENCE` does one run's work and says how it went."""

import json
import os
import resource
import sys
from importlib import import_module
from typing import Any

from portal.kit.errors import Refusal
from portal.kit.parent import die_with_parent
from portal.kit.start import WITHOUT, importing, leave_out


def main(label: str, pk: int, fence: int) -> None:
    die_with_parent(int(os.environ.get("FAIRWAY_PARENT", os.getppid())))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe = os.fdopen(int(os.environ.pop("FAIRWAY_PIPE")), "w", buffering=1)

    def report(**words: Any) -> None:
        pipe.write(json.dumps(words, default=str) + "\n")

    leave_out(os.environ.pop(WITHOUT, ""))
    with importing():
        import django

        django.setup()
        from portal.kit.runs.supervisor import find

    run = find(label, pk)
    if run is None or run.fence != fence or run.state != run.State.RUNNING:
        report(refused="This run belongs to another worker now.")
        return
    module, _, function = run.WORK.partition(":")
    try:
        result = getattr(import_module(module), function)(run, report)
        report(done=result or {})
    except Refusal as refusal:
        report(refused=refusal.sentence, result={"blocks": refusal.blocks})


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
