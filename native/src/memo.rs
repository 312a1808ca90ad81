//! Values of texts that were read before: most texts repeat, row after row and message after message.
//!
//! All of it is bounded, since peers choose the texts.

use crate::hashing::{hash, mixed};
use crate::octets::equal;
use crate::tables::{Absent, Class, Tables, EXTENSIONS};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use std::collections::HashMap;

/// Octets of a text that is remembered: a reading type has about 40, a time 20 to 35.
const LONGEST: usize = 54;
/// Masks of fields that are remembered for one class: messages of one sender differ in few children.
const MOST_MASKS: usize = 256;
/// Zones: there are 1 681 offsets from UTC at most, and about 40 in use.
const MOST_ZONES: usize = 256;

struct Slot {
    value: Option<Py<PyAny>>,
    tag: u8,
    length: u8,
    text: [u8; LONGEST],
}

/// A table in which each text has one place, and the last text of a place wins.
pub struct Memo {
    slots: Vec<Slot>,
}

impl Memo {
    /// `size` is a power of two.
    fn new(size: usize) -> Memo {
        let empty = || Slot { value: None, tag: 0, length: 0, text: [0; LONGEST] };
        Memo { slots: std::iter::repeat_with(empty).take(size).collect() }
    }

    #[inline(always)]
    fn place(&self, tag: u8, text: &[u8]) -> usize {
        (hash(u64::from(tag), text) >> 40) as usize & (self.slots.len() - 1)
    }

    /// The value of a text, which `make` makes unless the text is remembered; `tag` tells meanings apart.
    #[inline]
    pub fn get<'py>(
        &mut self,
        py: Python<'py>,
        tag: u8,
        text: &[u8],
        make: impl FnOnce() -> Option<Bound<'py, PyAny>>,
    ) -> Option<Bound<'py, PyAny>> {
        if text.len() > LONGEST {
            return make();
        }
        let place = self.place(tag, text);
        let slot = &mut self.slots[place];
        if let Some(value) = &slot.value {
            if slot.tag == tag && equal(&slot.text[..usize::from(slot.length)], text) {
                return Some(value.bind(py).clone());
            }
        }
        let made = make()?;
        slot.tag = tag;
        slot.length = text.len() as u8;
        slot.text[..text.len()].copy_from_slice(text);
        slot.value = Some(made.clone().unbind());
        Some(made)
    }
}

/// Octets of a text that is a word.
const WORD: usize = 16;

/// Short texts of whatever field: names of kinds, units and states, of which there are few.
pub struct Words {
    slots: Vec<(u64, u64, usize, Option<Py<PyAny>>)>,
}

impl Words {
    /// `size` is a power of two.
    fn new(size: usize) -> Words {
        Words { slots: std::iter::repeat_with(|| (0, 0, 0, None)).take(size).collect() }
    }

    /// A text of at most 16 octets; None for a longer one.
    #[inline]
    pub fn get<'py>(&mut self, py: Python<'py>, text: &str) -> Option<Bound<'py, PyAny>> {
        if text.len() > WORD {
            return None;
        }
        let (first, last) = ends(text.as_bytes());
        let place = (mixed(mixed(text.len() as u64, first), last) >> 40) as usize & (self.slots.len() - 1);
        let slot = &mut self.slots[place];
        if let (true, Some(value)) = ((slot.0, slot.1, slot.2) == (first, last, text.len()), &slot.3) {
            return Some(value.bind(py).clone());
        }
        let made = PyString::new(py, text).into_any();
        *slot = (first, last, text.len(), Some(made.clone().unbind()));
        Some(made)
    }
}

/// The octets of a text of at most 16 as two numbers, which may overlap: with its length, they are the text.
#[inline(always)]
fn ends(text: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into());
    }
    let (first, last) = (text.first().copied().unwrap_or(0), text.last().copied().unwrap_or(0));
    let middle = text.get(text.len() / 2).copied().unwrap_or(0);
    (u64::from(first) | u64::from(middle) << 8, u64::from(last))
}

/// The last text of one field, and its value.
#[derive(Default)]
pub struct Last {
    text: Vec<u8>,
    value: Option<Py<PyAny>>,
}

impl Last {
    #[inline]
    pub fn get<'py>(
        &mut self,
        py: Python<'py>,
        text: &[u8],
        make: impl FnOnce() -> Option<Bound<'py, PyAny>>,
    ) -> Option<Bound<'py, PyAny>> {
        if let Some(value) = &self.value {
            if equal(&self.text, text) {
                return Some(value.bind(py).clone());
            }
        }
        let made = make()?;
        if text.len() <= LONGEST {
            self.text.clear();
            self.text.extend_from_slice(text);
            self.value = Some(made.clone().unbind());
        }
        Some(made)
    }
}

/// For one class: the names of the arguments of an object, by the mask of the fields that are there.
#[derive(Default)]
pub struct ArgumentNames {
    known: Vec<(u64, Py<PyTuple>)>,
}

impl ArgumentNames {
    #[inline]
    pub fn get<'py>(&mut self, py: Python<'py>, class: &Class, mask: u64) -> Option<Bound<'py, PyTuple>> {
        if let Some((_, names)) = self.known.iter().find(|(known, _)| *known == mask) {
            return Some(names.bind(py).clone());
        }
        let fields = || class.attributes.iter().chain(&class.text).chain(&class.elements);
        let there = fields().filter(|field| field.bit & mask != 0);
        let added = fields().filter(|field| field.bit & mask == 0 && field.absent != Absent::Default);
        let mut names: Vec<_> = there.chain(added).map(|field| field.name.bind(py).clone()).collect();
        if mask & EXTENSIONS != 0 {
            names.push(PyString::intern(py, "extensions"));
        }
        let names = PyTuple::new(py, names).ok()?;
        if self.known.len() < MOST_MASKS {
            self.known.push((mask, names.clone().unbind()));
        }
        Some(names)
    }
}

/// What one reader remembers. Readers that are at work at the same time have one each.
pub struct Memos {
    pub dates: Memo,
    pub numbers: Memo,
    pub references: Memo,
    pub names: Memo,
    pub words: Words,
    pub last: Vec<Last>,
    pub arguments: Vec<ArgumentNames>,
    zones: HashMap<i32, Py<PyAny>>,
}

impl Memos {
    /// The sizes hold a day of quarter hours and the values of some hundred meters: about 0.5 MB in all.
    pub fn new(tables: &Tables) -> Memos {
        Memos {
            dates: Memo::new(1024),
            numbers: Memo::new(4096),
            references: Memo::new(512),
            names: Memo::new(1024),
            words: Words::new(1024),
            last: std::iter::repeat_with(Last::default).take(tables.fields).collect(),
            arguments: std::iter::repeat_with(ArgumentNames::default).take(tables.classes.len()).collect(),
            zones: HashMap::new(),
        }
    }

    /// The zone of an offset from UTC.
    pub fn zone<'py>(
        zones: &mut HashMap<i32, Py<PyAny>>,
        py: Python<'py>,
        tables: &Tables,
        minutes: i32,
    ) -> Option<Bound<'py, PyAny>> {
        if minutes == 0 {
            return Some(tables.makers.utc.bind(py).clone());
        }
        if let Some(known) = zones.get(&minutes) {
            return Some(known.bind(py).clone());
        }
        let offset = pyo3::types::PyDelta::new(py, 0, minutes * 60, 0, true).ok()?;
        let made = tables.makers.timezone.bind(py).call1((offset,)).ok()?;
        if zones.len() < MOST_ZONES {
            zones.insert(minutes, made.clone().unbind());
        }
        Some(made)
    }

    /// The dates with the zones that they need.
    pub fn dates_and_zones(&mut self) -> (&mut Memo, &mut HashMap<i32, Py<PyAny>>) {
        (&mut self.dates, &mut self.zones)
    }
}
