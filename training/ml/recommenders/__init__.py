"""What to offer to whom: recommenders, their blend, their judgement and their reasons."""
