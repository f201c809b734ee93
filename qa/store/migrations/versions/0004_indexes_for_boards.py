"""What boards and tallies look up in an event with many questions.

Revision ID: board_indexes
"""

from alembic import op

revision = "board_indexes"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_question_merged_into", "question", ["event_id", "merged_into"])
    op.create_index(
        "ix_question_counts", "question", ["event_id", "status", "due_at", "answered_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_question_counts", "question")
    op.drop_index("ix_question_merged_into", "question")
