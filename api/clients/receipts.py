"""Receipts of deletions: ids and counts, with a digest over both; nothing of what was deleted."""

import hashlib
from collections.abc import Mapping

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.clients.models import DeletionReceiptRow
from api.errors import NotFoundError


def digest_of(document: Mapping[str, object]) -> str:
    """Return the SHA-256 of a receipt without its `digest`, as JSON with sorted names and no spaces."""
    text = orjson.dumps({key: value for key, value in document.items() if key != "digest"}, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def name_digest(name: str) -> str:
    """Return the SHA-256 by which a receipt can be matched with the name of whoever was deleted."""
    return hashlib.sha256(name.strip().lower().encode()).hexdigest()


def keep_receipt(session: Session, workspace_id: str, document: Mapping[str, object]) -> dict[str, object]:
    """Store a receipt and return it with its digest."""
    kept = {**document, "digest": digest_of(document)}
    row = DeletionReceiptRow(
        id=str(document["receipt_id"]),
        workspace_id=workspace_id,
        client_account_id=str(document["client_account_id"]),
        document=kept,
    )
    session.add(row)
    return kept


def receipts_of(session: Session, workspace_id: str) -> list[Mapping[str, object]]:
    """Return the receipts of a workspace, the newest first."""
    query = select(DeletionReceiptRow).where(DeletionReceiptRow.workspace_id == workspace_id)
    return [row.document for row in session.scalars(query.order_by(DeletionReceiptRow.created_at.desc()))]


def receipt_of(session: Session, workspace_id: str, receipt_id: str) -> Mapping[str, object]:
    """Return one receipt."""
    row = session.get(DeletionReceiptRow, receipt_id)
    if row is None or row.workspace_id != workspace_id:
        raise NotFoundError("There is no such receipt.")
    return row.document
