"""The native codec is asked first; what it does not take, the walker reads."""

from __future__ import annotations

import copy
import pickle
import threading

import pytest

import cimbus
from cimbus import Cim, Limits, noun
from cimbus.interface.codecs.native import Codec, Loaded, NativeFront, load
from cimbus.interface.codecs.xml import walk_xml
from interface.codecs.codec_samples import message, soap

from .codecs import codec, needs_native

PLAIN = message().encode()
UNUSUAL = message(root="eventMessage").encode()


@pytest.fixture
def front() -> NativeFront:
    return NativeFront(load())


@needs_native
def test_it_counts_what_it_reads_and_what_it_leaves(front: NativeFront) -> None:
    taken = front.decode(PLAIN, cimbus.DEFAULT_LIMITS)
    left = front.decode(UNUSUAL, cimbus.DEFAULT_LIMITS)

    assert taken == walk_xml(PLAIN, strict=False, limits=cimbus.DEFAULT_LIMITS)
    assert left is None
    assert (front.stats().decoded, front.stats().left) == (1, 1)


@needs_native
def test_a_read_is_counted_by_format_and_what_is_neither_is_not(front: NativeFront) -> None:
    as_json = cimbus.encode(cimbus.decode(PLAIN), "json")

    read = [front.read(document) for document in (PLAIN, as_json)]
    left = [front.read(document) for document in (UNUSUAL, b"{}", b"{", b"<")]
    neither = [
        front.read(document)
        for document in (b"", b" " + PLAIN, PLAIN + b"\0\n", b"[]", PLAIN.decode().encode("utf-16"))
    ]

    assert read == [walk_xml(PLAIN, strict=False, limits=cimbus.DEFAULT_LIMITS)] * 2
    assert left + neither == [None] * 9
    stats = front.stats()
    assert (stats.decoded, stats.left, stats.json_decoded, stats.json_left) == (1, 2, 1, 2)


@needs_native
def test_counts_outlast_a_noun_that_is_registered(front: NativeFront) -> None:
    front.read(PLAIN)

    @noun("urn:example:counted")
    class Counted(Cim):
        mRID: str | None = None

    front.read(PLAIN)

    assert front.stats().decoded == 2


@needs_native
@pytest.mark.parametrize("document", [UNUSUAL, UNUSUAL + b"\0", b'{"header": {"verb": "get", "noun": "X"}}'])
def test_a_document_that_is_left_is_asked_for_once(document: bytes) -> None:
    before = cimbus.codecs.stats()
    cimbus.decode(document)
    after = cimbus.codecs.stats()

    assert (after.left - before.left) + (after.json_left - before.json_left) == 1


@needs_native
@pytest.mark.parametrize("size", [500_001, 33 << 20])
def test_what_is_beyond_the_limits_is_refused_as_the_walker_does(size: int) -> None:
    for document in (b"<" * size, b"{" + b"," * size):
        with pytest.raises((cimbus.DecodeError, cimbus.UnsafeError)):
            cimbus.decode(document)


@needs_native
def test_objects_that_the_collector_looks_at_are_made_by_their_class() -> None:
    @noun("urn:example:collected")
    class Collected(Cim, gc=True):
        mRID: str | None = None
        words: list[str] = []

    document = message('<Collected xmlns="urn:example:collected"><mRID>1</mRID></Collected>').encode()

    found = codec().decode(document, cimbus.DEFAULT_LIMITS)

    assert found == walk_xml(document, strict=False, limits=cimbus.DEFAULT_LIMITS)
    assert found is not None
    assert found.payload == Collected(mRID="1")


@needs_native
def test_what_is_read_can_be_copied_and_pickled() -> None:
    found = codec().decode(PLAIN, cimbus.DEFAULT_LIMITS)

    assert found is not None
    for copied in (copy.copy(found), copy.deepcopy(found), pickle.loads(pickle.dumps(found))):  # our own
        assert copied == found
    assert found.replace(source="X").payload is found.payload


@needs_native
def test_decode_uses_it() -> None:
    before = cimbus.codecs.stats().decoded

    for document in (PLAIN, PLAIN.decode(), soap(message()).encode()):
        assert cimbus.decode(document).payload.EndDeviceEvent[0].mRID == "e1"

    assert cimbus.codecs.stats().decoded == before + 3


@needs_native
@pytest.mark.parametrize(
    "limits",
    [
        Limits(max_bytes=100), Limits(max_nodes=5), Limits(max_depth=20), Limits(max_properties=1),
        Limits(max_attributes=1), Limits(max_name=10), Limits(max_uri=10), Limits(max_prefixes=1),
    ],
)  # fmt: skip
def test_lower_limits_are_the_walkers_to_judge(front: NativeFront, limits: Limits) -> None:
    assert front.decode(PLAIN, limits) is None


@needs_native
def test_a_limit_of_work_is_kept(front: NativeFront) -> None:
    document = message("<Outage xmlns='urn:x'>" + "<cause/>" * 100 + "</Outage>").encode()

    assert front.decode(document, Limits(max_work=103)) is not None
    assert front.decode(document, Limits(max_work=102)) is None
    with pytest.raises(cimbus.UnsafeError):
        _ = walk_xml(document, strict=False, limits=Limits(max_work=99)).payload


@needs_native
def test_a_noun_that_is_registered_later_is_typed(front: NativeFront) -> None:
    document = message('<SwitchPlan xmlns="urn:example:plan"><mRID>p-1</mRID></SwitchPlan>').encode()
    before = front.decode(document, cimbus.DEFAULT_LIMITS)

    @noun("urn:example:plan")
    class SwitchPlan(Cim):
        mRID: str | None = None

    after = front.decode(document, cimbus.DEFAULT_LIMITS)

    assert before is not None
    assert isinstance(before.payload, cimbus.XmlElement)
    assert after is not None
    assert after.payload == SwitchPlan(mRID="p-1")


@needs_native
def test_what_is_missing_is_what_the_walker_gives_and_not_what_the_class_says() -> None:
    @noun("urn:example:defaults")
    class Defaults(Cim):
        number: int = 7
        words: list[str] | None = None
        fixed: tuple[str, ...] | None = None
        flag: bool | None = None

    document = message('<Defaults xmlns="urn:example:defaults"/>').encode()

    found = codec().decode(document, cimbus.DEFAULT_LIMITS)

    assert found == walk_xml(document, strict=False, limits=cimbus.DEFAULT_LIMITS)
    assert found is not None
    assert (found.payload.number, found.payload.words, found.payload.fixed, found.payload.flag) == (None, [], (), None)


@needs_native
def test_an_object_that_its_class_refuses_is_left_to_the_walker() -> None:
    @noun("urn:example:refusing")
    class Refusing(Cim):
        mRID: str | None = None

        def __post_init__(self) -> None:
            raise ValueError("no")

    document = message('<Refusing xmlns="urn:example:refusing"><mRID>1</mRID></Refusing>').encode()

    assert codec().decode(document, cimbus.DEFAULT_LIMITS) is None
    with pytest.raises(cimbus.DecodeError):
        _ = cimbus.decode(document).payload


def test_tables_that_cannot_be_made_stop_no_message() -> None:
    class Failing:
        __version__ = "1"

        def Codec(self, tables: object, forms: object) -> Codec:
            raise ValueError("unknown kind")

    front = NativeFront(Loaded(Failing(), "1", ""))

    with pytest.warns(RuntimeWarning, match="its tables cannot be made: ValueError"):
        assert front.decode(PLAIN, cimbus.DEFAULT_LIMITS) is None
    assert front.decode(PLAIN, cimbus.DEFAULT_LIMITS) is None
    assert front.stats().native == ""


@needs_native
def test_threads_read_at_the_same_time() -> None:
    # the zone of a time with milliseconds is made by Python's code, in which another thread can go on
    documents = [
        message(message().split("<Payload>")[1].removesuffix("</Payload></EventMessage>"), middle="")
        .replace("12:00:00Z", f"12:00:{second:02}.{thread:03}Z")
        .encode()
        for thread in range(4)
        for second in range(50)
    ]
    shared = codec()
    results: list[int] = []

    def read(thread: int) -> None:
        mine = documents[thread * 50 : thread * 50 + 50]
        found = [shared.decode(each, cimbus.DEFAULT_LIMITS) for each in mine]
        wanted = [walk_xml(each, strict=False, limits=cimbus.DEFAULT_LIMITS) for each in mine]
        results.append(sum(one is not None and one == other for one, other in zip(found, wanted, strict=True)))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [50, 50, 50, 50]


@needs_native
def test_a_noun_that_is_registered_while_tables_are_made_is_typed_soon(front: NativeFront, monkeypatch) -> None:
    from cimbus.interface.codecs.native import front as module

    real = module.form_tables

    def meanwhile(classes):
        made = real(classes)
        monkeypatch.setattr(module, "form_tables", real)

        @noun("urn:example:meanwhile")
        class Meanwhile(Cim):
            mRID: str | None = None

        return made

    monkeypatch.setattr(module, "form_tables", meanwhile)
    document = message('<Meanwhile xmlns="urn:example:meanwhile"><mRID>p-1</mRID></Meanwhile>').encode()

    assert front.decode(document, cimbus.DEFAULT_LIMITS) is None
    after = front.decode(document, cimbus.DEFAULT_LIMITS)
    assert after is not None
    assert type(after.payload).__name__ == "Meanwhile"
