"""What Google's sources share: signing in and understanding answers."""

from connectors.google.answers import understand_google
from connectors.google.sign_in import google_account, service_account

__all__ = ["google_account", "service_account", "understand_google"]
