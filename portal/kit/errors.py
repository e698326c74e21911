"""What a person did that cannot be done, said so that they can do something about it."""


class Refusal(Exception):
    """An expected failure. Its text is a sentence for people: where, what we saw, what we need, how to fix.

    `blocks` names a setting or field the caller may offer for correction, when one would help.
    """

    def __init__(self, sentence: str, *, blocks: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.blocks = blocks
