"""What Alembic runs: the migrations, inside the transaction of the connection that `prepare.py` hands over."""

from alembic import context

from publisher.store.migrations import VERSION_TABLE
from publisher.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
