"""What several networks share: rules, keys, consent, answers."""
