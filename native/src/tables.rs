//! What Python tells once: the declared classes with their fields, the nouns, and what messages are made of.
//!
//! `cimbus/interface/codecs/native/tables.py` makes the `...Table` objects that are read here.

use crate::border::Slots;
use crate::document::Bounds;
use crate::fields::{field, missing, FieldTable};
pub use crate::fields::{Absent, Field, Kind, Rule};
use crate::hashing::Names;
use crate::makers::{GivenMakers, Makers};
use crate::octets::Word;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Fields of one class: a mask has a bit for each, and one for the extensions.
const MOST_FIELDS: usize = 63;
pub const EXTENSIONS: u64 = 1 << 63;

pub struct Class {
    pub number: usize,
    pub cls: Py<PyAny>,
    /// In the order of the schema; the attributes and the text come first in an object's arguments.
    pub elements: Vec<Field>,
    pub attributes: Vec<Field>,
    pub text: Option<Field>,
    /// Which fields have to be there.
    pub required: u64,
    /// Of which fields at most one may be there.
    pub choice: u64,
    /// The place of the field that takes a noun of whatever name.
    pub noun: Option<usize>,
    /// Whether all its fields are of kinds that are read here.
    pub usable: bool,
    /// Whether any field has an `absent` of its own.
    pub adds_absent: bool,
    /// The names of its fields in JSON, each with its closing quotation mark: attributes, text, elements.
    pub members: Vec<Word>,
    /// Whether its objects are read from JSON.
    pub in_json: bool,
    /// Fields that an object in JSON has to have since its class gives something else for them than the walker.
    pub given: u64,
    /// One attribute and nothing else, as a code reference has: equal ones are one object.
    pub is_reference: bool,
    /// The child after which other elements may stand, empty for the last; None if the schema allows none.
    pub wildcard: Option<Box<[u8]>>,
    /// The request area, in which a query may stand.
    pub is_request: bool,
    /// What its objects have, if they are their fields and nothing else: attributes, text, elements, extensions.
    pub slots: Option<Slots>,
    /// For each field in that order: what an object gets where it is missing.
    pub missing: Vec<Absent>,
    /// What makes an object otherwise; see `border::maker_of`.
    pub maker: Option<pyo3::ffi::vectorcallfunc>,
}

pub struct Tables {
    pub classes: Vec<Class>,
    pub fields: usize,
    /// By local name: namespace and class of each noun that is called so.
    pub nouns: Names<Vec<(Box<[u8]>, usize)>>,
    /// By name: the class of a noun in JSON, which has no namespaces.
    pub json_nouns: Names<usize>,
    /// The namespace of the envelope.
    pub namespace: Box<[u8]>,
    pub verbs: Vec<Box<[u8]>>,
    /// Children of a payload area that are no nouns, in lower case.
    pub no_nouns: Vec<Box<[u8]>>,
    pub header: usize,
    pub request: usize,
    pub reply: usize,
    pub operation_set: usize,
    pub makers: Makers,
    /// The default limits: as numbers, and as Python has them.
    pub bounds: Bounds,
    pub limits: Py<PyAny>,
}

#[derive(FromPyObject)]
struct ClassTable<'py> {
    cls: Bound<'py, PyAny>,
    elements: Vec<FieldTable>,
    attributes: Vec<FieldTable>,
    text: Option<FieldTable>,
    choice: Vec<String>,
    usable: bool,
    in_json: bool,
    plain: bool,
    wildcard: Option<String>,
    is_request: bool,
}

#[derive(FromPyObject)]
pub struct GivenTables<'py> {
    classes: Vec<ClassTable<'py>>,
    nouns: Vec<(String, String, usize)>,
    json_nouns: Vec<(String, usize)>,
    namespace: String,
    verbs: Vec<String>,
    no_nouns: Vec<String>,
    header: usize,
    request: usize,
    reply: usize,
    operation_set: usize,
    makers: GivenMakers<'py>,
    limits: Bound<'py, PyAny>,
}

impl Tables {
    pub fn new(py: Python<'_>, given: GivenTables<'_>) -> PyResult<Tables> {
        let mut fields = 0;
        let classes = given.classes.into_iter().enumerate();
        let classes = classes.map(|(number, table)| class(py, number, table, &mut fields)).collect::<PyResult<_>>()?;
        let mut nouns: Names<Vec<(Box<[u8]>, usize)>> = Names::default();
        for (name, namespace, class) in given.nouns {
            nouns.entry(octets(&name)).or_default().push((octets(&namespace), class));
        }
        Ok(Tables {
            classes,
            fields,
            nouns,
            json_nouns: given.json_nouns.iter().map(|(name, class)| (octets(name), *class)).collect(),
            namespace: octets(&given.namespace),
            verbs: given.verbs.iter().map(|verb| octets(verb)).collect(),
            no_nouns: given.no_nouns.iter().map(|name| octets(name)).collect(),
            header: given.header,
            request: given.request,
            reply: given.reply,
            operation_set: given.operation_set,
            makers: Makers::new(py, given.makers)?,
            bounds: given.limits.extract()?,
            limits: given.limits.unbind(),
        })
    }

    /// The class of a noun; Err if it is registered, but not in this namespace.
    pub fn noun(&self, name: &[u8], namespace: &[u8]) -> Result<Option<usize>, ()> {
        match self.nouns.get(name) {
            None => Ok(None),
            Some(same) => same.iter().find(|(uri, _)| &uri[..] == namespace).map(|(_, class)| Some(*class)).ok_or(()),
        }
    }
}

impl Class {
    /// The field of a member.
    #[inline(always)]
    pub fn field(&self, place: usize) -> Option<&Field> {
        let behind = self.attributes.len() + usize::from(self.text.is_some());
        match place.checked_sub(behind) {
            Some(element) => self.elements.get(element),
            None => self.attributes.get(place).or(self.text.as_ref()),
        }
    }
}

fn octets(text: &str) -> Box<[u8]> {
    text.as_bytes().into()
}

fn class(py: Python<'_>, number: usize, table: ClassTable<'_>, fields: &mut usize) -> PyResult<Class> {
    if table.elements.len() + table.attributes.len() > MOST_FIELDS && table.usable {
        return Err(PyValueError::new_err(format!("class {number} has more than {MOST_FIELDS} fields")));
    }
    let (mut bit, mut required, mut choice) = (1u64, 0, 0);
    let mut members = Vec::new();
    let mut read = |table_of: FieldTable| {
        members.push(Word::new(&format!("{}\"", table_of.json)));
        required |= if table_of.required { bit } else { 0 };
        choice |= if table.choice.contains(&table_of.xml) { bit } else { 0 };
        *fields += 1;
        let made = field(py, table_of, bit, *fields - 1);
        bit = bit.rotate_left(1);
        made
    };
    let attributes = table.attributes.into_iter().map(&mut read).collect::<PyResult<Vec<_>>>()?;
    let text = table.text.map(&mut read).transpose()?;
    let elements = table.elements.into_iter().map(&mut read).collect::<PyResult<Vec<_>>>()?;
    let slots = if table.plain { slots(py, &table.cls, attributes.iter().chain(&text).chain(&elements)) } else { None };
    let missing = attributes.iter().chain(&text).chain(&elements).map(missing).collect();
    let own = attributes.iter().chain(&elements).filter(|field| field.absent != Absent::Default);
    let given = own.chain(&text).fold(0, |mask, field| mask | field.bit);
    Ok(Class {
        number,
        members,
        in_json: table.in_json,
        given,
        slots,
        missing,
        maker: crate::border::maker_of(&table.cls),
        cls: table.cls.unbind(),
        is_reference: elements.is_empty() && text.is_none() && attributes.len() == 1,
        adds_absent: attributes.iter().chain(&text).chain(&elements).any(|field| field.absent != Absent::Default),
        noun: elements.iter().position(|field| matches!(field.kind, Kind::Noun)),
        elements,
        attributes,
        text,
        required,
        choice,
        usable: table.usable,
        wildcard: table.wildcard.map(|word| octets(&word)),
        is_request: table.is_request,
    })
}

fn slots<'f>(py: Python<'_>, cls: &Bound<'_, PyAny>, fields: impl Iterator<Item = &'f Field>) -> Option<Slots> {
    let names = fields.map(|field| field.name.bind(py).to_str().ok()).collect::<Option<Vec<_>>>()?;
    Slots::to_fill(cls, names.into_iter().chain(["extensions"]))
}
