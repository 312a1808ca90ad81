"""The source of the functions that read an element which is exactly as its class says, one for each declared class.

Most elements are: children in the order of the schema, in the namespace of their parent, nothing unknown, each text as
cimbus would write its value. Such an element needs no look-up for each child: the function goes through the class's
fields once, with full tags as constants. Of any other element the general walker (``walker_source``) reads all.

Of a large document, asking each leaf for attributes, children, and text behind it takes a tenth of the time. There the
nodes that were read are counted instead: where they are all that there are, no leaf has any of these (``look``).

Rule: an element's own children are checked before the first object in it is made, so that the general walker can begin
anew: nothing was noted yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from cimbus.interface.model import NO_FACETS, ClassSpec, FieldSpec, is_abstract, only_attribute

from .walker_source import alternatives

_LEAVE = "return walk(el, r, P)"
_NO_TEXT = "look and (x := el.text) and not x.isspace()"
"""Whether there is text where elements belong."""
_BESIDE = "tails and (y := c.tail) and y.strip(SPACE)"
"""Whether there is text behind a child."""
_NEXT = ("i += 1", "c = cs[i]", "t = c.tag")


def exact_source_of(spec: ClassSpec, create: str) -> str:
    """Write the function of a class; empty if only the general walker reads it.

    That reads what holds nouns of whatever name, whose class only their own name tells, and attributes and texts that
    are no plain strings.

    Its variables: ``el`` the element, ``r`` the DecodeContext, ``cs`` the children and ``END``, ``c`` the one at ``i``,
    ``t`` its tag, ``v0`` ... the values, ``look`` whether to ask each leaf, ``n`` leaves without text. ``bind`` makes
    it for a namespace: ``P`` that in braces, ``N0`` ... the tags, ``W0`` ... the functions for children, which are
    filled in later.

    Args:
        spec: the class.
        create: the expression that makes an object, up to its arguments.

    >>> from cimbus.nouns import Name
    >>> from cimbus.interface.model import spec_of
    >>> print(exact_source_of(spec_of(Name), "CLS(").splitlines()[-2].strip())
    return CLS(name=v0, NameType=v1)
    """
    if spec.any is not None or any(f.place != "element" and f.kind != "string" for f in spec.fields):
        return ""
    numbered = list(enumerate(spec.fields))
    elements = [(i, f) for i, f in numbered if f.place == "element"]
    classes = [(i, f) for i, f in elements if _is_walked(f)]
    body = [*(f"v{i} = {'[]' if f.many else 'None'}" for i, f in numbered), "look = r.look"]
    if is_abstract(spec.cls) or any(f.facets != NO_FACETS for f in spec.fields):
        # checked by the general walker, in strict reading alone
        body.append(f"if r.strict: {_LEAVE}")
    body += _own(spec)
    if elements:
        body += ["tails = look and r.mixed_text", "cs = el[:]", "cs.append(END)", "n = i = 0", "c = cs[0]", "t = c.tag"]
        for i, f in elements:
            body += [f"{'while' if f.many else 'if'} t == N{i}:", *(f"    {line}" for line in _child(i, f))]
        body.append(f"if t is not None: {_LEAVE}")
        inner = "".join(f" - len(v{i})" if f.many else f" - (v{i} is not None)" for i, f in classes)
        body.append(f"if not look: r.seen += i + i - n{inner}")
    body += _complete(spec)
    for i, f in classes:
        body += (
            [f"if v{i}:", f"    for i, c in enumerate(v{i}): v{i}[i] = W{i}(c, r)"]
            if f.many
            else [f"if v{i} is not None: v{i} = W{i}(v{i}, r)"]
        )
    values = ", ".join(f"{f.name}={f'tuple(v{i})' if f.frozen else f'v{i}'}" for i, f in numbered)
    body.append(f"return {create}{values})")
    lines = [
        "def bind(P):",
        *(f"    N{i} = P + {f.xml!r}" for i, f in elements),
        *(f"    W{i} = None" for i, _ in classes),
    ]
    lines += ["    def exact(el, r):", *(f"        {line}" for line in body), "    return exact"]
    return "\n".join(lines) + "\n"


def walked_fields(spec: ClassSpec) -> Iterator[tuple[int, FieldSpec]]:
    """Yield the fields of a class, with their numbers, whose values a walker makes.

    >>> from cimbus.nouns import Name
    >>> from cimbus.interface.model import spec_of
    >>> [field.name for _, field in walked_fields(spec_of(Name))]
    ['NameType']
    """
    return ((i, f) for i, f in enumerate(spec.fields) if _is_walked(f))


def _is_walked(field: FieldSpec) -> bool:
    return field.place == "element" and field.kind == "class" and only_attribute(field) is None


def _own(spec: ClassSpec) -> list[str]:
    """Write the check of an element's own attributes and text."""
    attributes = [(i, f) for i, f in enumerate(spec.fields) if f.place == "attribute"]
    lines: list[str] = []
    if attributes:
        present = " + ".join(f"(v{i} is not None)" for i, _ in attributes)
        lines += ["if keys := el.keys():", *(f"    v{i} = el.get({f.xml!r})" for i, f in attributes)]
        lines += [f"    if len(keys) != {present}: {_LEAVE}", "    r.seen += len(keys)"]
    else:
        lines += [f"if look and el.keys(): {_LEAVE}"]
    text = next((i for i, f in enumerate(spec.fields) if f.place == "text"), None)
    if text is None:
        lines.append(f"if {_NO_TEXT}: {_LEAVE}")
    else:
        lines += [f"v{text} = el.text or ''", f"if v{text}: r.seen += 1"]
    if not spec.elements:
        lines.append(f"if look and len(el): {_LEAVE}")
    return lines


def _child(index: int, field: FieldSpec) -> list[str]:
    """Write what is done with one child; an object is made of it later, of a leaf its value now."""
    store = "v{0}.append({1})" if field.many else "v{0} = {1}"
    if _is_walked(field):
        return [f"if {_BESIDE}: {_LEAVE}", store.format(index, "c"), *_NEXT]
    if field.kind == "class" and (only := only_attribute(field)) is not None:
        return [
            "x = c.items()",
            f"if len(x) != 1 or (x := x[0])[0] != {only.xml!r} or look and (len(c) or c.text or {_BESIDE}): {_LEAVE}",
            store.format(index, f"made{index}[x[1]]"),
            *_NEXT,
        ]
    default = "not c.text or " if field.facets.default is not None else ""
    lines = [f"if {default}look and (len(c) or c.keys() or {_BESIDE}): {_LEAVE}"]
    lines.append("if not (x := c.text): n += 1; x = ''")
    if field.kind == "string":
        return [*lines, store.format(index, "x"), *_NEXT]
    value = store.format(index, f"read{index}[x]")
    return [*lines, f"try: {value}", f"except (ValueError, InexactError): {_LEAVE}", *_NEXT]


def _complete(spec: ClassSpec) -> list[str]:
    """Write the check that what is mandatory is there, and of each choice as many as it allows."""
    needed = [
        f"not v{i}" if f.many else f"v{i} is None"
        for i, f in enumerate(spec.fields)
        if f.required and f.place != "text"
    ]
    lines = [f"if {' or '.join(needed)}: {_LEAVE}"] if needed else []
    for choice in spec.choices:
        chosen = " + ".join(f"({each})" for each in alternatives(spec, choice))
        if not choice.repeated:
            lines.append(f"if {chosen} > 1: {_LEAVE}")
        if choice.required:
            lines.append(f"if not ({chosen}): {_LEAVE}")
    return lines
