//! Objects to octets, the very ones that the writer in Python writes (`cimbus.interface.codecs.xml.writer`).
//!
//! What that refuses, or writes in a way that depends on more than the declared classes, is answered by None.

use crate::escape;
use crate::forms::{address, Form, Forms, Kind, Part, Place, EXTENSIONS};
use crate::makers::Makers;
use crate::values::{self, Clock};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

/// Levels of objects: classes may contain themselves, and Python allows about as many calls.
const MOST_LEVELS: usize = 100;
/// Octets that are reserved: an event has about 2 000.
const USUAL: usize = 4096;

pub struct Writer<'t, 'py> {
    pub forms: &'t Forms,
    makers: &'t Makers,
    /// Leave out what is mandatory and missing.
    lenient: bool,
    pub out: Vec<u8>,
    clock: Clock<'py>,
    level: usize,
}

impl<'t, 'py> Writer<'t, 'py> {
    pub fn new(py: Python<'py>, forms: &'t Forms, makers: &'t Makers, lenient: bool) -> Writer<'t, 'py> {
        Writer { forms, makers, lenient, out: Vec::with_capacity(USUAL), clock: Clock::new(py, makers), level: 0 }
    }

    #[inline]
    pub fn put(&mut self, octets: &[u8]) {
        self.out.extend_from_slice(octets);
    }

    /// A noun with the declaration of its namespace.
    pub fn noun(&mut self, value: &Bound<'py, PyAny>) -> Option<()> {
        let forms = self.forms;
        let noun = forms.nouns.get(&address(value.get_type().as_any()))?;
        self.object(forms.forms.get(noun.form)?, value, &noun.tag, &noun.declared)
    }

    /// An object of a class, with its tag and what its start tag declares.
    pub fn object(&mut self, form: &'t Form, value: &Bound<'py, PyAny>, tag: &[u8], declared: &[u8]) -> Option<()> {
        let values = form.slots.as_ref()?.of(value)?;
        if self.level == MOST_LEVELS || !values.get(EXTENSIONS)?.is_none() {
            return None;
        }
        self.level += 1;
        self.out.push(b'<');
        self.put(tag);
        self.put(declared);
        for (index, part) in form.parts.iter().enumerate() {
            if form.has_attributes && part.place == Place::Attribute {
                self.part(part, &values.get(index + 1)?)?;
            }
        }
        self.out.push(b'>');
        let begin = self.out.len();
        for (index, part) in form.parts.iter().enumerate() {
            if part.place != Place::Attribute {
                self.part(part, &values.get(index + 1)?)?;
            }
        }
        if self.out.len() == begin {
            self.out.truncate(begin - 1);
            self.put(b"/>");
        } else {
            self.put(b"</");
            self.put(tag);
            self.out.push(b'>');
        }
        self.level -= 1;
        Some(())
    }

    /// A field: nothing, one value, or several.
    #[inline]
    fn part(&mut self, part: &'t Part, value: &Bound<'py, PyAny>) -> Option<()> {
        if part.many {
            return self.each(part, value);
        }
        if !value.is_none() {
            return self.one(part, value);
        }
        if !part.nil.is_empty() {
            self.put(&part.nil);
        } else if part.mandatory && !self.lenient {
            return None;
        }
        Some(())
    }

    #[inline]
    fn each(&mut self, part: &'t Part, values: &Bound<'py, PyAny>) -> Option<()> {
        let mut any = false;
        if let Ok(values) = values.cast_exact::<PyList>() {
            for value in values {
                self.one(part, &value)?;
                any = true;
            }
        } else {
            for value in values.cast_exact::<PyTuple>().ok()? {
                self.one(part, &value)?;
                any = true;
            }
        }
        (any || !part.mandatory || self.lenient).then_some(())
    }

    #[inline]
    fn one(&mut self, part: &'t Part, value: &Bound<'py, PyAny>) -> Option<()> {
        match &part.kind {
            Kind::Form(number) => return self.object(self.forms.forms.get(*number)?, value, &part.tag, b""),
            Kind::Noun => return self.noun(value),
            _ => self.put(&part.open),
        }
        match &part.kind {
            Kind::Text => self.text(part.place, value)?,
            Kind::DateTime => self.clock.write(&mut self.out, value)?,
            Kind::Decimal => values::number(&mut self.out, self.makers, value, false)?,
            Kind::Float => values::number(&mut self.out, self.makers, value, true)?,
            Kind::Integer => values::integer(&mut self.out, value)?,
            Kind::Boolean => values::boolean(&mut self.out, value)?,
            Kind::Call(write) => {
                let written = write.bind(value.py()).call1((value,)).ok()?;
                let begin = self.out.len();
                let text = written.cast_exact::<PyString>().ok()?.to_str().ok()?;
                escape::quoted(&mut self.out, text)?;
                if self.out.len() - begin != text.len() {
                    return None; // no such text is known that has to be escaped
                }
            }
            Kind::Form(_) | Kind::Noun => return None,
        }
        self.put(&part.close);
        Some(())
    }

    /// A text: a `str`, or a member of one of the enumerations that are written as their texts.
    #[inline]
    fn text(&mut self, place: Place, value: &Bound<'py, PyAny>) -> Option<()> {
        let text = self.str_of(value)?;
        if place == Place::Attribute {
            escape::quoted(&mut self.out, text)
        } else {
            escape::data(&mut self.out, text)
        }
    }

    /// The octets of a text, which are the object's own.
    #[inline]
    pub fn str_of<'a>(&self, value: &'a Bound<'py, PyAny>) -> Option<&'a str> {
        let text = value.cast::<PyString>().ok()?;
        let is_known = value.is_exact_instance_of::<PyString>();
        (is_known || self.forms.texts.contains(&address(value.get_type().as_any()))).then_some(())?;
        text.to_str().ok()
    }
}
