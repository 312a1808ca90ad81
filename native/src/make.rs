//! The sink that makes Python's objects.

use crate::border;
use crate::lexical;
use crate::make_values::{date_time, decimal, in_zone};
use crate::memo::{ArgumentNames, Memos};
use crate::sink::{moment, KeptAttribute, Sink, Untyped};
use crate::tables::{Absent, Class, Field, Kind, Tables, EXTENSIONS};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyString, PyTuple};

/// Tell a remembered time of JSON from one of XML, whose tag is a rule alone.
const JSON: u8 = 0x80;
const USUAL_JSON: u8 = 0x40;

pub struct Maker<'py, 't> {
    py: Python<'py>,
    tables: &'t Tables,
    memos: &'t mut Memos,
    stack: Vec<Bound<'py, PyAny>>,
    /// The extensions of an area of the envelope; none of its objects contains another that has some.
    kept: Vec<Bound<'py, PyAny>>,
}

impl<'py, 't> Maker<'py, 't> {
    pub fn new(py: Python<'py>, tables: &'t Tables, memos: &'t mut Memos) -> Maker<'py, 't> {
        // an event needs about 20 places
        Maker { py, tables, memos, stack: Vec::with_capacity(64), kept: Vec::new() }
    }

    /// A text that repeats from message to message, such as a name.
    pub fn shared(&mut self, text: &str) -> Option<Bound<'py, PyAny>> {
        let py = self.py;
        self.memos.names.get(py, 0, text.as_bytes(), || Some(PyString::new(py, text).into_any()))
    }

    /// Moves the value on top of the stack below those from `place` on.
    pub fn sink_top(&mut self, place: usize) {
        if let Some(above) = self.stack.get_mut(place..) {
            above.rotate_right(1);
        }
    }

    /// Pushes a number that JSON has as a text or as a number.
    #[inline]
    pub fn number(&mut self, text: &str) -> Option<()> {
        let made = decimal(self.py, self.tables, &mut self.memos.numbers, text, false)?;
        self.stack.push(made);
        Some(())
    }

    /// Pushes a date and time of JSON, whose spelling is not kept; `only_usual`: it is written as cimbus would.
    #[inline]
    pub fn instant(&mut self, field: &Field, text: &str, only_usual: bool) -> Option<()> {
        let (py, tables) = (self.py, self.tables);
        let (dates, zones) = self.memos.dates_and_zones();
        let tag = field.rule as u8 | if only_usual { USUAL_JSON } else { JSON };
        let made = dates.get(py, tag, text.as_bytes(), || {
            let found = moment(field, text.as_bytes()).filter(|_| text.len() == text.trim_ascii().len())?;
            if only_usual && !found.usual {
                return None;
            }
            let zone = Memos::zone(zones, py, tables, found.offset)?.cast_into().ok()?;
            Some(in_zone(py, &found, Some(&zone))?.into_any())
        })?;
        self.stack.push(made);
        Some(())
    }

    fn attributes(&mut self, given: &[KeptAttribute<'_>]) -> Option<Bound<'py, PyAny>> {
        if given.is_empty() {
            return Some(self.tables.makers.nothing.bind(self.py).clone());
        }
        let made = PyDict::new(self.py);
        for attribute in given {
            let key = match attribute.uri {
                Some(uri) => self.shared(&format!("{{{uri}}}{}", attribute.local))?,
                None => self.shared(attribute.local)?,
            };
            made.set_item(key, &*attribute.value).ok()?;
        }
        Some(made.into_any())
    }

    fn prefixes(&mut self, given: &[(&str, &str)]) -> Option<Bound<'py, PyAny>> {
        if given.is_empty() {
            return Some(self.tables.makers.nothing.bind(self.py).clone());
        }
        let made = PyDict::new(self.py);
        for (prefix, uri) in given {
            made.set_item(self.shared(prefix)?, self.shared(uri)?).ok()?;
        }
        Some(made.into_any())
    }

    /// The extensions that were kept for the object that comes now; Some(None) if there are none.
    fn extensions(&mut self) -> Option<Option<Bound<'py, PyAny>>> {
        if self.kept.is_empty() {
            return Some(None);
        }
        let elements = PyTuple::new(self.py, self.kept.drain(..)).ok()?.into_any();
        let makers = &self.tables.makers;
        let names = makers.extensions_name.bind(self.py);
        border::call(makers.extensions.bind(self.py), 0, &[elements], Some(names)).map(Some)
    }

    /// An object of the values above `base`, made without its class.
    #[inline]
    fn filled(
        &mut self,
        slots: &border::Slots,
        class: &Class,
        base: usize,
        mask: u64,
        extensions: Option<Bound<'py, PyAny>>,
    ) -> Option<Bound<'py, PyAny>> {
        let py = self.py;
        if self.stack.len() - base != mask.count_ones() as usize {
            return None;
        }
        let mut there = self.stack.drain(base..);
        let fields = class.missing.iter().enumerate().map(|(place, absent)| match absent {
            _ if mask >> place & 1 == 1 => there.next().unwrap_or_else(|| py.None().into_bound(py)),
            Absent::List => PyList::empty(py).into_any(),
            Absent::Tuple => PyTuple::empty(py).into_any(),
            Absent::Default | Absent::None => py.None().into_bound(py),
        });
        slots.filled(py, fields.chain(std::iter::once(extensions.unwrap_or_else(|| py.None().into_bound(py)))))
    }

    /// Adds what an object gets for children that are missing, where the class would give something else.
    fn push_absent(&mut self, class: &Class, mask: u64) -> Option<()> {
        for field in class.attributes.iter().chain(&class.text).chain(&class.elements) {
            if field.bit & mask == 0 {
                match field.absent {
                    Absent::Default => {}
                    Absent::None => self.stack.push(self.py.None().into_bound(self.py)),
                    Absent::List => self.stack.push(PyList::empty(self.py).into_any()),
                    Absent::Tuple => self.stack.push(PyTuple::empty(self.py).into_any()),
                }
            }
        }
        Some(())
    }
}

impl<'py> Sink for Maker<'py, '_> {
    type Value = Bound<'py, PyAny>;

    #[inline]
    fn height(&self) -> usize {
        self.stack.len()
    }

    fn pop(&mut self) -> Option<Bound<'py, PyAny>> {
        self.stack.pop()
    }

    #[inline]
    fn leaf(&mut self, field: &Field, text: &str, in_noun: bool) -> Option<()> {
        let py = self.py;
        let octets = text.as_bytes();
        let value = match &field.kind {
            Kind::Text => return self.string(field, text),
            Kind::DateTime => date_time(py, self.tables, self.memos, field, text)?,
            Kind::Decimal => decimal(py, self.tables, &mut self.memos.numbers, text, false)?,
            Kind::Float => decimal(py, self.tables, &mut self.memos.numbers, text, true)?,
            Kind::Integer => lexical::integer(octets)?.into_pyobject(py).ok()?.into_any(),
            Kind::Boolean => PyBool::new(py, lexical::boolean(octets, in_noun)?).to_owned().into_any(),
            Kind::Enum(members) => members.iter().find(|(word, _)| &word[..] == octets)?.1.bind(py).clone(),
            Kind::Class(_) | Kind::Noun => return None,
        };
        self.stack.push(value);
        Some(())
    }

    #[inline]
    fn string(&mut self, field: &Field, text: &str) -> Option<()> {
        let py = self.py;
        if let Some(word) = self.memos.words.get(py, text) {
            self.stack.push(word);
            return Some(());
        }
        let last = self.memos.last.get_mut(field.number)?;
        let value = last.get(py, text.as_bytes(), || Some(PyString::new(py, text).into_any()))?;
        self.stack.push(value);
        Some(())
    }

    #[inline]
    fn reference(&mut self, class: &Class, field: &Field, text: &str) -> Option<()> {
        let py = self.py;
        let Memos { references, arguments, .. } = &mut *self.memos;
        let mut make = || {
            if let Some(slots) = &class.slots {
                let values = [PyString::new(py, text).into_any(), py.None().into_bound(py)];
                return slots.filled(py, values.into_iter());
            }
            let names = arguments.get_mut(class.number)?.get(py, class, field.bit)?;
            object(py, class, &[PyString::new(py, text).into_any()], &names)
        };
        let made = match u8::try_from(class.number) {
            Ok(tag) => references.get(py, tag, text.as_bytes(), make)?,
            Err(_) => make()?, // of more than 256 classes the later ones are not remembered
        };
        self.stack.push(made);
        Some(())
    }

    #[inline]
    fn list(&mut self, field: &Field, base: usize) -> Option<()> {
        let items = self.stack.drain(base..);
        let made = if field.frozen {
            PyTuple::new(self.py, items).ok()?.into_any()
        } else {
            PyList::new(self.py, items).ok()?.into_any()
        };
        self.stack.push(made);
        Some(())
    }

    #[inline]
    fn object(&mut self, class: &Class, base: usize, mask: u64) -> Option<()> {
        let extensions = if class.wildcard.is_some() { self.extensions()? } else { None };
        if let Some(slots) = &class.slots {
            let made = self.filled(slots, class, base, mask, extensions)?;
            self.stack.push(made);
            return Some(());
        }
        if class.adds_absent {
            self.push_absent(class, mask)?;
        }
        let mask = if extensions.is_some() { mask | EXTENSIONS } else { mask };
        self.stack.extend(extensions);
        let names = names(self.py, &mut self.memos.arguments, class, mask)?;
        let made = object(self.py, class, self.stack.get(base..)?, &names)?;
        self.stack.truncate(base);
        self.stack.push(made);
        Some(())
    }

    fn untyped(&mut self, element: &Untyped<'_, '_>, base: usize) -> Option<()> {
        let py = self.py;
        let children = PyTuple::new(py, self.stack.drain(base..)).ok()?.into_any();
        let attributes = self.attributes(element.attributes)?;
        let prefixes = self.prefixes(element.prefixes)?;
        let values = [
            self.shared(element.local)?,
            self.shared(element.uri)?,
            attributes,
            PyString::new(py, element.text).into_any(),
            children,
            prefixes,
        ];
        let makers = &self.tables.makers;
        self.stack.push(border::call(makers.element.bind(py), 2, &values, Some(makers.element_names.bind(py)))?);
        Some(())
    }

    fn extension(&mut self, after: &str) -> Option<()> {
        let values = [self.stack.pop()?, self.shared(after)?];
        let makers = &self.tables.makers;
        let names = makers.extension_names.bind(self.py);
        self.kept.push(border::call(makers.extension.bind(self.py), 0, &values, Some(names))?);
        Some(())
    }
}

#[inline]
fn names<'py>(
    py: Python<'py>,
    known: &mut [ArgumentNames],
    class: &Class,
    mask: u64,
) -> Option<Bound<'py, PyTuple>> {
    known.get_mut(class.number)?.get(py, class, mask)
}

#[inline]
fn object<'py>(
    py: Python<'py>,
    class: &Class,
    values: &[Bound<'py, PyAny>],
    names: &Bound<'py, PyTuple>,
) -> Option<Bound<'py, PyAny>> {
    let cls = class.cls.bind(py);
    match class.maker {
        Some(maker) => border::make(maker, cls, values, names),
        None => border::call(cls, 0, values, Some(names)),
    }
}
