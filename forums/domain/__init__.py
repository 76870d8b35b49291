"""Every write to the exchange forums: one function per thing that a person does."""
