"""Tables of the Merkle logs."""

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.models.base import Base, BigKey


class Log(Base):
    """One Merkle log and its head; ``latest`` is the time in its last leaf.

    ``event_id`` is null for the deployment's registry log.
    """

    __tablename__ = "log"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), unique=True)
    origin: Mapped[str] = mapped_column(String(255), unique=True)
    tree_size: Mapped[int] = mapped_column(BigInteger, default=0)
    root_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    latest: Mapped[str] = mapped_column(String(17))
    anchored_size: Mapped[int] = mapped_column(BigInteger, default=0)


class LogLeaf(Base):
    """One leaf, as served. ``docket_number`` repeats what is in ``data``, to find it by."""

    __tablename__ = "log_leaf"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    docket_number: Mapped[int | None] = mapped_column(Integer)
    data: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_log_leaf_docket", "log_id", "docket_number"),)


class LogNode(Base):
    """The hash of one complete subtree: ``level`` 0 is the leaves; positions count from 0."""

    __tablename__ = "log_node"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    level: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
