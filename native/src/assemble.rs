//! The payload area and the message of what was found in a document.

use crate::border::{call, make};
use crate::envelope::Found;
use crate::make::Maker;
use crate::makers::Makers;
use crate::reader::Reader;
use crate::roots::{Envelope, Root, RootName};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyTuple};

/// The payload area: a query, an OperationSet, nouns, or nothing.
pub fn payload<'py>(
    py: Python<'py>,
    makers: &Makers,
    found: &mut Found<Bound<'py, PyAny>>,
    query: Option<Bound<'py, PyAny>>,
) -> Option<Bound<'py, PyAny>> {
    let cls = makers.payload.bind(py);
    if let Some(query) = query {
        let items = PyTuple::new(py, [query]).ok()?.into_any();
        let in_request = PyBool::new(py, true).to_owned().into_any();
        return call(cls, 0, &[items, in_request], Some(makers.query_names.bind(py)));
    }
    if let Some(set) = found.operation_set.take() {
        return call(cls, 0, &[set], Some(makers.set_name.bind(py)));
    }
    if found.items.is_empty() {
        return Some(makers.empty_payload.bind(py).clone());
    }
    of_nouns(py, makers, PyTuple::new(py, found.items.drain(..)).ok()?)
}

/// A payload area with nouns and nothing else.
pub fn of_nouns<'py>(py: Python<'py>, makers: &Makers, items: Bound<'py, PyTuple>) -> Option<Bound<'py, PyAny>> {
    let (cls, names) = (makers.payload.bind(py), makers.items_name.bind(py));
    match makers.payload_maker {
        Some(maker) => make(maker, cls, &[items.into_any()], names),
        None => call(cls, 0, &[items.into_any()], Some(names)),
    }
}

/// What a message is made of beside its payload.
pub struct Parts<'py> {
    pub header: Bound<'py, PyAny>,
    pub request: Option<Bound<'py, PyAny>>,
    pub reply: Option<Bound<'py, PyAny>>,
    /// None of one in JSON.
    pub origin: Option<Bound<'py, PyAny>>,
}

/// A message as `MessageContent.__init__` leaves it; `payload` is its area, or what makes it (`later`).
pub fn made_message<'py>(
    py: Python<'py>,
    makers: &Makers,
    message_type: &Py<PyAny>,
    parts: Parts<'py>,
    payload: Bound<'py, PyAny>,
    later: bool,
) -> Option<Bound<'py, PyAny>> {
    let none = || py.None().into_bound(py);
    let (area, lazy) = if later { (makers.empty_payload.bind(py).clone(), payload) } else { (payload, none()) };
    let values = [
        parts.header,
        message_type.bind(py).clone(),
        parts.request.unwrap_or_else(none),
        parts.reply.unwrap_or_else(none),
        none(), // extensions
        parts.origin.unwrap_or_else(none),
        area,
        lazy,
        PyTuple::empty(py).into_any(), // notes
    ];
    makers.message_slots.filled(py, values.into_iter())
}

/// Whether the verb or the areas of a message say that it is another one than its root's name does (`settle_root`).
///
/// Where the namespace says that the name is right all the same, the walker finds that.
fn says_another(envelope: Envelope, verb: &str, has_request: bool) -> bool {
    match verb {
        "reply" => true,
        _ if has_request || verb == "get" => envelope != Envelope::Request,
        _ => verb.ends_with("ed") && envelope != Envelope::Event,
    }
}

/// The message; `payload` is its area, or what makes it (`later`).
pub fn message<'py>(
    py: Python<'py>,
    makers: &Makers,
    reader: &mut Reader<'_, Maker<'py, '_>>,
    root: Root,
    name: &RootName,
    found: Found<Bound<'py, PyAny>>,
    payload: Bound<'py, PyAny>,
    later: bool,
) -> Option<Bound<'py, PyAny>> {
    let header = found.header?;
    let verb = header.getattr(pyo3::intern!(py, "verb")).ok()?;
    if name.guessed && says_another(name.envelope, verb.extract().ok()?, found.request.is_some()) {
        return None;
    }
    let (local, uri) = (reader.cursor.str(root.name.local())?, reader.cursor.str(root.uri)?);
    let origin = [
        reader.sink.shared(local)?,
        reader.sink.shared(uri)?,
        verb,
        header.getattr(pyo3::intern!(py, "noun")).ok()?,
        name.verb.bind(py).clone(),
    ];
    let origin = call(makers.origin.bind(py), 0, &origin, Some(makers.origin_names.bind(py)))?;
    let parts = Parts { header, request: found.request, reply: found.reply, origin: Some(origin) };
    made_message(py, makers, &name.message_type, parts, payload, later)
}
