//! The columns of the readings in a document, as Python gets them.

use crate::codec::Codec;
use crate::columns::{Columns, ReadingBits, Role};
use crate::document::Document;
use crate::tables::{Class, Tables};
use crate::{blocks, border};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyString, PyTuple};

/// What Python gives for columns: what a reference to a reading type is (text, unit, multiplier), what the references
/// of qualities are, and an empty NumPy array of a shape and type.
#[derive(FromPyObject)]
pub struct Given<'py>(Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// Texts as an array of objects, times and values as octets; None if the document has to be read in Python.
pub type Made<'py> = (Bound<'py, PyAny>, Bound<'py, PyByteArray>, Bound<'py, PyByteArray>);

pub fn columns<'py>(
    codec: &Codec,
    py: Python<'py>,
    document: &Document<'_>,
    roles: &Bound<'py, PyTuple>,
    given: &Given<'py>,
) -> Option<Made<'py>> {
    let roles = codec.roles(roles)?;
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
    let (rows, words) = (&found.rows, found.words.len());
    let (kinds, qualities, places) = py.detach(|| {
        let kinds = blocks::used(rows.iter().map(|row| row.reading_type), words);
        let qualities = blocks::used(rows.iter().map(|row| row.quality), words);
        Some((kinds, qualities, blocks::texts(rows, words)?))
    })?;
    let described = Described::new(py, &found.words, kinds, qualities, given)?;
    let (times, values) = py.detach(|| Some((blocks::times(rows), blocks::values(rows, &described.multipliers)?)))?;
    let Given(_, _, empty) = given;
    let texts = empty.call1(((blocks::TEXTS, rows.len()), "O")).ok()?;
    border::fill(&texts, &described.texts, &places)?;
    Some((texts, octets(py, &times, i64::to_ne_bytes).ok()?, octets(py, &values, f64::to_ne_bytes).ok()?))
}

/// What Python says of the words of a document.
struct Described<'py> {
    /// All texts that may stand in a column, in the order of `blocks::texts`.
    texts: Vec<Bound<'py, PyAny>>,
    /// By the place of a reading type among the words.
    multipliers: Vec<i32>,
}

impl<'py> Described<'py> {
    /// `kinds` and `qualities` are the places of reading types and of qualities among the words.
    fn new(
        py: Python<'py>,
        words: &[Box<str>],
        kinds: Vec<usize>,
        qualities: Vec<usize>,
        given: &Given<'py>,
    ) -> Option<Described<'py>> {
        let Given(reading_type_of, qualities_of, _) = given;
        let count = words.len();
        let mut texts: Vec<_> = words.iter().map(|word| PyString::new(py, word).into_any()).collect();
        texts.resize(4 * count, texts.first()?.clone()); // the first is empty
        let mut multipliers = vec![0; count];
        // the place of the empty word is passed: it is no reference
        for place in kinds.into_iter().filter(|place| *place > 0) {
            let said = reading_type_of.call1((&texts[place],)).ok()?;
            (texts[count + place], texts[2 * count + place], multipliers[place]) = said.extract().ok()?;
        }
        for place in qualities.into_iter().filter(|place| *place > 0) {
            texts[3 * count + place] = qualities_of.call1((&texts[place],)).ok()?;
        }
        texts.extend([intern!(py, "register"), intern!(py, "interval")].map(|kind| kind.clone().into_any()));
        Some(Described { texts, multipliers })
    }
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
