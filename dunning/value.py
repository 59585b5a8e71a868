"""Values: dataclasses that the type checker lets nobody change, and that are made and copied often, so both are cheap.

A dataclass that is frozen while it runs sets each of its fields through `object.__setattr__`, which costs more than the
decisions about it. That nobody assigns to a field is proved before: `value` is frozen to the type checker.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, Final, TypeVar, dataclass_transform

__all__ = ["altered", "value"]

Kind = TypeVar("Kind")
_new: Final = object.__new__


@dataclass_transform(frozen_default=True)
def value(kind: type[Kind]) -> type[Kind]:
    """Make a class a dataclass without slots that is compared and hashed by its fields. A default is never changed."""
    made: Any = dataclass(unsafe_hash="__hash__" not in vars(kind))(kind)
    for field in fields(made):
        if field.default_factory is not MISSING:
            msg = f"{kind.__name__}.{field.name}: found a default factory; allowed a value"
            raise TypeError(msg)
        if field.default is not MISSING:
            delattr(made, field.name)  # Python reads an attribute far quicker that its class does not have as well
    return made  # type: ignore[no-any-return]


if TYPE_CHECKING:
    # The type checker knows `replace` by heart: a name that is no field, or a value of another type, fails there.
    from dataclasses import replace as altered
else:

    def altered(one: Kind, /, **changes: Any) -> Kind:
        """The same value with these fields changed. Raises `TypeError` for a name that is none of its fields."""
        new = _new(type(one))
        before = one.__dict__
        parts = before | changes
        if len(parts) != len(before):
            unknown = ", ".join(sorted(changes.keys() - before.keys()))
            msg = f"{type(one).__name__}: found {unknown}; allowed {', '.join(before)}"
            raise TypeError(msg)
        new.__dict__ = parts
        return new
