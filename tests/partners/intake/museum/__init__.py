"""Header sets as real systems export them, one file per family; written from knowledge of the systems, not from us."""

from tests.partners.intake.museum import crm, erp, fresh, hand, hold, shop, subscription, telco, tune
from tests.partners.intake.museum.piece import Piece

ROOMS = (erp, shop, crm, subscription, telco, hand, tune, hold, fresh)
MUSEUM: list[Piece] = [one for room in ROOMS for one in room.PIECES]
