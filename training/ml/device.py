"""Which backend and device the nets use. Looked for once, in the child that trains, and never before a net needs it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cache

from portal.kit.errors import Refusal
from training.ml.families import NETS

BACKENDS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
NOT_NEEDED = {"en": "No net was trained: CPU only", "zh-hans": "未训练神经网络，仅使用 CPU"}


def backend() -> str:
    """What Keras runs on: KERAS_BACKEND, or TensorFlow. Refusal when it names something else."""
    name = os.environ.get("KERAS_BACKEND", "").strip() or "tensorflow"
    if name not in BACKENDS:
        raise Refusal(f'KERAS_BACKEND is "{name}". Choose from {", ".join(BACKENDS)}.')
    return name


@cache
def count() -> int:
    """The number of accelerators the backend sees; leaves their memory to be shared where the backend can."""
    return {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch}[backend()]()


def sentence(tried: Iterable[str]) -> dict[str, str]:
    """The card's line on backend and device, given the families tried."""
    if not any(name in NETS for name in tried):
        return NOT_NEEDED
    name, found = BACKENDS[backend()], count()
    if not found:
        return {"en": f"No GPU: CPU path in use ({name})", "zh-hans": f"未检测到 GPU，使用 CPU（{name}）"}
    return {"en": f"{found} GPU in use for the nets ({name})", "zh-hans": f"神经网络使用 {found} 块 GPU（{name}）"}


def _tensorflow() -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    with suppress(RuntimeError):  # nets this small lose more to passing work around than threads give them
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    found = tf.config.list_physical_devices("GPU")
    for one in found:
        with suppress(RuntimeError):  # TensorFlow was started before us: too late to change, not to use
            tf.config.experimental.set_memory_growth(one, True)
    return len(found)


def _jax() -> int:
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    import jax

    return sum(one.platform != "cpu" for one in jax.devices())


def _torch() -> int:
    import torch

    return int(torch.cuda.device_count())
