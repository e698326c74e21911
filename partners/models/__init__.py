"""What people touch: accounts, organisations, uploads, customers and products. Facts live in Parquet (datasets.py)."""

from partners.models.customer import Customer, Product
from partners.models.key import ApiKey
from partners.models.member import Invitation, Membership
from partners.models.partner import Partner
from partners.models.upload import DatasetVersion, Upload, UploadRun
from partners.models.user import User

__all__ = [
    "ApiKey",
    "Customer",
    "DatasetVersion",
    "Invitation",
    "Membership",
    "Partner",
    "Product",
    "Upload",
    "UploadRun",
    "User",
]
