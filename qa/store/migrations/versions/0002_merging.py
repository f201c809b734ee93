"""Merging"""

import sqlalchemy as sa
from alembic import op

revision = "merging"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column("question", sa.Column("merged_into", sa.Integer(), nullable=True))
    op.add_column("question", sa.Column("before_merge", sa.String(length=9), nullable=True))
    op.add_column("decision", sa.Column("merged_into", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take this step back."""
    op.drop_column("decision", "merged_into")
    op.drop_column("question", "before_merge")
    op.drop_column("question", "merged_into")
