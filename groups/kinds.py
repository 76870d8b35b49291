"""What a person may take along: each room registers what it keeps of theirs, and knows nothing of the others."""

from collections.abc import Callable, Iterable, Mapping

# Rows as JSON has them: texts, numbers, true and false, null, lists, and objects of these.
Rows = Iterable[Mapping[str, object]]
PersonalData = Callable[[int], Rows]

_registered: dict[str, PersonalData] = {}


def register_personal_data(name: str, rows_of: PersonalData) -> None:
    """Has ``rows_of(person_id)`` asked when somebody exports their data; what it gives stands under ``name``."""
    _registered[name] = rows_of


def personal_data() -> dict[str, PersonalData]:
    """What is registered, by name."""
    return dict(sorted(_registered.items()))
