"""What mail services with an HTTP interface share: calls, content, merging, signatures."""
