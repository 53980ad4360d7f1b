from .backup_code import BackupCode
from .contact import OfficeContact
from .override import PersonalDataOverride
from .privacy import Privacy
from .removal_request import RemovalRequest
from .scanned import CleanFile, ScannedPage
from .session import Session

__all__ = [
    "BackupCode",
    "CleanFile",
    "OfficeContact",
    "PersonalDataOverride",
    "Privacy",
    "RemovalRequest",
    "ScannedPage",
    "Session",
]
