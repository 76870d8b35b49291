"""The study visits' pages."""
