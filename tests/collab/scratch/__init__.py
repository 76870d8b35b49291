"""A kind of document for the tests of real servers alone, so that they need no plan."""
