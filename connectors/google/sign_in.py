"""How people and machines sign in to Google."""

from connectors.auth import OAuth2, ServiceAccount


def google_account(*scopes: str) -> OAuth2:
    """Return the consent of a person. A refresh token comes only with offline access and a prompt for consent."""
    return OAuth2(
        provider="google",
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106
        revoke_url="https://oauth2.googleapis.com/revoke",
        revokes_person=True,
        scopes=scopes,
        authorize_extra={"access_type": "offline", "prompt": "consent", "include_granted_scopes": "true"},
    )


def service_account(*scopes: str) -> ServiceAccount:
    """Return the key file of a machine, which has been given access like a person."""
    return ServiceAccount(scopes)
