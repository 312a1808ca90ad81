//! The fields of the declared classes.

use crate::octets::Word;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// What stands in an element.
pub enum Kind {
    Text,
    DateTime,
    Decimal,
    Float,
    Integer,
    Boolean,
    /// The texts of the members, and the members.
    Enum(Vec<(Box<[u8]>, Py<PyAny>)>),
    /// An object of the class with this index.
    Class(usize),
    /// One noun of whatever name.
    Noun,
}

/// What the header wants of a text beside its kind (`cimbus.interface.codecs.xml.doubts`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    None,
    /// No white space around it.
    Trimmed,
    /// The same, and not empty; it is the message's noun.
    Noun,
    /// One of the standard's verbs.
    Verb,
    /// No year that may mean "no time".
    Time,
}

/// What an object gets where a child is missing, if it is not what the class gives of itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    Default,
    None,
    List,
    Tuple,
}

pub struct Field {
    pub word: Word,
    pub name: Py<PyString>,
    pub kind: Kind,
    pub rule: Rule,
    pub many: bool,
    /// Of a repeated child: a tuple rather than a list.
    pub frozen: bool,
    pub absent: Absent,
    pub bit: u64,
    /// The number of the field among those of all classes.
    pub number: usize,
}

#[derive(FromPyObject)]
pub struct FieldTable {
    pub name: String,
    pub xml: String,
    pub json: String,
    kind: String,
    rule: String,
    many: bool,
    frozen: bool,
    pub required: bool,
    absent: String,
    class_number: usize,
    members: Vec<(String, Py<PyAny>)>,
}

/// What the walker gives for a missing child, whatever its class says.
pub fn missing(field: &Field) -> Absent {
    match (field.many, field.frozen) {
        (false, _) => Absent::None,
        (true, false) => Absent::List,
        (true, true) => Absent::Tuple,
    }
}

pub fn field(py: Python<'_>, table: FieldTable, bit: u64, number: usize) -> PyResult<Field> {
    let unknown = |what: &str| PyValueError::new_err(format!("{}: unknown {what}", table.name));
    let kind = match table.kind.as_str() {
        "string" => Kind::Text,
        "dateTime" => Kind::DateTime,
        "decimal" => Kind::Decimal,
        "float" => Kind::Float,
        "integer" => Kind::Integer,
        "boolean" => Kind::Boolean,
        "enum" => Kind::Enum(table.members.into_iter().map(|(text, member)| (text.as_bytes().into(), member)).collect()),
        "class" => Kind::Class(table.class_number),
        "any" => Kind::Noun,
        _ => return Err(unknown("kind")),
    };
    let rule = match table.rule.as_str() {
        "" => Rule::None,
        "trimmed" => Rule::Trimmed,
        "noun" => Rule::Noun,
        "verb" => Rule::Verb,
        "time" => Rule::Time,
        _ => return Err(unknown("rule")),
    };
    let absent = match table.absent.as_str() {
        "" => Absent::Default,
        "none" => Absent::None,
        "list" => Absent::List,
        "tuple" => Absent::Tuple,
        _ => return Err(unknown("value of a missing child")),
    };
    let name = PyString::intern(py, &table.name).unbind();
    let word = Word::new(&table.xml);
    Ok(Field { word, name, kind, rule, many: table.many, frozen: table.frozen, absent, bit, number })
}
