"""From ledger to provider and back: claim, send, record."""
