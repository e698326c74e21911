"""What to offer to whom: recommenders, their blend, their judgement and their reasons."""

#: Of artefacts: those written by another are refused in a sentence.
FORMAT = 3
