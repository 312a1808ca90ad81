"""URLs are shown without what could be a password, whatever a typing error made of them."""

from __future__ import annotations

import functools
import itertools
import random
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.bridge import hops
from cimbus.cli.output import shown
from cimbus.errors import CimbusError
from cimbus.middleware import discovery
from cimbus.middleware.discovery import open_transport, schemes
from cimbus.middleware.safe_url import safe_url

SECRET = "zK9-t0psecret"
PASSWORDS = (
    SECRET,
    f"a@{SECRET}",
    f"{SECRET}@b",
    f"a/{SECRET}",
    f"{SECRET}/b",
    f"12/{SECRET}",
    f"a?{SECRET}",
    f"{SECRET}?b=c",
    f"12?{SECRET}",
    f"12?{SECRET}=x",
    f"12?qos={SECRET}",
    f"12?dialect={SECRET}",
    f"a#{SECRET}",
    f"a:{SECRET}:b",
    f"[{SECRET}",
    f"]{SECRET}[",
    f"{SECRET}%zz",
    f"{SECRET}\n",
    f"\t{SECRET}",
    f" {SECRET} ",
    f"{SECRET}\u2100",  # urlsplit refuses this character
)
HEADS = (
    "{}://user",
    "{}:///user",
    "{}:////user",
    "{}:user",
    "{}:/user",
    "{}://",
    "{}:/",
    "{}:",
    "user",
    "",
    "{}//user",
)
TAILS = ("@host", "@host:1", "@host:99999", "@host:port", "@[::1", "@[::1]:1/", "@", "@host/path", "@host/?nope=1",
         "@host?x", "@host/#f", "@@host", "@host@", "@a,b:2", "@host/?template=a@b")  # fmt: skip
NAMES = (*schemes(), "MQTT", "mqtt5", "nosuch", "")


@pytest.fixture(autouse=True, scope="module")
def quick():
    """Look for installed transports once, not for each URL: it takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discovery, "entry_points", functools.cache(discovery.entry_points))
        yield


def texts_about(url: str) -> list[str]:
    """Everything that cimbus writes about a URL."""
    found = [safe_url(url), shown(url), hops.name_of(url)]
    try:
        transport = open_transport(url)
    except CimbusError as error:
        found += ["".join(traceback.format_exception(error)), repr(error), str(error.__cause__)]
    else:
        found += [repr(transport), str(transport), repr(getattr(transport, "options", ""))]
        found += [repr(getattr(transport, "_address", ""))]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_text_holds_the_password(name):
    shapes = list(itertools.product(HEADS, PASSWORDS, TAILS))
    for head, password, tail in random.Random(9).sample(shapes, 400):
        url = f"{head.format(name)}:{password}{tail}"
        if name in ("sqlite", "memory") and "@" not in tail:
            continue
        for text in texts_about(url):
            # the lines of the traceback that show this test's source have no value of it
            assert SECRET not in text, (url, text)


@given(st.sampled_from(NAMES), st.text(max_size=8), st.text(max_size=8), st.text(max_size=12))
def test_nor_with_any_text_around_it(name, before, after, tail):
    url = f"{name}://user:{before}{SECRET}{after}@{tail}"
    for text in texts_about(url):
        assert SECRET not in text


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("mqtt://host", "mqtt://host"),
        ("mqtt://ana@host:1883", "mqtt://ana@host:1883"),
        ("mqtts://ana:x@[::1]:8883/?qos=1", "mqtts://ana:***@[::1]:8883"),
        ("kafka://a:1,b:2/", "kafka://a:1,b:2"),
        ("mqtt://ana:secret", "mqtt://***"),
        ("mqtt://ana:p@ss@host", "mqtt://***"),
        ("mqtt:", "mqtt:"),
        ("memory:shared", "memory:shared"),
        ("sqlite:a b.db?retention=1", "sqlite:a b.db"),
        ("sqlite:///x/ana:secret@host", "sqlite:***"),
        ("secret", "***"),
    ],
)
def test_what_is_shown(url, text):
    assert safe_url(url) == text
