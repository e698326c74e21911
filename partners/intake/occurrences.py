"""How often a key stood earlier in the file, counted while its rows stream by: eight bytes for each row, no more.

Keys come as 64-bit hashes. Two keys of ten million that share a hash are not to be expected (one chance in 370,000);
who must be certain looks at the rows whose hash repeats.
"""

import numpy as np

RUNS = 12
SLOT_BITS = 26
FEW_BITS = 18


class Occurrences:
    """Sorted runs of hashes, one for each block; when there are many they become one."""

    def __init__(self) -> None:
        self.runs: list[np.ndarray] = []
        self.taken = np.zeros(2**SLOT_BITS, dtype=bool)
        """By the first bits of a hash: nearly every new key falls into a free slot and is looked for no further."""

    def earlier(self, keys: np.ndarray) -> np.ndarray:
        """For each of these rows, how many rows before it had the same key."""
        ordered = np.sort(keys)
        slots = _first_bits(ordered, SLOT_BITS)  # in the order of the table: memory is walked through, not jumped about
        repeated = self._repeated(ordered, ordered[self.taken[slots]])
        self.taken[slots] = True
        counts = np.zeros(len(keys), dtype=np.int64)
        if len(repeated):
            where, places = among(keys, repeated)
            before = np.zeros(len(repeated), dtype=np.int64)
            for run in self.runs:
                before += np.searchsorted(run, repeated, "right") - np.searchsorted(run, repeated, "left")
            counts[where] = _rank(places) + before[places]
        self._keep(ordered)
        return counts

    def _repeated(self, ordered: np.ndarray, likely: np.ndarray) -> np.ndarray:
        """The keys that stand twice here, and those of the likely ones that stood in an earlier run."""
        found = [ordered[1:][ordered[1:] == ordered[:-1]]]
        for run in self.runs:
            places = np.searchsorted(run, likely)
            found.append(likely[run[np.minimum(places, len(run) - 1)] == likely])
        return distinct(np.concatenate(found))

    def _keep(self, ordered: np.ndarray) -> None:
        if len(ordered):
            self.runs.append(ordered)
        if len(self.runs) > RUNS:
            self.runs = [np.sort(np.concatenate(self.runs), kind="stable")]


def distinct(keys: np.ndarray) -> np.ndarray:
    """Each key once, in order. Sorting hashes takes a third of the time that a table of them would."""
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = keys[1:] != keys[:-1]  # rows of one key often stand together
    ordered = np.sort(keys[fresh])
    fresh = np.ones(len(ordered), dtype=bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


def _first_bits(keys: np.ndarray, count: int) -> np.ndarray:
    return (keys >> np.uint64(64 - count)).astype(np.int64)


def among(keys: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of the keys are wanted (in order, each once), and the place of each of those among the wanted."""
    likely = np.zeros(2**FEW_BITS, dtype=bool)
    likely[_first_bits(wanted, FEW_BITS)] = True
    where = np.flatnonzero(likely[_first_bits(keys, FEW_BITS)])
    places = np.searchsorted(wanted, keys[where])
    right = wanted[np.minimum(places, len(wanted) - 1)] == keys[where]
    return where[right], places[right]


def _rank(keys: np.ndarray) -> np.ndarray:
    """For each key, how many equal ones stand before it in this array."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    ranks = np.arange(len(keys)) - np.repeat(starts, np.diff(np.append(starts, len(keys))))
    placed = np.empty_like(ranks)
    placed[order] = ranks
    return placed
