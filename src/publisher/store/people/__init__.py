"""Readers: their addresses, subscriptions, suppressions and stories."""
