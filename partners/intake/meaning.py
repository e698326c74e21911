"""What a header says when no list has it: its words, read one by one, and the fields that so many words can mean.

"Distributor Invoice Nbr" says `distributor`, `order` and `number`. A column of ours declares beside its synonyms
which concepts it takes (`means`) and which change nothing (`beside`); any other concept speaks of something else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from partners.columns import Column
from partners.intake import headers, vocabulary

LONGEST_PHRASE, LONGEST_WORD = 4, 24
SCRIPTS = re.compile(r"[\u3400-\u9fff]+|#|[^\u3400-\u9fff\s#]+")
LINKS = ("s", "n", "en", "er", "es")
"""What joins the parts of a German compound."""
SHORT_ENDS = ("nr", "no", "id", "dt")
SAYS_LITTLE = frozenset({"code"})
PLACE, EXTRA = 0.04, 0.01


@dataclass(frozen=True)
class Meaning:
    """The concepts that a header names, and the words of it that we do not know."""

    concepts: frozenset[str]
    unknown: tuple[str, ...] = ()

    def score(self, column: Column) -> tuple[float, str]:
        """How well the header says this column, up to 1, and the pattern that it fills; 0 where it does not."""
        beside = {*column.beside.split(), *SAYS_LITTLE} | ({"date"} if column.type == "date" else set())
        best, filled = 0.0, ""
        for place, pattern in enumerate(column.means):
            needed = set(pattern.split())
            extra = self.concepts - needed
            if needed <= self.concepts and extra <= beside:
                sure = 1 - PLACE * place - EXTRA * len(extra - SAYS_LITTLE)
                best, filled = (sure, pattern) if sure > best else (best, filled)
        return best, filled


@lru_cache(maxsize=4096)
def meaning(header: str) -> Meaning:
    concepts: set[str] = set()
    unknown: list[str] = []
    words = [part for word in headers.normal(header).split() for part in SCRIPTS.findall(word)]
    while words:
        taken = next((n for n in range(min(LONGEST_PHRASE, len(words)), 0, -1) if " ".join(words[:n]) in _words()), 0)
        for piece in [" ".join(words[:taken])] if taken else _pieces(words[0]):
            if piece in _words():
                concepts |= _words()[piece]
            else:
                unknown.append(piece)
        words = words[max(taken, 1) :]
    return Meaning(frozenset(concepts), tuple(unknown))


@cache
def _words() -> dict[str, frozenset[str]]:
    """Every word and phrase as headers are spelled, and its concepts; junk has none."""
    found: dict[str, frozenset[str]] = {}
    for said, listed in _listed(vocabulary.THINGS, vocabulary.ATTRIBUTES, vocabulary.QUALIFIERS):
        for word in listed:
            spelled = " ".join(SCRIPTS.findall(headers.normal(word)))
            found[spelled] = found.get(spelled, said)
    for word in vocabulary.JUNK.replace("\n", " ").split(","):
        found.setdefault(headers.normal(word), frozenset())
    return found


def _listed(*texts: str) -> Iterator[tuple[frozenset[str], list[str]]]:
    for text in texts:
        for entry in re.split(r"\n(?=\S)", text.strip()):
            said, _, listed = entry.partition(" = ")
            yield frozenset(said.split()), [word.strip() for word in listed.replace("\n", " ").split(",")]


def _pieces(word: str) -> list[str]:
    """A word that is not in the vocabulary as the words it is made of, or as itself."""
    if not word.isascii():
        return _parted(word)
    plain = word.rstrip("0123456789")
    if word.endswith("1") and plain:
        return [plain] if plain in _words() else _pieces(plain)
    if word.endswith("s") and word[:-1] in _words():
        return [word[:-1]]
    return next(_compounds(word), [word]) if len(word) >= 6 else [word]


def _compounds(word: str) -> Iterator[list[str]]:
    """Every way to part a compound into words of three letters and more without a rest, longest first words first."""
    if word in _words() and (len(word) >= 3 or word in SHORT_ENDS):
        yield [word]
    for end in range(min(len(word) - 2, LONGEST_WORD), 2, -1):
        if word[:end] in _words():
            for link in ("", *LINKS):
                if word[end:].startswith(link):
                    for rest in _compounds(word[end + len(link) :]):
                        yield [word[:end], *rest]


def _parted(word: str) -> list[str]:
    """Chinese, which writes no spaces: the parting with the fewest unknown letters, then the fewest words."""
    best: list[tuple[int, int, list[str]]] = [(0, 0, [])]
    for end in range(1, len(word) + 1):
        ways = []
        for start in range(max(0, end - 8), end):
            lost, count, pieces = best[start]
            piece = word[start:end]
            if piece in _words():
                ways.append((lost, count + 1, [*pieces, piece]))
            elif end - start == 1:
                ways.append((lost + 1, count + 1, [*pieces, piece]))
        best.append(min(ways, key=lambda way: way[:2]))
    return best[-1][2]
