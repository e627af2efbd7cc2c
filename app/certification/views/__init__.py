"""Pages: one's certificates, one certificate, its public verification, and the report."""

from app.certification.views import certificates, report

__all__ = ["certificates", "report"]
