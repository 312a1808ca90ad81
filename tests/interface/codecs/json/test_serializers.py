"""JSON as the usual converters write XML is read as the XML that it was."""

from __future__ import annotations

import json

import pytest

import cimbus
from cimbus import Limits
from cimbus.interface.codecs.json.serializers import of_a_serializer
from interface.codecs.codec_samples import CODE, EVENTS, MESSAGE

WHEN = "2026-03-01T12:00:00Z"
FORMS = {
    "xmltodict": {
        "soap:Envelope": {
            "@xmlns:soap": "http://schemas.xmlsoap.org/soap/envelope/",
            "soap:Body": {
                "ns1:EventMessage": {
                    "@xmlns:ns1": MESSAGE,
                    "ns1:Header": {"ns1:Verb": "created", "ns1:Noun": "EndDeviceEvents", "ns1:MessageID": "m-1"},
                    "ns1:Payload": {
                        "ns2:EndDeviceEvents": {
                            "@xmlns:ns2": EVENTS,
                            "ns2:EndDeviceEvent": {
                                "ns2:mRID": "e1",
                                "ns2:createdDateTime": WHEN,
                                "ns2:EndDeviceEventType": {"@ref": CODE},
                            },
                        }
                    },
                }
            },
        }
    },
    "Newtonsoft": {
        "?xml": {"@version": "1.0"},
        "EventMessage": {
            "@xmlns": MESSAGE,
            "Header": {"Verb": "created", "Noun": "EndDeviceEvents", "MessageID": {"#text": "m-1"}},
            "Payload": {
                "EndDeviceEvents": {
                    "@xmlns": EVENTS,
                    "EndDeviceEvent": [{"mRID": "e1", "createdDateTime": WHEN, "EndDeviceEventType": {"@ref": CODE}}],
                }
            },
        },
    },
    "Badgerfish": {
        "EventMessage": {
            "@xmlns": {"$": MESSAGE},
            "Header": {"Verb": {"$": "created"}, "Noun": {"$": "EndDeviceEvents"}, "MessageID": {"$": "m-1"}},
            "Payload": {
                "EndDeviceEvents": {
                    "EndDeviceEvent": {
                        "mRID": {"$": "e1"},
                        "createdDateTime": {"$": WHEN},
                        "EndDeviceEventType": {"@ref": CODE},
                    }
                }
            },
        }
    },
    "xml2js": {
        "EventMessage": {
            "$": {"xmlns": MESSAGE},
            "Header": [{"Verb": ["created"], "Noun": ["EndDeviceEvents"], "MessageID": [{"_": "m-1", "$": {}}]}],
            "Payload": [
                {
                    "EndDeviceEvents": [
                        {
                            "$": {"xmlns": EVENTS},
                            "EndDeviceEvent": [
                                {
                                    "mRID": ["e1"],
                                    "createdDateTime": [WHEN],
                                    "EndDeviceEventType": [{"$": {"ref": CODE}}],
                                }
                            ],
                        }
                    ]
                }
            ],
        }
    },
    "x2js": {
        "EventMessage": {
            "_xmlns": MESSAGE,
            "Header": {"Verb": "created", "Noun": {"__text": "EndDeviceEvents"}, "MessageID": "m-1"},
            "Payload": {
                "EndDeviceEvents": {
                    "_xmlns": EVENTS,
                    "EndDeviceEvent": {"mRID": "e1", "createdDateTime": WHEN, "EndDeviceEventType": {"_ref": CODE}},
                }
            },
        }
    },
    "xml-js": {
        "_declaration": {"_attributes": {"version": "1.0"}},
        "EventMessage": {
            "_attributes": {"xmlns": MESSAGE},
            "Header": {
                "Verb": {"_text": "created"},
                "Noun": {"_text": "EndDeviceEvents"},
                "MessageID": {"_text": "m-1"},
            },
            "Payload": {
                "EndDeviceEvents": {
                    "_attributes": {"xmlns": EVENTS},
                    "EndDeviceEvent": {
                        "mRID": {"_text": "e1"},
                        "createdDateTime": {"_text": WHEN},
                        "EndDeviceEventType": {"_attributes": {"ref": CODE}},
                    },
                }
            },
        },
    },
    "Jackson with a dash": {
        "EventMessage": {
            "Header": {"Verb": "created", "Noun": "EndDeviceEvents", "MessageID": "m-1"},
            "Payload": {
                "EndDeviceEvents": {
                    "EndDeviceEvent": {"mRID": "e1", "createdDateTime": WHEN, "EndDeviceEventType": {"-ref": CODE}}
                }
            },
        }
    },
    "prefixes that are not declared": {
        "m:EventMessage": {
            "m:Header": {"m:Verb": "created", "m:Noun": "EndDeviceEvents", "m:MessageID": "m-1"},
            "m:Payload": {
                "e:EndDeviceEvents": {
                    "e:EndDeviceEvent": {
                        "e:mRID": "e1",
                        "e:createdDateTime": WHEN,
                        "e:EndDeviceEventType": {"ref": CODE},
                    }
                }
            },
        }
    },
    "lower camel, and one for a list": {
        "header": {"verb": "created", "noun": "EndDeviceEvents", "messageId": "m-1"},
        "payload": {
            "endDeviceEvents": {
                "endDeviceEvent": {"mrid": "e1", "createdDateTime": WHEN, "endDeviceEventType": {"ref": CODE}}
            }
        },
    },
    "the noun as a list": {
        "header": {"verb": "created", "noun": "EndDeviceEvents", "messageId": "m-1"},
        "payload": {
            "EndDeviceEvents": [{"mRID": "e1", "createdDateTime": WHEN, "EndDeviceEventType": {"ref": CODE}}],
        },
    },
    "the noun as its one child": {
        "header": {"verb": "created", "noun": "EndDeviceEvents", "messageId": "m-1"},
        "payload": {"EndDeviceEvents": {"mRID": "e1", "createdDateTime": WHEN, "EndDeviceEventType": {"ref": CODE}}},
    },
}


@pytest.mark.parametrize("name", FORMS)
def test_the_event_is_typed(name):
    data = json.dumps(FORMS[name])

    read = cimbus.decode(data)
    (event,) = read.payload.EndDeviceEvent
    assert (event.mRID, event.EndDeviceEventType.ref) == ("e1", CODE)
    assert event.createdDateTime.isoformat() == "2026-03-01T12:00:00+00:00"
    assert (read.header.verb, read.header.noun, read.header.message_id) == ("created", "EndDeviceEvents", "m-1")
    assert cimbus.decode_header(data) == read.header


@pytest.mark.parametrize("name", FORMS)
def test_what_is_written_is_one_form(name):
    read = cimbus.decode(json.dumps(FORMS[name]))

    for form in ("xml", "json"):
        assert cimbus.decode(cimbus.encode(read, form)) == read
    assert not of_a_serializer(cimbus.encode(read, "json"))


def test_a_list_of_main_children_is_one_noun():
    tree = {
        "header": {"verb": "created", "noun": "MeterReadings", "messageId": 7},
        "payload": {
            "MeterReadings": [{"Meter": {"mRID": "m-1"}, "Readings": [{"value": 4.50}]}, {"Meter": {"mRID": "m-2"}}]
        },
    }
    read = cimbus.decode(json.dumps(tree))

    assert [each.Meter.mRID for each in read.payload.MeterReading] == ["m-1", "m-2"]
    assert str(read.payload.MeterReading[0].Readings[0].value) == "4.5"
    assert read.header.message_id == "7"


def test_prefixes_of_two_namespaces_in_one_noun():
    tree = {
        "Header": {"Verb": "created", "Noun": "Crew"},
        "Payload": {
            "a:Crew": {"@xmlns:a": "urn:a", "@xmlns:b": "urn:b", "a:name": "x", "b:name": "y", "@xsi:type": "b:T"}
        },
    }
    crew = cimbus.decode(json.dumps({"EventMessage": tree})).payload

    assert [(each.namespace, each.text) for each in crew.children] == [("urn:a", "x"), ("urn:b", "y")]
    assert crew.namespace == "urn:a"


def test_our_own_form_is_left_alone():
    ours = '{"EventMessage":{"Header":{"Verb":"created","Noun":"X"},"Payload":{"X":{"@xmlns":"urn:x","@xmlns:p":"urn:p","@{urn:p}a":"1"}}}}'  # noqa: E501

    assert not of_a_serializer(ours.encode())
    assert cimbus.encode(cimbus.decode(ours), "json").decode() == ours


def test_a_document_that_is_too_deep_or_costs_too_much_is_refused():
    deep: object = "x"
    for _ in range(300):
        deep = {"a:b": deep}
    with pytest.raises(cimbus.DecodeError):
        cimbus.decode(json.dumps({"m:Header": {"m:Verb": "get"}, "m:Payload": deep}))
    wide = {"m:Header": {"m:Verb": "get"}, "m:Payload": {f"m:a{i}": i for i in range(2_000)}}
    with pytest.raises(cimbus.UnsafeError):
        cimbus.decode(json.dumps(wide), limits=Limits(max_work=1_000))


def test_attributes_in_our_own_form_stay_beside_prefixed_ones():
    data = """{"RequestMessage": {"Header": {"Verb": "create", "Noun": "Doc"}, "Payload": {"Doc": {
        "@xmlns": "urn:doc:1:0", "@{http://www.w3.org/2001/XMLSchema-instance}schemaLocation": "urn:a:b a.xsd",
        "@xmlns:u": "urn:u", "u:a": {"@u:b": "1"}}}}}"""

    read = cimbus.decode(data).payload
    assert read.attributes == {"{http://www.w3.org/2001/XMLSchema-instance}schemaLocation": "urn:a:b a.xsd"}
    assert read.children[0].attributes == {"{urn:u}b": "1"}
