"""Queries that are written as querysets and put into SQL once."""
