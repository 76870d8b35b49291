"""Every write to the network and its people: one function per thing that a person does."""
