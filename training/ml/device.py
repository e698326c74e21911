"""Which device the nets use. Looked for once, inside the child that trains, and never before a net needs it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache

from training.ml.families import NETS

CPU = {"en": "No GPU: CPU path in use", "zh-hans": "未检测到 GPU，使用 CPU"}
NOT_NEEDED = {"en": "No net was trained: CPU only", "zh-hans": "未训练神经网络，仅使用 CPU"}


@cache
def gpus() -> int:
    """The number of GPUs TensorFlow sees; lets their memory grow, so that they can be shared."""
    import tensorflow as tf

    with suppress(RuntimeError):  # nets this small lose more to passing work around than threads give them
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    found = tf.config.list_physical_devices("GPU")
    for one in found:
        with suppress(RuntimeError):  # TensorFlow was started before us: too late to change, not to use
            tf.config.experimental.set_memory_growth(one, True)
    return len(found)


def sentence(tried: Iterable[str]) -> dict[str, str]:
    """The card's line on the device, given the families tried."""
    if not any(name in NETS for name in tried):
        return NOT_NEEDED
    count = gpus()
    if not count:
        return CPU
    return {"en": f"{count} GPU in use for the nets", "zh-hans": f"神经网络使用 {count} 块 GPU"}
