"""Names for what was read: equal types are one class, different ones of one name are told apart by what has them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from .description import ClassDescription, Description, EnumDescription, Member, NounDescription
from .keys import guessed
from .python_names import is_hidden
from .raw import Key, RawClass, RawEnum, RawNoun
from .substitutes import standing_for


def described(
    classes: dict[Key, RawClass], enums: dict[Key, RawEnum], nouns: list[RawNoun], warnings: Iterable[str] = ()
) -> Description:
    """Return the description of what was read.

    Rules, so that a schema that is read again gives the same names:

    1. The class of a root element has the element's name, unless other elements have that type, too.
    2. A named type has its name, an anonymous one that of its child with a capital letter.
    3. Types of one name with equal content are one class; the first one's is kept.
    4. Others of that name are called after what has them: that of a class, for a child; of the noun, for a named type;
       with a number, if there are still two.

    >>> name = RawClass(wanted="Name", owner="", node=None)
    >>> noun = RawNoun(name="Name", namespace="urn:x", key=("urn:x", "Name"))
    >>> described({("urn:x", "Name"): name}, {}, [noun]).classes[0].name
    'Name'
    """
    classes, enums = _needed(classes, enums, nouns)
    used = [key for raw in classes.values() for key in (*raw.types.values(), *((raw.base,) if raw.base else ()))]
    for noun in nouns:
        raw = classes[noun.key]
        if noun.key not in used and sum(each.key == noun.key for each in nouns) == 1:
            raw.wanted = noun.name
    same = _equal(classes, enums)
    names = _names(classes, enums, nouns, same)
    made = tuple(_class(raw, names, classes) for key, raw in classes.items() if same[key] == key)
    description = Description(
        classes=made,
        enums=tuple(
            EnumDescription(name=names[key], values=raw.values, reference=raw.reference)
            for key, raw in enums.items()
            if same[key] == key
        ),
        warnings=tuple(dict.fromkeys(warnings)),
    )
    return _with_nouns(description, nouns, names)


def _needed(
    classes: dict[Key, RawClass], enums: dict[Key, RawEnum], nouns: list[RawNoun]
) -> tuple[dict[Key, RawClass], dict[Key, RawEnum]]:
    """Return what the nouns need, in the order in which it was read."""
    found: set[Key] = set()
    todo = [noun.key for noun in nouns]
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            raw = classes.get(key)
            todo += [] if raw is None else [*raw.types.values(), *((raw.base,) if raw.base else ())]
        todo = todo or standing_for(classes, found)
    return (
        {key: raw for key, raw in classes.items() if key in found},
        {key: raw for key, raw in enums.items() if key in found},
    )


def _with_nouns(description: Description, nouns: list[RawNoun], names: dict[Key, str]) -> Description:
    """Add the nouns; one whose class stands for another already, or is a part of others, has a subclass of it."""
    classes = list(description.classes)
    found: list[NounDescription] = []
    taken = {member.type for each in classes for member in each.members} | {each.base for each in classes}
    known = {noun.name for noun in nouns}
    for noun in nouns:
        name = names[noun.key]
        if name in taken:
            others = {each.name for each in classes} | {each.name for each in description.enums}
            own, number = class_name(noun.name), 2
            while own in others:
                own, number = f"{class_name(noun.name)}Noun{number if number > 2 else ''}", number + 1
            classes.append(ClassDescription(name=own, base=name))
            name = own
        taken.add(name)
        entry = NounDescription(name=noun.name, namespace=noun.namespace, cls=name, query_of=_queried(noun.name, known))
        found.append(entry)
    description = msgspec.structs.replace(description, classes=tuple(classes))
    return msgspec.structs.replace(description, nouns=tuple(guessed(description, each) for each in found))


def _queried(name: str, known: set[str]) -> str:
    """Return the noun that a noun queries: ``Get{Noun}``, or ``{Noun}Queries`` where the noun is there, too."""
    if re.match("Get[A-Z]", name):
        return name[3:]
    stem = name.removesuffix("Queries")
    if stem == name:
        return ""
    return next((each for each in (stem, f"{stem}s", f"{stem}es") if each in known), f"{stem}s")


def _equal(classes: dict[Key, RawClass], enums: dict[Key, RawEnum]) -> dict[Key, Key]:
    """Return the first of all equal types for each: equal are those that no sequence of children tells apart."""
    part: dict[Key, object] = {key: ("enum", raw.wanted, raw.values) for key, raw in enums.items()}
    for key, raw in classes.items():
        plain = tuple(msgspec.structs.replace(each, reference="") for each in raw.members)
        part[key] = ("class", raw.wanted, repr(plain), raw.choices, raw.wildcard, raw.xsi_type, raw.abstract)
    count = 0
    while (now := len(set(part.values()))) != count:  # as states of a machine are merged: until nothing new differs
        count = now
        numbers = {each: number for number, each in enumerate(dict.fromkeys(part.values()))}
        numbered: dict[Key, int] = {key: numbers[each] for key, each in part.items()}
        part = {key: (numbered[key], _below(classes.get(key), numbered)) for key in part}
    first: dict[object, Key] = {}
    return {key: first.setdefault(each, key) for key, each in part.items()}


def _below(raw: RawClass | None, numbered: dict[Key, int]) -> tuple[object, ...]:
    if raw is None:
        return ()
    types = tuple((name, numbered[key]) for name, key in sorted(raw.types.items()))
    return (-1 if raw.base is None else numbered[raw.base], types)


def _names(
    classes: dict[Key, RawClass], enums: dict[Key, RawEnum], nouns: list[RawNoun], same: dict[Key, Key]
) -> dict[Key, str]:
    taken: dict[str, Key] = {}
    names: dict[Key, str] = {}
    roots = {noun.key for noun in nouns}
    everything: dict[Key, RawClass | RawEnum] = {**classes, **enums}
    # roots first, then named types, then anonymous ones: each may keep its name against the next
    for key in sorted(everything, key=lambda each: (each not in roots, len(each))):
        if same[key] != key:
            continue
        raw = everything[key]
        wanted = class_name(raw.wanted)
        owner = class_name(raw.owner) if raw.owner else ""
        name, number = wanted, 2
        if name in taken:
            name = owner + wanted
        while name in taken:
            name, number = f"{owner}{wanted}{number}", number + 1
        taken[name] = key
        names[key] = name
    return {key: names[same[key]] for key in everything}


def class_name(word: str) -> str:
    """Return a name of XML as one of a Python class.

    >>> class_name("mRID"), class_name("Work-Order.Type"), class_name("3phase")
    ('MRID', 'WorkOrderType', 'Type3phase')
    """
    parts = [each for each in re.split(r"[^0-9A-Za-z_]+", word) if each]
    name = "".join(each[:1].upper() + each[1:] for each in parts).lstrip("_") or "Type"
    name = name if name[0].isalpha() else f"Type{name}"
    return f"{name}Type" if is_hidden(name) else name


def _class(raw: RawClass, names: dict[Key, str], classes: dict[Key, RawClass]) -> ClassDescription:
    members: list[Member] = []
    for each in raw.members:
        key = raw.types.get(each.name)
        members.append(each if key is None else msgspec.structs.replace(each, type=names[key]))
    return ClassDescription(
        name=names[_key_of(raw, classes)],
        base=names[raw.base] if raw.base is not None else "",
        members=tuple(members),
        choices=raw.choices,
        wildcard=raw.wildcard,
        reference=raw.reference,
        notes=raw.notes,
        xsi_type=raw.xsi_type,
        abstract=raw.abstract,
    )


def _key_of(raw: RawClass, classes: dict[Key, RawClass]) -> Key:
    return next(key for key, each in classes.items() if each is raw)
