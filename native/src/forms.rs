//! How objects are written, as Python tells once: the declared classes with their parts in the order of the schema.
//!
//! `cimbus/interface/codecs/native/forms.py` makes the `...Table` objects that are read here.

use crate::border::Slots;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::collections::{HashMap, HashSet};

/// The place of `extensions` in the slots of a form: it comes first.
pub const EXTENSIONS: usize = 0;

/// What is written for a value.
pub enum Kind {
    /// A text or a member of an enumeration.
    Text,
    DateTime,
    Decimal,
    Float,
    Integer,
    Boolean,
    /// What a function of Python returns for the value; rare types.
    Call(Py<PyAny>),
    /// An object of the class with this form.
    Form(usize),
    /// One noun of whatever class.
    Noun,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Element,
    Attribute,
    Text,
}

/// A field of a class.
pub struct Part {
    pub kind: Kind,
    pub place: Place,
    pub many: bool,
    /// Whether nothing is written without it.
    pub mandatory: bool,
    /// What is written if it is missing.
    pub nil: Box<[u8]>,
    /// `<name>`, or ` name="` of an attribute.
    pub open: Box<[u8]>,
    /// `</name>`, or `"`.
    pub close: Box<[u8]>,
    /// The name.
    pub tag: Box<[u8]>,
}

/// A class.
pub struct Form {
    /// None if a field is no slot; its objects are not written here.
    pub slots: Option<Slots>,
    pub parts: Box<[Part]>,
    pub has_attributes: bool,
}

/// What a class is written as if it stands by itself.
pub struct NounForm {
    pub form: usize,
    pub tag: Box<[u8]>,
    /// The declaration of its namespace, with a space before it.
    pub declared: Box<[u8]>,
}

pub struct Forms {
    pub forms: Vec<Form>,
    /// By the address of the class, which `forms` keeps alive.
    pub nouns: HashMap<usize, NounForm>,
    pub header: usize,
    pub request: usize,
    pub reply: usize,
    pub operation_set: usize,
    /// Classes of texts beside `str`, by address, and the classes themselves.
    pub texts: HashSet<usize>,
    _texts: Vec<Py<PyAny>>,
    pub message: Slots,
    pub payload: Slots,
    /// What stands before the root's name, and the declaration behind it.
    pub begin: Box<[u8]>,
    pub declared: Box<[u8]>,
}

#[derive(FromPyObject)]
struct PartTable {
    name: String,
    xml: String,
    kind: String,
    place: String,
    many: bool,
    mandatory: bool,
    nil: String,
    form: usize,
    write: Py<PyAny>,
}

#[derive(FromPyObject)]
struct FormTable<'py> {
    cls: Bound<'py, PyAny>,
    parts: Vec<PartTable>,
    noun: String,
    declared: String,
}

#[derive(FromPyObject)]
pub struct GivenForms<'py> {
    forms: Vec<FormTable<'py>>,
    header: usize,
    request: usize,
    reply: usize,
    operation_set: usize,
    texts: Vec<Bound<'py, PyAny>>,
    message: Bound<'py, PyAny>,
    message_fields: Vec<String>,
    payload: Bound<'py, PyAny>,
    payload_fields: Vec<String>,
    begin: String,
    declared: String,
}

impl Forms {
    pub fn new(given: GivenForms<'_>) -> PyResult<Forms> {
        let mut nouns = HashMap::new();
        let mut forms = Vec::with_capacity(given.forms.len());
        for (number, table) in given.forms.into_iter().enumerate() {
            if !table.noun.is_empty() {
                let noun = NounForm { form: number, tag: octets(&table.noun), declared: octets(&table.declared) };
                nouns.insert(address(&table.cls), noun);
            }
            forms.push(form(table)?);
        }
        Ok(Forms {
            forms,
            nouns,
            header: given.header,
            request: given.request,
            reply: given.reply,
            operation_set: given.operation_set,
            texts: given.texts.iter().map(address).collect(),
            _texts: given.texts.into_iter().map(Bound::unbind).collect(),
            message: slots(&given.message, given.message_fields.iter().map(String::as_str))?,
            payload: slots(&given.payload, given.payload_fields.iter().map(String::as_str))?,
            begin: octets(&given.begin),
            declared: octets(&given.declared),
        })
    }
}

/// What tells classes apart.
pub fn address(object: &Bound<'_, PyAny>) -> usize {
    object.as_ptr() as usize
}

fn octets(text: &str) -> Box<[u8]> {
    text.as_bytes().into()
}

fn slots<'n>(cls: &Bound<'_, PyAny>, names: impl Iterator<Item = &'n str>) -> PyResult<Slots> {
    Slots::new(cls, names).ok_or_else(|| PyValueError::new_err(format!("{cls} has an attribute that is no slot")))
}

fn form(table: FormTable<'_>) -> PyResult<Form> {
    let names = std::iter::once("extensions").chain(table.parts.iter().map(|part| part.name.as_str()));
    let slots = Slots::new(&table.cls, names);
    let parts = table.parts.into_iter().map(part).collect::<PyResult<Box<[Part]>>>()?;
    let has_attributes = parts.iter().any(|part| part.place == Place::Attribute);
    Ok(Form { slots, parts, has_attributes })
}

fn part(table: PartTable) -> PyResult<Part> {
    let unknown = |what: &str| PyValueError::new_err(format!("{}: unknown {what}", table.name));
    let kind = match table.kind.as_str() {
        "string" | "enum" => Kind::Text,
        "dateTime" => Kind::DateTime,
        "decimal" => Kind::Decimal,
        "float" => Kind::Float,
        "integer" => Kind::Integer,
        "boolean" => Kind::Boolean,
        "call" => Kind::Call(table.write),
        "class" => Kind::Form(table.form),
        "any" => Kind::Noun,
        _ => return Err(unknown("kind")),
    };
    let xml = &table.xml;
    let (place, open, close) = match table.place.as_str() {
        "element" => (Place::Element, format!("<{xml}>"), format!("</{xml}>")),
        "attribute" => (Place::Attribute, format!(" {xml}=\""), "\"".to_owned()),
        "text" => (Place::Text, String::new(), String::new()),
        _ => return Err(unknown("place")),
    };
    Ok(Part {
        kind,
        place,
        many: table.many,
        mandatory: table.mandatory,
        nil: octets(&table.nil),
        open: octets(&open),
        close: octets(&close),
        tag: octets(xml),
    })
}
