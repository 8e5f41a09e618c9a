"""The page of rules says what the rules say, and their table of clients comes from where it says."""

from pathlib import Path

from tools import make_clients, write_preflight

from publisher.preflight import RULES, clients

ROOT = Path(__file__).parent.parent.parent


def test_the_page_has_every_rule_with_number_level_and_source() -> None:
    assert (ROOT / "docs" / "preflight.md").read_text(encoding="utf-8") == write_preflight.page()
    assert all(f"| {each.number} | `{each.id}` | {each.level} |" in write_preflight.page() for each in RULES.values())


def test_every_rule_says_what_holds_and_where_it_is_from() -> None:
    assert all(each.title.endswith(".") and len(each.source) > 5 for each in RULES.values())


def test_the_table_of_clients_has_its_notice() -> None:
    assert "Copyright (c) 2019 Rémi Parmentier" in clients.table()["notice"]
    assert "Permission is hereby granted, free of charge" in clients.table()["notice"]


def test_the_table_is_made_from_the_sites_own_data() -> None:
    stats = {"gmail": {"ios": {"2019": "n", "2024": "y #1"}, "android": {"2024": "y"}}, "outlook": {"ios": {"1": "u"}}}
    data = {
        "last_update_date": "2026-01-02",
        "nicenames": {"family": {"gmail": "Gmail"}, "platform": {"ios": "iOS"}},
        "data": [{"slug": "css-x", "title": "x", "stats": stats}],
    }

    made = make_clients.compact(data)

    assert made["clients"] == {"gmail/android": "Gmail android", "gmail/ios": "Gmail iOS", "outlook/ios": "outlook iOS"}
    assert made["features"] == {"css-x": ["x", [1, 2, 1], "yyu"]}
