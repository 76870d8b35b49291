"""The pages of a group's plan."""
