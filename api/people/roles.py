"""Roles and what each may do, and how a route says what it needs."""

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency

from api.people.permissions import ALLOWED, GIVES, OF_ADMIN_KEYS, OF_READING_KEYS, Permission, Role, may

__all__ = [
    "ALLOWED",
    "GIVES",
    "OF_ADMIN_KEYS",
    "OF_READING_KEYS",
    "Needs",
    "Permission",
    "Role",
    "may",
    "needed_by",
    "needs",
]


class Needs:
    """What a route needs, as a dependency; it runs before whoever asks is found out."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> None:
        """Note the permission; that of the router and that of the route must both be held."""
        request.state.needed = needed_by(request) | {self.permission}


def needs(permission: Permission) -> Dependency:
    """Return the dependency by which a router or a route states what it needs."""
    dependency: Dependency = Depends(Needs(permission))
    return dependency


def needed_by(request: Request) -> frozenset[Permission]:
    """Return what the route of a request has stated so far; nothing, if it has stated nothing."""
    needed: frozenset[Permission] = getattr(request.state, "needed", frozenset())
    return needed
