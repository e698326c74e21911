"""The demo world: an imaginary vendor, its partners and 2.5 years of their trade, with the truth kept beside it."""
