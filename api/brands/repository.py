"""All queries on brands."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.brands.models import BrandRow
from api.brands.records import Brand, BrandWish
from api.errors import ConflictError


class Brands:
    """The brands of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def of(self, client_account_id: str | None) -> Brand | None:
        """Return the brand of a client account, else that of the workspace."""
        row = self._row(client_account_id) or self._row(None)
        return None if row is None else _brand(row)

    def own(self, client_account_id: str | None) -> Brand | None:
        """Return the brand that a client account, or the workspace, has itself."""
        row = self._row(client_account_id)
        return None if row is None else _brand(row)

    def put(self, client_account_id: str | None, wish: BrandWish, logos: dict[str, bytes]) -> Brand:
        """Keep a checked brand; `logos` are PNGs by `logo` and `logo_dark`, empty ones take a logo away."""
        if wish.host:
            other = self._session.scalar(select(BrandRow).where(BrandRow.host == wish.host))
            if other is not None and (other.workspace_id, other.client_account_id) != (
                self._workspace_id,
                client_account_id,
            ):
                raise ConflictError(f"The domain {wish.host} belongs to another brand already.")
        row = self._row(client_account_id)
        if row is None:
            place = client_account_id or ""
            row = BrandRow(workspace_id=self._workspace_id, client_account_id=client_account_id, place=place)
            self._session.add(row)
        row.name, row.accent, row.series, row.font = wish.name, wish.accent, [*wish.series], wish.font
        row.footer, row.sender, row.host = wish.footer, wish.sender, wish.host or None
        for name, content in logos.items():
            setattr(row, name, content or None)
        self._session.flush()
        self._session.refresh(row)
        return _brand(row)

    def remove(self, client_account_id: str | None) -> bool:
        """Forget a brand, and tell whether there was one."""
        rows = delete(BrandRow).where(BrandRow.workspace_id == self._workspace_id)
        done = self._session.execute(rows.where(BrandRow.place == (client_account_id or "")))
        return bool(getattr(done, "rowcount", 0))

    def _row(self, client_account_id: str | None) -> BrandRow | None:
        query = select(BrandRow).where(BrandRow.workspace_id == self._workspace_id)
        return self._session.scalar(query.where(BrandRow.place == (client_account_id or "")))


def brand_by_id(session: Session, brand_id: str) -> Brand | None:
    """Return a brand by its id, which cannot be guessed and names nobody."""
    row = session.get(BrandRow, brand_id)
    return None if row is None else _brand(row)


def brand_of_host(session: Session, host: str) -> Brand | None:
    """Return the brand whose own domain this is."""
    row = session.scalar(select(BrandRow).where(BrandRow.host == host))
    return None if row is None else _brand(row)


def logo_of(session: Session, brand_id: str, *, dark: bool) -> bytes | None:
    """Return a brand's logo as PNG; for dark pages the light one where there is no other."""
    row = session.get(BrandRow, brand_id)
    return None if row is None else (row.logo_dark or row.logo) if dark else row.logo


def _brand(row: BrandRow) -> Brand:
    return Brand(
        id=row.id,
        client_account_id=row.client_account_id,
        name=row.name,
        accent=row.accent,
        series=tuple(row.series),
        font=row.font,
        footer=row.footer,
        sender=row.sender,
        host=row.host,
        has_logo=row.logo is not None,
        has_dark_logo=row.logo_dark is not None,
        changed=f"{row.changed_at:%Y%m%d%H%M%S%f}",
    )
