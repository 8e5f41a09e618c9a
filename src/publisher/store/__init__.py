"""The only room that speaks SQL: tables, migrations and one file per noun, alike on SQLite and PostgreSQL.

`open_store` of `engine.py` gives a `Store`; every function of a noun file takes one of its connections first.
"""
