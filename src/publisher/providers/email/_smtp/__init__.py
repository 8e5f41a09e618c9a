"""One SMTP connection: door, handshake, line and replies."""
