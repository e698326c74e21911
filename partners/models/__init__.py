"""What people touch: accounts, organisations, uploads, customers and products. Facts live in Parquet (datasets.py)."""

from partners.models.arrival import Arrival
from partners.models.customer import Customer, Product
from partners.models.erasure import Erasure, ErasureRun
from partners.models.feed import Feed, FeedFile, FeedRun
from partners.models.key import ApiKey
from partners.models.member import Invitation, Membership
from partners.models.memory import SourceMemory
from partners.models.partner import Partner
from partners.models.person import PersonExport
from partners.models.upload import DatasetVersion, Upload, UploadRun
from partners.models.user import User
from partners.models.vault import VaultKey

__all__ = [
    "ApiKey",
    "Arrival",
    "Customer",
    "DatasetVersion",
    "Erasure",
    "ErasureRun",
    "Feed",
    "FeedFile",
    "FeedRun",
    "Invitation",
    "Membership",
    "Partner",
    "PersonExport",
    "Product",
    "SourceMemory",
    "Upload",
    "UploadRun",
    "User",
    "VaultKey",
]
