from .backup_code import BackupCode
from .contact import OfficeContact
from .override import PersonalDataOverride
from .privacy import Privacy
from .redaction import Redaction
from .removal_request import RemovalRequest
from .scanned import CleanFile, ScannedPage
from .session import Session
from .uploaded import UploadedBytes
from .withdrawal import Erasure, Withdrawal, WithdrawnMark

__all__ = [
    "BackupCode",
    "CleanFile",
    "Erasure",
    "OfficeContact",
    "PersonalDataOverride",
    "Privacy",
    "Redaction",
    "RemovalRequest",
    "ScannedPage",
    "Session",
    "UploadedBytes",
    "Withdrawal",
    "WithdrawnMark",
]
