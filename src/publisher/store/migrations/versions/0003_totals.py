"""Totals of editions whose deliveries are no longer kept one by one."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; it is empty until the first pruning."""
    op.create_table(
        "edition_totals",
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("readers", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["edition"], ["editions.key"], name="fk_edition_totals_edition_editions"),
        sa.PrimaryKeyConstraint("edition", "state", name="pk_edition_totals"),
    )
