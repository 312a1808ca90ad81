"""JAXB on a warm virtual machine as a peer of the codecs: annotated classes made from our declarations."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from report import Cost

from cimbus.interface.envelope import NAMESPACE, Header
from cimbus.interface.model import noun_of, spec_of
from cimbus.testing.brokers import jars  # the cache of jars and of compiled programs

HERE = Path(__file__).resolve().parent

CALENDAR = "javax.xml.datatype.XMLGregorianCalendar"
SIMPLE = {
    "string": "String",
    "enum": "String",
    "dateTime": CALENDAR,
    "decimal": "java.math.BigDecimal",
    "float": "java.math.BigDecimal",
    "integer": "Integer",
    "boolean": "Boolean",
}
ANNOTATION = {"attribute": '@XmlAttribute(name = "{name}")', "text": "@XmlValue"}
ELEMENT = '@XmlElement(name = "{name}", namespace = "{namespace}")'


class JavaSource:
    """The source of a class ``Root`` with a nested class for each declared one."""

    def __init__(self, payload: type[Any]) -> None:
        self._made: dict[tuple[type, str], str] = {}
        self._classes: list[str] = []
        noun = noun_of(payload)
        content, header = self._class(payload, noun.namespace), self._class(Header, NAMESPACE)
        area = ELEMENT.format(name=noun.name, namespace=noun.namespace)
        first, second = (ELEMENT.format(name=name, namespace=NAMESPACE) for name in ("Header", "Payload"))
        self.text = "\n".join(
            [
                "import jakarta.xml.bind.annotation.*;",
                f'@XmlRootElement(name = "EventMessage", namespace = "{NAMESPACE}")',
                "@XmlAccessorType(XmlAccessType.FIELD)",
                "public class Root {",
                f"{first} public {header} header;",
                f"{second} public Area payload;",
                f"@XmlAccessorType(XmlAccessType.FIELD) public static class Area {{ {area} public {content} noun; }}",
                *self._classes,
                "}",
            ]
        )

    def _class(self, cls: type[Any], namespace: str) -> str:
        """Add a class, if it is not there; return its name."""
        if (cls, namespace) in self._made:
            return self._made[cls, namespace]
        name = self._made[cls, namespace] = f"{cls.__name__}{len(self._made)}"
        fields: list[str] = []
        for number, spec in enumerate(spec_of(cls).fields):
            kind = self._class(spec.type, namespace) if spec.kind == "class" and spec.type else SIMPLE[spec.kind]
            kind = f"java.util.List<{kind}>" if spec.many else kind
            mark = ANNOTATION.get(spec.place, ELEMENT).format(name=spec.xml, namespace=namespace)
            fields.append(f"{mark} public {kind} f{number};")
        head = f'@XmlAccessorType(XmlAccessType.FIELD) @XmlType(name = "{name}") public static class {name} {{'
        self._classes += [head, *fields, "}"]
        return name


class Jaxb:
    """A virtual machine that reads and writes one message."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def _ask(self, words: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(words, file=self._process.stdin, flush=True)
        return self._process.stdout.readline()

    def written(self) -> bytes:
        """Return the message as it writes it."""
        return self._ask("write").encode()

    def timed(self, what: str, count: int) -> Callable[[], Cost]:
        """Return a candidate that reads (``decode``) or writes (``encode``) the message so many times."""

        def run() -> Cost:
            cost = Cost()
            cpu, wall = self._ask(f"{what} {count}").split()
            cost.cpu, cost.wall = int(cpu) / count / 1e9, int(wall) / count / 1e9
            return cost

        return run


@contextmanager
def jaxb(payload: type[Any], xml: bytes, warm: float) -> Iterator[Jaxb]:
    """Start a virtual machine and warm it up for so many seconds.

    Raises:
        RuntimeError: JAXB cannot be fetched, or Java or Maven are not there.
    """
    path = jars.compiled(HERE / "java" / "CodecBench.java", jars.jars(HERE / "java" / "jaxb" / "pom.xml"))
    with tempfile.TemporaryDirectory() as folder:
        source, message = Path(folder, "Root.java"), Path(folder, "message.xml")
        source.write_text(JavaSource(payload).text)
        message.write_bytes(xml)
        classes = jars.compiled(source, path)
        command = ["java", "-XX:+UseSerialGC", "-cp", classes, "CodecBench", "Root", str(message), str(warm)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            if process.stdout.readline() != "ready\n":
                raise RuntimeError("JAXB does not read the message")
            yield Jaxb(process)
            process.stdin.close()
