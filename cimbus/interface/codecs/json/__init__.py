"""JSON: the same tree as the XML, with the same names.

``{"EventMessage": {"Header": {...}, "Payload": {"EndDeviceEvents": {...}}}}``. There is no standard to follow (IEC
61968-100 Ed. 1 has XML only), so what other programs send is read leniently: header keys in another case, a missing
root, numbers for texts, a whole XML document inside a string.
"""

from __future__ import annotations

from .reader import decode_json, read_json, scan_json_header
from .writer import encode_json

__all__ = ["decode_json", "encode_json", "read_json", "scan_json_header"]
