//! The envelope in JSON: `{"EventMessage": {"Header": ..., "Payload": {"EndDeviceEvents": ...}}}`.

use crate::assemble::{self, Parts};
use crate::codec::Codec;
use crate::json_cursor::JsonCursor;
use crate::json_reader::JsonReader;
use crate::make::Maker;
use crate::memo::Memos;
use crate::roots::{Envelope, RootName};
use crate::sink::Sink;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::sync::Arc;

/// What was found in an envelope.
#[derive(Default)]
struct Areas<'py> {
    header: Option<Bound<'py, PyAny>>,
    request: Option<Bound<'py, PyAny>>,
    reply: Option<Bound<'py, PyAny>>,
    payload: Option<Bound<'py, PyAny>>,
}

/// The message in a document whose characters are such as XML allows.
pub fn message<'py>(codec: &Codec, py: Python<'py>, text: &str, memos: &mut Memos) -> Option<Bound<'py, PyAny>> {
    let mut reader = reader(codec, py, text, memos);
    let root = root(codec, py, &mut reader)?;
    let mut found = Areas::default();
    loop {
        area(py, &mut reader, root.envelope, &mut found)?;
        if !reader.cursor.takes(b',')? {
            break;
        }
    }
    reader.cursor.take(b'}')?;
    reader.cursor.take(b'}')?;
    let complete = found.reply.is_some() || root.envelope != Envelope::Response;
    if !reader.cursor.ends() || !complete {
        return None;
    }
    let makers = &codec.tables.makers;
    let payload = found.payload.unwrap_or_else(|| makers.empty_payload.bind(py).clone());
    let parts = Parts { header: found.header?, request: found.request, reply: found.reply, origin: None };
    assemble::made_message(py, makers, &root.message_type, parts, payload, false)
}

/// The header of the message in a document of which this is the beginning, if it comes first.
pub fn header<'py>(codec: &Codec, py: Python<'py>, text: &str, memos: &mut Memos) -> Option<Bound<'py, PyAny>> {
    let mut reader = reader(codec, py, text, memos);
    reader.only_header = true;
    let root = root(codec, py, &mut reader)?;
    let mut found = Areas::default();
    area(py, &mut reader, root.envelope, &mut found)?;
    found.header
}

fn reader<'a, 'py>(codec: &'a Codec, py: Python<'py>, text: &'a str, memos: &'a mut Memos) -> JsonReader<'a, 'py> {
    let maker = Maker::new(py, &codec.tables, memos);
    JsonReader { cursor: JsonCursor::new(text), tables: &codec.tables, maker, in_noun: false, only_header: false }
}

/// The name of the envelope, and its `{`.
fn root(codec: &Codec, py: Python<'_>, reader: &mut JsonReader<'_, '_>) -> Option<Arc<RootName>> {
    reader.cursor.take(b'{')?;
    let name = reader.cursor.name()?;
    reader.cursor.take(b'{')?;
    codec.root_name(py, name).filter(|root| root.generic)
}

/// One area with its name.
fn area<'py>(
    py: Python<'py>,
    reader: &mut JsonReader<'_, 'py>,
    envelope: Envelope,
    found: &mut Areas<'py>,
) -> Option<()> {
    let tables = reader.tables;
    let may_have = |which: Envelope| envelope == Envelope::Message || envelope == which;
    let name = reader.cursor.name()?;
    if name == "Payload" {
        let made = payload(py, reader)?;
        return found.payload.replace(made).is_none().then_some(());
    }
    let (class, place) = match name {
        "Header" => (tables.header, &mut found.header),
        "Request" if may_have(Envelope::Request) => (tables.request, &mut found.request),
        "Reply" if may_have(Envelope::Response) => (tables.reply, &mut found.reply),
        _ => return None,
    };
    reader.object(class, 0)?;
    place.replace(reader.maker.pop()?).is_none().then_some(())
}

/// The payload area: one noun, or nothing.
fn payload<'py>(py: Python<'py>, reader: &mut JsonReader<'_, 'py>) -> Option<Bound<'py, PyAny>> {
    let tables = reader.tables;
    reader.cursor.take(b'{')?;
    if reader.cursor.takes(b'}')? {
        return Some(tables.makers.empty_payload.bind(py).clone());
    }
    let class = *tables.json_nouns.get(reader.cursor.name()?.as_bytes())?;
    reader.in_noun = true;
    reader.object(class, 1)?;
    reader.in_noun = false;
    reader.cursor.take(b'}')?;
    assemble::of_nouns(py, &tables.makers, PyTuple::new(py, [reader.maker.pop()?]).ok()?)
}
