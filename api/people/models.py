"""The tables of people. What they know (passwords, sessions, links) is kept as a digest only."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now

NO_WORKSPACE = "people"  # what secrets that belong to a person are bound to, in the place of a workspace


class PersonRow(Base):
    """Somebody who can sign in."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(200))
    password: Mapped[str] = mapped_column(String(200))  # an argon2id hash; empty: signs in elsewhere
    verified_at: Mapped[datetime | None]  # since when we know that the address is this person's
    created_at: Mapped[datetime] = mapped_column(default=now)


class MembershipRow(Base):
    """What a person is in a workspace."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "workspace_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(default=now)


class PersonSessionRow(Base):
    """A browser that a person has signed in with."""

    __tablename__ = "person_session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    csrf: Mapped[str] = mapped_column(String(64))  # what every form of this session must bring back
    pending: Mapped[bool] = mapped_column(default=False, server_default=false())  # until the second factor is given
    workspace_id: Mapped[str | None] = mapped_column(String(32))  # that the person has chosen to work in
    browser: Mapped[str] = mapped_column(String(200), default="", server_default="")
    address: Mapped[str] = mapped_column(String(64), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class OwnerLinkRow(Base):
    """The link by which the first person becomes the owner; the newest one counts, once."""

    __tablename__ = "owner_link"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class AddressGroupRow(Base):
    """People by a list of e-mail addresses, so that a report can be granted to all of them."""

    __tablename__ = "address_group"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)


class AddressGroupMemberRow(Base):
    """One address of a group."""

    __tablename__ = "address_group_member"

    address_group_id: Mapped[str] = mapped_column(ForeignKey("address_group.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254), primary_key=True, index=True)  # lower case


class AccessGrantRow(Base):
    """What somebody may see: a person, everybody of a mail domain, or a group. One of the three is set."""

    __tablename__ = "access_grant"
    __table_args__ = (
        Index("access_grant_by_workspace", "workspace_id"),
        Index("access_grant_by_domain", "domain"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))  # person | domain | group
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    address_group_id: Mapped[str | None] = mapped_column(ForeignKey("address_group.id", ondelete="CASCADE"))
    domain: Mapped[str | None] = mapped_column(String(190))  # lower case
    every_client: Mapped[bool]
    clients: Mapped[list[str]] = mapped_column(JSON, default=list)  # ids; of one that was deleted nothing is left
    template_id: Mapped[str | None] = mapped_column(String(100))
    created_by: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=now)


class InvitationRow(Base):
    """Somebody who was asked to join. The newest invitation of an address counts, once."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("workspace_id", "email"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(16))
    grants: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    mailed: Mapped[bool]  # nobody but the owner of the address has seen the link
    invited_by: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class SecondFactorRow(Base):
    """The secret of a person's authenticator; it counts once a code of it was given."""

    __tablename__ = "second_factor"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    workspace_id: Mapped[str] = mapped_column(String(32), default=NO_WORKSPACE)
    secret: Mapped[str] = mapped_column(Text)  # encrypted
    key_id: Mapped[str] = mapped_column(String(16))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")  # no code works twice
    confirmed_at: Mapped[datetime | None]


class RecoveryCodeRow(Base):
    """A code that stands in for the authenticator once; it is deleted when used."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))


class PersonIdentityRow(Base):
    """Who a person is at an OpenID Connect provider."""

    __tablename__ = "person_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ResetLinkRow(Base):
    """The link by which a person sets a new password; the newest one counts, once."""

    __tablename__ = "reset_link"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


class WorkspaceSecurityRow(Base):
    """What a workspace demands of its people."""

    __tablename__ = "workspace_security"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True)
    second_factor: Mapped[bool]
