from .contact import OfficeContact
from .override import PersonalDataOverride
from .scanned import CleanFile, ScannedPage

__all__ = ["CleanFile", "OfficeContact", "PersonalDataOverride", "ScannedPage"]
