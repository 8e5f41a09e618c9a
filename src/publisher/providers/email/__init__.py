"""Mail providers: each file's `PROVIDER` is a frozen pydantic model that is a `MailProvider`."""
