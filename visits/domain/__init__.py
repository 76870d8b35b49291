"""Every write of the study visits: one function per thing a person does."""
