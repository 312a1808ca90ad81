"""What a noun's declaration says, in other forms: XML Schema, JSON Schema, a page of documentation."""

from __future__ import annotations

from .json_schema import class_json_schema, json_schema
from .markdown import markdown_page
from .reachable import classes_of, enums_of
from .xml_schema import xml_schema

__all__ = ["class_json_schema", "classes_of", "enums_of", "json_schema", "markdown_page", "xml_schema"]
