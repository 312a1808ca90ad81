"""The source of the functions that make typed objects from lxml elements, one for each declared class.

An if-chain over the children that the class has, in schema order; all else is left to ``DecodeContext``.
"""

from __future__ import annotations

from cimbus.interface.model import NO_FACETS, Choice, ClassSpec, FieldSpec, is_abstract, only_attribute


def source_of(spec: ClassSpec, create: str) -> str:
    """Write the walker of a class.

    Its variables: ``el`` the element, ``r`` the DecodeContext, ``p`` the namespace in braces, ``c`` a child, ``t`` the
    name it is known by, ``v0`` ... the values, ``pos`` how far in the sequence the children have come.

    Args:
        spec: the class.
        create: the expression that makes an object, up to its arguments.

    >>> from cimbus.nouns import Name
    >>> from cimbus.interface.model import spec_of
    >>> source_of(spec_of(Name), "CLS(").splitlines()[0]
    'def walk(el, r, p):'
    """
    lines = ["def walk(el, r, p):", "    if not r.look: raise NotExactError", "    known = KNOWN[p]", "    pos = 0"]
    lines.append("    kept = extra = text = late = None")
    lines += [f"    v{i} = {'[]' if f.many else 'None'}" for i, f in enumerate(spec.fields)]
    lines += [f"    nil{i} = False" for i, f in enumerate(spec.fields) if f.facets.nillable]
    lines += ["    mixed = False; at = 0"] if any(choice.repeated for choice in spec.choices) else []
    lines += _own_attributes(spec)
    if is_abstract(spec.cls):  # the other readers are lenient ones, and take it as it is
        lines.append(f"    if r.strict: r.note(el, {'its type is abstract: xsi:type has to name its class'!r})")
    if spec.text is None:
        lines += ["    x = el.text", "    if x is not None and not x.isspace(): text = r.mixed(el)"]
    lines += [
        "    tails = r.mixed_text",
        "    for c in el:",
        "        if tails and c.tail is not None: r.tail(c)",
        "        t = known.get(c.tag)",
        "        if t is None:",
        "            t, extra = r.odd(c, SPEC, extra)",
    ]
    groups = _repeated(spec)
    for index, field in enumerate(spec.fields):
        lines += _branch(index, field, groups.get(index))
    # behind a repeated choice stands what its last child was, which need not be the last that the class lists
    place = f"at if pos in { ({index + 1 for index in groups})!r} else pos" if groups else "pos"
    lines += ["        if t == '':", f"            kept = r.keep(c, kept, SPEC, {place})"]
    for index, field in enumerate(spec.fields):
        if field.required and field.place != "text":
            absent = f"not v{index}" if field.many else f"v{index} is None"
            nil = f" and not nil{index}" if field.facets.nillable else ""
            lines.append(f"    if {absent}{nil}: r.missing(el, {field.xml!r})")
    for choice in spec.choices:
        lines += _choice(spec, choice)
    values = "".join(f"({f.xml!r}, v{i}), " for i, f in enumerate(spec.fields) if f.place == "element")
    lines += [
        "    extensions = None",
        f"    if late{' or mixed' if groups else ''}: extra = r.order(el, extra, SPEC)",
        "    if kept is not None or extra is not None or text is not None:",
        f"        if extra is not None: extra = r.present(el, extra, ({values}))",
        "        if kept or extra or text:",
        "            extensions = Extensions(elements=tuple(kept or ()), attributes=extra or {}, text=text or '')",
    ]
    arguments = ", ".join(f"{f.name}={f'tuple(v{i})' if f.frozen else f'v{i}'}" for i, f in enumerate(spec.fields))
    lines.append(f"    return {create}{arguments}{', ' if arguments else ''}extensions=extensions)")
    return "\n".join(lines) + "\n"


def _repeated(spec: ClassSpec) -> dict[int, tuple[int, int]]:
    """Return the places of the first and last field of its choice, by the place of each in a repeated one."""
    found: dict[int, tuple[int, int]] = {}
    for choice in spec.choices:
        places = [index for index, field in enumerate(spec.fields) if field.xml in choice.names]
        if choice.repeated:
            found |= dict.fromkeys(places, (places[0], places[-1]))
    return found


def alternatives(spec: ClassSpec, choice: Choice) -> list[str]:
    """Return for each alternative of a choice the expression that tells whether it is there.

    >>> from cimbus.interface.model import spec_of
    >>> from cimbus.nouns import EndDeviceControl
    >>> spec = spec_of(EndDeviceControl)
    >>> alternatives(spec, spec.choices[0])[0]
    'v7 not in (None, [])'
    """
    places = {field.xml: index for index, field in enumerate(spec.fields)}
    return [" or ".join(f"v{places[name]} not in (None, [])" for name in names) for names in choice.alternatives]


def _choice(spec: ClassSpec, choice: Choice) -> list[str]:
    """Write the check of how many alternatives of a choice there are."""
    names = ", ".join(choice.names)
    lines = [f"    chosen = {' + '.join(f'({each})' for each in alternatives(spec, choice))}"]
    if not choice.repeated:
        lines.append(f"    if chosen > 1: r.note(el, {f'only one of {names} may be present'!r})")
    if choice.required:
        lines.append(f"    if not chosen: r.note(el, {f'one of {names} is mandatory'!r})")
    return lines


def _own_attributes(spec: ClassSpec) -> list[str]:
    lines = [
        "    keys = el.keys()",
        "    if keys:",
        "        if XSI_TYPE in keys and (x := r.substitute(el, CLS)) is not None: return walker(x)(el, r, p)",
    ]
    for index, field in enumerate(spec.fields):
        if field.place == "attribute":
            lines.append(f"        v{index} = el.get({field.xml!r})")
    present = " + ".join(f"(v{i} is not None)" for i, f in enumerate(spec.fields) if f.place == "attribute") or "0"
    lines.append(f"        if len(keys) != {present}: extra = r.attributes(el, ATTRIBUTES, extra)")
    for index, field in enumerate(spec.fields):
        if field.place == "text" and field.kind == "string":
            lines.append(f"    v{index} = el.text or ''")
        elif field.place == "text":  # where the document was JSON, it comes as a child
            lines.append(f"    v{index} = el.text or (None if r.unordered else '')")
        if field.place != "element":
            lines += [f"    {line}" for line in _simple(index, field, "el")]
    return lines


def _simple(index: int, field: FieldSpec, node: str) -> list[str]:
    """Write what is done with an attribute or a text that is there: its kind, its facets."""
    name = f"v{index}"
    lines: list[str] = []
    if field.kind != "string":
        key = field.xml if field.place == "attribute" else ""
        lines += [
            f"if {name} is not None:",
            f"    x, extra = read_simple({node}, r, read{index}, {name}, extra, key={key!r})",
            *([f"    if x is None: text = {name}"] if not key else []),
            f"    {name} = x",
        ]
    if field.facets != NO_FACETS:
        lines.append(f"if r.strict and {name} is not None: check_facets({node}, r, {name}, facets{index})")
    return lines


def _branch(index: int, field: FieldSpec, group: tuple[int, int] | None) -> list[str]:
    """Write what happens at one child: place in the order, value, keeping."""
    mark = "*" if field.kind == "any" else field.xml if field.place == "element" else f"@{field.xml}"
    lines = [f"        if t == {mark!r}:"]
    if field.place != "element":
        simple = [f"            {line}" for line in _simple(index, field, "c")]
        return [*lines, f"            v{index} = c.text or ''", *simple, "            continue"]
    if field.kind not in ("any", "class"):  # nothing stands here if it is nil, or its text has no value
        lines.append("            q = pos")
    if group is not None:  # its children may alternate
        lines += [
            f"            if pos > {group[1] + 1}: late = not r.late(c, repeated=False) and r.in_noun",
            f"            elif pos > {index + 1}: mixed = True",
            f"            else: pos = {index + 1}",
            f"            at = {index + 1}",
        ]
    elif field.many:
        lines += [
            f"            if pos > {index + 1}: late = not r.late(c, repeated=False) and r.in_noun",
            f"            else: pos = {index + 1}",
        ]
    else:
        lines += [
            f"            if pos > {index}:",
            f"                if r.late(c, repeated=v{index} is not None):",
            f"                    kept = r.keep(c, kept, SPEC, {index + 1} if r.in_noun else pos, repeated=True)",
            "                    continue",
            "                late = r.in_noun",
            f"            else: pos = {index + 1}",
        ]
    store = f"v{index}.append(x)" if field.many else f"v{index} = x"
    if field.facets != NO_FACETS:
        store += f"; r.strict and check_facets(c, r, x, facets{index})"
    return [*lines, *(f"            {line}" for line in _value(index, field, store)), "            continue"]


_PREFIX = "p if c.tag in known else braced(c)"
"""The namespace of a child's children: that of the child."""


def _value(index: int, field: FieldSpec, store: str) -> list[str]:
    if field.kind == "any":
        return ["x = read_any(c, r)", store]
    if field.kind == "class":
        if (only := only_attribute(field)) is None:
            return [f"x = walk{index}[{_PREFIX}](c, r)", store]
        return [
            f"x = c.get({only.xml!r})",
            f"if x is None or len(c) or len(c.keys()) != 1 or c.text: x = walk{index}[{_PREFIX}](c, r)",
            f"else: x = made{index}[x]",
            store,
        ]
    lines = [
        "x = c.text",
        "if len(c) or c.keys():",
        f"    x, extra = r.leaf(c, extra, {field.xml!r}{', nillable=True' if field.facets.nillable else ''})",
        "    if x is None:",
        f"        nil{index} = True" if field.facets.nillable else "        pos = q",
        "        continue",
    ]
    if (default := field.facets.default) is not None:  # what an empty element means (XML Schema part 1, 3.3.1)
        lines.append(f"if not x: x = {default!r}")
    if field.kind == "string":
        return [*lines, "if x is None: x = ''", store]
    return [
        *lines,
        f"try: x = read{index}[x or '']",
        "except (ValueError, InexactError) as e:",
        "    x = r.inexact(c, e)",
        "    if x is None:",
        "        pos = q",
        f"        if extra is not None: extra = r.without(extra, c, {field.xml!r})",
        "        kept = r.keep(c, kept, SPEC, pos)",
        "        continue",
        *([] if field.many else [f"    extra = r.spelled(c, e, extra, {field.xml!r})"]),
        store,
    ]
