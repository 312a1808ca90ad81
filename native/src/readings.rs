//! The columns of the readings in a document, as Python gets them.

use crate::codec::Codec;
use crate::document::Document;
use crate::blocks::Blocks;
use crate::columns::{Columns, ReadingBits, Role};
use crate::tables::{Class, Tables};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyDict, PyTuple};

/// The columns, and the texts that they refer to; None if the document has to be read in Python.
pub fn columns<'py>(
    codec: &Codec,
    py: Python<'py>,
    document: &Document<'_>,
    given: &Bound<'py, PyTuple>,
) -> Option<Bound<'py, PyDict>> {
    let roles = codec.roles(given)?;
    let mut reader = codec.reader(document, Vec::with_capacity(8), Columns::new(&roles));
    let mut around = Vec::new();
    let root = reader.root(&mut around)?;
    let name = codec.root_name(py, reader.cursor.str(root.name.local())?)?;
    let items = py.detach(|| {
        let found = reader.areas(root, &name, &around)?;
        (found.operation_set.is_none() && reader.query.is_none()).then_some(found.items.len())
    })?;
    let found = &reader.sink;
    if items == 0 || found.nouns != items || found.unmetered != found.rows.len() {
        return None;
    }
    let block = py.detach(|| Blocks::new(&found.rows, found.words.len()))?;
    let made = as_dict(py, &block).ok()?;
    made.set_item("words", found.words.iter().map(|word| &**word).collect::<Vec<_>>()).ok()?;
    Some(made)
}

/// What classes are to the columns (`cimbus/readings/native_columns.py`), by the number of the class.
pub fn roles(tables: &Tables, given: &Bound<'_, PyTuple>) -> Option<Vec<Option<Role>>> {
    let given: Vec<(String, Bound<'_, PyAny>)> = given.extract().ok()?;
    let mut roles = vec![None; tables.classes.len()];
    for (word, cls) in &given {
        if let Some(class) = tables.classes.iter().find(|class| class.cls.is(cls)) {
            *roles.get_mut(class.number)? = Some(role(word, class)?);
        }
    }
    Some(roles)
}

fn role(word: &str, class: &Class) -> Option<Role> {
    let bit = |name: &str| {
        let mut fields = class.elements.iter();
        fields.find(|field| &*field.word.octets == name.as_bytes()).map_or(0, |field| field.bit)
    };
    Some(match word {
        "name" => Role::Name(bit("name")),
        "thing" => Role::Thing(bit("mRID"), bit("Names")),
        "period" => Role::Period(bit("start"), bit("end")),
        "quality" => Role::Quality(bit("ReadingQualityType")),
        "interval" | "register" => Role::Reading(ReadingBits {
            reason: bit("reason"),
            reported: bit("reportedDateTime"),
            source: bit("source"),
            time: bit("timeStamp"),
            value: bit("value"),
            qualities: bit("ReadingQualities"),
            kind: bit("ReadingType"),
            period: bit("timePeriod"),
            is_interval: word == "interval",
        }),
        "block" => Role::Block(bit("ReadingType")),
        "meter" => Role::Meter(bit("Meter"), bit("UsagePoint")),
        "noun" => Role::Noun,
        "left" => Role::Left,
        _ => return None,
    })
}

fn as_dict<'py>(py: Python<'py>, blocks: &Blocks) -> PyResult<Bound<'py, PyDict>> {
    let made = PyDict::new(py);
    made.set_item("texts", octets(py, &blocks.texts, u32::to_ne_bytes)?)?;
    made.set_item("times", octets(py, &blocks.times, i64::to_ne_bytes)?)?;
    made.set_item("mantissa", octets(py, &blocks.mantissa, f64::to_ne_bytes)?)?;
    made.set_item("scale", octets(py, &blocks.scale, u32::to_ne_bytes)?)?;
    made.set_item("scales", &blocks.scales)?;
    made.set_item("reading_types", &blocks.reading_types)?;
    made.set_item("qualities", &blocks.qualities)?;
    Ok(made)
}

/// Numbers as an array in the machine's order, which NumPy takes as it is.
fn octets<'py, T: Copy, const N: usize>(
    py: Python<'py>,
    column: &[T],
    write: impl Fn(T) -> [u8; N],
) -> PyResult<Bound<'py, PyByteArray>> {
    PyByteArray::new_with(py, column.len() * N, |room| {
        for (place, value) in room.chunks_exact_mut(N).zip(column) {
            place.copy_from_slice(&write(*value));
        }
        Ok(())
    })
}
