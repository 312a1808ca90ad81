//! What messages are made of: Python's classes, and the names by which their arguments are given.

use crate::border::Slots;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

/// The slots of a message (`cimbus.interface.message_content`).
const MESSAGE: [&str; 9] =
    ["header", "message_type", "request_area", "reply_area", "extensions", "origin", "_area", "_lazy", "_notes"];

pub struct Makers {
    /// Where a message has its parts, in the order of `MESSAGE`.
    pub message_slots: Slots,
    pub origin: Py<PyAny>,
    pub origin_names: Py<PyTuple>,
    pub payload: Py<PyAny>,
    /// What makes a payload area; see `border::maker_of`.
    pub payload_maker: Option<pyo3::ffi::vectorcallfunc>,
    pub items_name: Py<PyTuple>,
    pub query_names: Py<PyTuple>,
    pub set_name: Py<PyTuple>,
    pub empty_payload: Py<PyAny>,
    pub extension: Py<PyAny>,
    pub extension_names: Py<PyTuple>,
    pub extensions: Py<PyAny>,
    pub extensions_name: Py<PyTuple>,
    pub element: Py<PyAny>,
    pub element_names: Py<PyTuple>,
    /// The attributes and prefixes of an element without any.
    pub nothing: Py<PyAny>,
    pub notation: Py<PyAny>,
    pub decimal: Py<PyAny>,
    pub timezone: Py<PyAny>,
    pub utc: Py<PyAny>,
    /// What a root's name says.
    pub parse_root: Py<PyAny>,
    /// The walker's reading of the payload of a document, within limits: (payload, notes).
    pub reopen: Py<PyAny>,
}

#[derive(FromPyObject)]
pub struct GivenMakers<'py> {
    message: Bound<'py, PyAny>,
    origin: Py<PyAny>,
    payload: Bound<'py, PyAny>,
    extension: Py<PyAny>,
    extensions: Py<PyAny>,
    element: Py<PyAny>,
    nothing: Py<PyAny>,
    notation: Py<PyAny>,
    decimal: Py<PyAny>,
    timezone: Py<PyAny>,
    utc: Py<PyAny>,
    parse_root: Py<PyAny>,
    reopen: Py<PyAny>,
}

impl Makers {
    pub fn new(py: Python<'_>, given: GivenMakers<'_>) -> PyResult<Makers> {
        let names = |words: &[&str]| -> PyResult<Py<PyTuple>> {
            Ok(PyTuple::new(py, words.iter().map(|word| PyString::intern(py, word)))?.unbind())
        };
        Ok(Makers {
            message_slots: Slots::to_fill(&given.message, MESSAGE.into_iter())
                .ok_or_else(|| PyValueError::new_err("a message has other attributes than slots"))?,
            origin: given.origin,
            origin_names: names(&["root", "namespace", "verb", "noun", "root_verb"])?,
            empty_payload: given.payload.call0()?.unbind(),
            payload_maker: crate::border::maker_of(&given.payload),
            payload: given.payload.unbind(),
            items_name: names(&["items"])?,
            query_names: names(&["items", "in_request"])?,
            set_name: names(&["operation_set"])?,
            extension: given.extension,
            extension_names: names(&["element", "after"])?,
            extensions: given.extensions,
            extensions_name: names(&["elements"])?,
            element: given.element,
            element_names: names(&["attributes", "text", "children", "prefixes"])?,
            nothing: given.nothing,
            notation: given.notation,
            decimal: given.decimal,
            timezone: given.timezone,
            utc: given.utc,
            parse_root: given.parse_root,
            reopen: given.reopen,
        })
    }
}
