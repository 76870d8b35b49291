"""Every write to a strategic plan: one function per thing that a person does."""
