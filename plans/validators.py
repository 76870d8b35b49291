"""What text a plan's rows can hold, by the name under which the migrations know it."""

from markup.validators import storable

__all__ = ["storable"]
