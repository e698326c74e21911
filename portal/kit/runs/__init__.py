"""The life of a run, written once: door → queued row → claim with a fence → limited child → end. See docs/runs.md.

The database is the only truth. A broker message carries a label and an id and is a wake-up: losing or doubling it is
harmless, because `tick` re-sends what nobody started and re-queues what nobody renews.
"""

from portal.kit.runs.model import LostLease, Run, RunQuerySet
from portal.kit.runs.supervisor import enqueue, run_here, supervise, wake
from portal.kit.runs.upkeep import concrete, reap, relay

__all__ = [
    "LostLease",
    "Run",
    "RunQuerySet",
    "concrete",
    "enqueue",
    "reap",
    "relay",
    "run_here",
    "supervise",
    "wake",
]
