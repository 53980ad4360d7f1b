"""Consultation records."""

from .consultation import ConsultationPage, ConsultationTag

__all__ = ["ConsultationPage", "ConsultationTag"]
