from .contact import OfficeContact
from .override import PersonalDataOverride
from .privacy import Privacy
from .removal_request import RemovalRequest
from .scanned import CleanFile, ScannedPage

__all__ = [
    "CleanFile",
    "OfficeContact",
    "PersonalDataOverride",
    "Privacy",
    "RemovalRequest",
    "ScannedPage",
]
