"""The steps from one shape of the database to the next; a step that has been released is never changed."""

# A database's revision is looked up here, so that Alembic is imported only when there is work for it.
REVISIONS = ("0001", "0002", "0003")
HEAD = REVISIONS[-1]
VERSION_TABLE = "publisher_revision"
