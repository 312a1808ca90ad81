//! What Python calls.

use crate::assemble;
use crate::border::PausedCollector;
use crate::cursor::Cursor;
use crate::document::{whole_characters, without_noncharacters, Document};
use crate::envelope::{Area, Found};
use crate::json_message;
use crate::forms::{Forms, GivenForms};
use crate::later::{check, Later, Parts};
use crate::make::Maker;
use crate::memo::Memos;
use crate::namespaces::{Declaration, Scope};
use crate::octets::has_more_values;
use crate::reader::Reader;
use crate::columns::Role;
use crate::readings;
use crate::render;
use crate::roots::{RootName, RootNames};
use crate::sink::Sink;
use crate::tables::{GivenTables, Tables};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Octets from which a document is checked first, and its payload made when it is looked at (`THREAD_SIZE` has the same):
/// a program that routes messages does not pay for payloads then. Checking takes a third to a half of what making does,
/// which a small document is not worth: most of them are opened.
const LARGE: usize = 32_768;
/// Sets of memos that are kept: as many readers can be at work at the same time, and do well.
const MOST_MEMOS: usize = 4;

/// Octets at the end of a document in which a NUL is looked for; `cimbus.interface.codecs.opening` has the same.
const TAIL: usize = 4;

/// Reads documents of which it is sure; None for all others.
#[pyclass(frozen)]
pub struct Codec {
    pub tables: Tables,
    forms: Forms,
    /// Octets from which a document is read in parts.
    large: usize,
    counts: Counts,
    /// What was given as roles last, and what it means.
    roles: Mutex<Option<(Py<PyTuple>, Arc<[Option<Role>]>)>>,
    roots: Mutex<RootNames>,
    /// Memos that no reader has. Objects are made by Python's code, in which another thread may run.
    memos: Mutex<Vec<Memos>>,
}

/// How many documents `read` has read, and how many it has left to Python.
#[derive(Default)]
struct Counts {
    xml: [AtomicUsize; 2],
    json: [AtomicUsize; 2],
}

#[pymethods]
impl Codec {
    /// `large` is given by tests.
    #[new]
    #[pyo3(signature = (tables, forms, large = LARGE))]
    fn new(py: Python<'_>, tables: GivenTables<'_>, forms: GivenForms<'_>, large: usize) -> PyResult<Codec> {
        let (tables, forms) = (Tables::new(py, tables)?, Forms::new(forms)?);
        Ok(Codec { tables, forms, large, counts: Counts::default(), roles: Mutex::default(), roots: Mutex::default(), memos: Mutex::default() })
    }

    /// The message in a document, XML or JSON, within the default limits, or None.
    ///
    /// It is counted if it begins as one of these does and no NUL stands at its end.
    fn read<'py>(slf: &Bound<'py, Self>, data: &Bound<'py, PyBytes>) -> Option<Bound<'py, PyAny>> {
        let octets = data.as_bytes();
        if octets.get(octets.len().saturating_sub(TAIL)..)?.contains(&0) {
            return None;
        }
        let (codec, bounds) = (slf.get(), &slf.get().tables.bounds);
        let (counts, message) = match octets.first()? {
            b'<' => {
                let limits = codec.tables.limits.bind(data.py());
                (&codec.counts.xml, Document::checked(octets, bounds).and_then(|it| Codec::message(slf, data, &it, limits)))
            }
            b'{' if octets.len() > bounds.max_bytes || has_more_values(octets, bounds.max_nodes) => (&codec.counts.json, None),
            b'{' => (&codec.counts.json, codec.decode_json(data)),
            _ => return None,
        };
        counts[usize::from(message.is_none())].fetch_add(1, Ordering::Relaxed);
        message
    }

    /// How many documents `read` has read and left: XML, then JSON.
    fn counts(&self) -> (usize, usize, usize, usize) {
        let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        let Counts { xml: [decoded, left], json: [json_decoded, json_left] } = &self.counts;
        (of(decoded), of(left), of(json_decoded), of(json_left))
    }

    /// The message in an XML document, or None. `limits` is a `cimbus.Limits`.
    ///
    /// A large document is only checked, and its payload made when it is first looked at.
    fn decode<'py>(
        slf: &Bound<'py, Self>,
        data: &Bound<'py, PyBytes>,
        limits: &Bound<'py, PyAny>,
    ) -> Option<Bound<'py, PyAny>> {
        Codec::message(slf, data, &Document::checked(data.as_bytes(), &limits.extract().ok()?)?, limits)
    }

    /// The header of the message in a document of which these are the first octets, or None.
    fn decode_header<'py>(
        &self,
        head: &Bound<'py, PyBytes>,
        limits: &Bound<'py, PyAny>,
    ) -> Option<Bound<'py, PyAny>> {
        let document = Document::checked(whole_characters(head.as_bytes()), &limits.extract().ok()?)?;
        self.with_memos(|memos| self.header(head.py(), &document, memos))
    }

    /// The message in a JSON document, or None; the caller has looked at the limits.
    fn decode_json<'py>(&self, data: &Bound<'py, PyBytes>) -> Option<Bound<'py, PyAny>> {
        let text = without_noncharacters(data.as_bytes())?;
        let _paused = PausedCollector::for_document(data.py(), text.len());
        self.with_memos(|memos| json_message::message(self, data.py(), text, memos))
    }

    /// The header of the message in a JSON document of which these are the first octets, or None.
    fn decode_json_header<'py>(&self, head: &Bound<'py, PyBytes>) -> Option<Bound<'py, PyAny>> {
        let text = without_noncharacters(whole_characters(head.as_bytes()))?;
        self.with_memos(|memos| json_message::header(self, head.py(), text, memos))
    }

    /// The readings in a document by column, or None; `roles` says what classes are to them.
    fn columns<'py>(
        &self,
        data: &Bound<'py, PyBytes>,
        limits: &Bound<'py, PyAny>,
        roles: &Bound<'py, PyTuple>,
        given: readings::Given<'py>,
    ) -> Option<readings::Made<'py>> {
        let document = Document::checked(data.as_bytes(), &limits.extract().ok()?)?;
        readings::columns(self, data.py(), &document, roles, &given)
    }

    /// A message as an XML document with a generic root, or None; `lenient`: without what is mandatory and missing.
    fn encode<'py>(&self, message: &Bound<'py, PyAny>, lenient: bool) -> Option<Bound<'py, PyBytes>> {
        render::message(message, &self.forms, &self.tables.makers, lenient)
    }
}

impl Codec {
    /// The message in an XML document that was looked at.
    fn message<'py>(
        slf: &Bound<'py, Self>,
        data: &Bound<'py, PyBytes>,
        document: &Document<'_>,
        limits: &Bound<'py, PyAny>,
    ) -> Option<Bound<'py, PyAny>> {
        if document.text.len() < slf.get().large {
            return slf.get().with_memos(|memos| slf.get().at_once(data.py(), document, memos));
        }
        let parts = check(slf.get(), data.py(), document)?;
        let payload = parts.places[Area::Payload as usize].map(|at| {
            let (codec, data, limits) = (slf.clone().unbind(), data.clone().unbind(), limits.clone().unbind());
            Later { codec, data, limits, at, plain: document.plain, parts: parts.clone() }
        });
        slf.get().with_memos(|memos| slf.get().in_parts(data.py(), document, memos, &parts, payload))
    }

    /// Calls a function with memos that no other reader has.
    pub fn with_memos<T>(&self, function: impl FnOnce(&mut Memos) -> T) -> T {
        let kept = self.memos.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut memos = kept.unwrap_or_else(|| Memos::new(&self.tables));
        let result = function(&mut memos);
        let mut kept = self.memos.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MOST_MEMOS {
            kept.push(memos);
        }
        result
    }

    pub fn root_name(&self, py: Python<'_>, name: &str) -> Option<Arc<RootName>> {
        // not locked while Python's code runs
        let known = self.roots.lock().unwrap_or_else(PoisonError::into_inner).get(name);
        known.unwrap_or_else(|| {
            let said = RootNames::ask(self.tables.makers.parse_root.bind(py), name).map(Arc::new);
            self.roots.lock().unwrap_or_else(PoisonError::into_inner).put(name, said.clone());
            said
        })
    }

    /// What the classes in a tuple are to columns of readings; it is worked out for another tuple than the last.
    pub fn roles(&self, given: &Bound<'_, PyTuple>) -> Option<Arc<[Option<Role>]>> {
        if let Some((last, roles)) = &*self.roles.lock().unwrap_or_else(PoisonError::into_inner) {
            if last.is(given) {
                return Some(roles.clone());
            }
        }
        let roles: Arc<[Option<Role>]> = readings::roles(&self.tables, given)?.into();
        let now = (given.clone().unbind(), roles.clone());
        // the tuple before is let go when the lock is open again
        let _before = self.roles.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        Some(roles)
    }

    pub fn reader<'a, S: Sink>(&'a self, document: &Document<'a>, declared: Vec<Declaration>, sink: S) -> Reader<'a, S> {
        let scope = Scope::new(document.text.as_bytes(), declared);
        Reader::new(Cursor::new(document.text, 0, document.plain), scope, &self.tables, sink, document.work)
    }

    /// The message, read and made in one go.
    fn at_once<'py>(&self, py: Python<'py>, document: &Document<'_>, memos: &mut Memos) -> Option<Bound<'py, PyAny>> {
        let mut reader = self.reader(document, Vec::with_capacity(8), Maker::new(py, &self.tables, memos));
        let mut around = Vec::new();
        let root = reader.root(&mut around)?;
        let name = self.root_name(py, reader.cursor.str(root.name.local())?)?;
        let mut found = reader.areas(root, &name, &around)?;
        let query = reader.query.take();
        let payload = assemble::payload(py, &self.tables.makers, &mut found, query)?;
        assemble::message(py, &self.tables.makers, &mut reader, root, &name, found, payload, false)
    }

    /// The header, if it is the first area.
    fn header<'py>(&self, py: Python<'py>, document: &Document<'_>, memos: &mut Memos) -> Option<Bound<'py, PyAny>> {
        let mut reader = self.reader(document, Vec::with_capacity(8), Maker::new(py, &self.tables, memos));
        let root = reader.root(&mut Vec::new())?;
        let name = self.root_name(py, reader.cursor.str(root.name.local())?)?;
        if name.generic && root.uri.of(reader.cursor.octets) != &self.tables.namespace[..] {
            return None;
        }
        reader.cursor.skip()?;
        let mut found = Found::default();
        reader.area(root, &name, &mut found)?;
        found.header
    }

    /// The message of a document that was checked: its areas are made, but not its payload.
    fn in_parts<'py>(
        &self,
        py: Python<'py>,
        document: &Document<'_>,
        memos: &mut Memos,
        parts: &Parts,
        payload: Option<Later>,
    ) -> Option<Bound<'py, PyAny>> {
        let mut reader = self.reader(document, parts.declared.clone(), Maker::new(py, &self.tables, memos));
        let mut found = Found::default();
        for area in [Area::Header, Area::Request, Area::Reply] {
            if let Some(place) = parts.places[area as usize] {
                reader.cursor.at = place;
                reader.area(parts.root, &parts.name, &mut found)?;
            }
        }
        let query = reader.query.take();
        let later = payload.is_some();
        let payload = match payload {
            Some(later) => Bound::new(py, later).ok()?.into_any(),
            None => assemble::payload(py, &self.tables.makers, &mut found, query)?,
        };
        assemble::message(py, &self.tables.makers, &mut reader, parts.root, &parts.name, found, payload, later)
    }
}
