//! A whole message with its generic root, as `cimbus.interface.codecs.xml.render` writes it.

use crate::forms::Forms;
use crate::makers::Makers;
use crate::writer::Writer;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyTuple};

/// The places of a message's attributes in `Forms.message`.
const MESSAGE_TYPE: usize = 0;
const HEADER: usize = 1;
const REQUEST: usize = 2;
const REPLY: usize = 3;
const BESIDE: usize = 4;
/// The places of a payload area's fields in `Forms.payload`; the rest has to be None.
const ITEMS: usize = 0;
const IN_REQUEST: usize = 1;
const OPERATION_SET: usize = 2;
const WAS_COMPRESSED: usize = 3;
const IDS: usize = 4;
const REST: std::ops::Range<usize> = 5..8;

/// The octets of a message; None if it is not plain.
pub fn message<'py>(
    message: &Bound<'py, PyAny>,
    forms: &Forms,
    makers: &Makers,
    lenient: bool,
) -> Option<Bound<'py, PyBytes>> {
    let py = message.py();
    let content = forms.message.of(message)?;
    if !content.get(BESIDE)?.is_none() {
        return None;
    }
    let mut writer = Writer::new(py, forms, makers, lenient);
    let root = content.get(MESSAGE_TYPE)?;
    let root = writer.str_of(&root)?.to_owned();
    if root == "FaultMessage" {
        return None;
    }
    let area = message.getattr(intern!(py, "payload_area")).ok()?;
    let area = Area::of(forms, &area)?;
    writer.put(&forms.begin);
    writer.put(root.as_bytes());
    writer.put(&forms.declared);
    writer.out.push(b'>');
    writer.object(forms.forms.get(forms.header)?, &content.get(HEADER)?, b"Header", b"")?;
    request(&mut writer, &content.get(REQUEST)?, &area)?;
    let reply = content.get(REPLY)?;
    if !reply.is_none() {
        writer.object(forms.forms.get(forms.reply)?, &reply, b"Reply", b"")?;
    }
    payload(&mut writer, &area)?;
    writer.put(b"</");
    writer.put(root.as_bytes());
    writer.out.push(b'>');
    Some(PyBytes::new(py, &writer.out))
}

/// A payload area that holds nouns, or one OperationSet, and nothing else.
struct Area<'py> {
    items: Bound<'py, PyTuple>,
    in_request: bool,
    operation_set: Bound<'py, PyAny>,
}

impl<'py> Area<'py> {
    fn of(forms: &Forms, area: &Bound<'py, PyAny>) -> Option<Area<'py>> {
        let values = forms.payload.of(area)?;
        let tuple = |place| values.get(place)?.cast_into_exact::<PyTuple>().ok();
        let truth = |place| Some(values.get(place)?.cast_exact::<PyBool>().ok()?.is_true());
        for place in REST {
            values.get(place)?.is_none().then_some(())?;
        }
        if truth(WAS_COMPRESSED)? || !tuple(IDS)?.is_empty() {
            return None;
        }
        let (items, in_request) = (tuple(ITEMS)?, truth(IN_REQUEST)?);
        let operation_set = values.get(OPERATION_SET)?;
        let both = !operation_set.is_none() && !items.is_empty();
        (!both).then_some(Area { items, in_request, operation_set })
    }
}

/// The request area, with the query in it.
fn request<'py>(writer: &mut Writer<'_, 'py>, request: &Bound<'py, PyAny>, area: &Area<'py>) -> Option<()> {
    let holds_query = area.in_request && !area.items.is_empty();
    if request.is_none() && !holds_query {
        return Some(());
    }
    let begin = writer.out.len();
    if request.is_none() {
        writer.put(b"<Request/>");
    } else {
        let forms = writer.forms;
        writer.object(forms.forms.get(forms.request)?, request, b"Request", b"")?;
    }
    if !holds_query {
        return Some(());
    }
    let end = writer.out.len();
    if writer.out.get(begin..)? == b"<Request/>" {
        writer.out.truncate(end - b"/>".len());
        writer.out.push(b'>');
    } else {
        writer.out.truncate(end - b"</Request>".len());
    }
    for item in &area.items {
        writer.noun(&item)?;
    }
    writer.put(b"</Request>");
    Some(())
}

fn payload<'py>(writer: &mut Writer<'_, 'py>, area: &Area<'py>) -> Option<()> {
    let nouns = !area.in_request && !area.items.is_empty();
    if !nouns && area.operation_set.is_none() {
        return Some(());
    }
    writer.put(b"<Payload>");
    if nouns {
        for item in &area.items {
            writer.noun(&item)?;
        }
    } else {
        let forms = writer.forms;
        writer.object(forms.forms.get(forms.operation_set)?, &area.operation_set, b"OperationSet", b"")?;
    }
    writer.put(b"</Payload>");
    Some(())
}
