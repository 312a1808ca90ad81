//! A document that was checked, and whose payload is made when it is first looked at.

use crate::assemble;
use crate::border::PausedCollector;
use crate::codec::Codec;
use crate::document::Document;
use crate::envelope::Found;
use crate::make::Maker;
use crate::memo::Memos;
use crate::namespaces::Declaration;
use crate::roots::{Root, RootName};
use crate::sink::Checker;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use std::sync::Arc;

/// Where the parts of a document are that was checked.
#[derive(Clone)]
pub struct Parts {
    pub root: Root,
    pub name: Arc<RootName>,
    pub declared: Vec<Declaration>,
    pub places: [Option<usize>; 4],
}

/// Checks a whole document; without the interpreter, so that other threads go on.
pub fn check(codec: &Codec, py: Python<'_>, document: &Document<'_>) -> Option<Parts> {
    let mut reader = codec.reader(document, Vec::with_capacity(8), Checker);
    let mut around = Vec::new();
    let root = reader.root(&mut around)?;
    let name = codec.root_name(py, reader.cursor.str(root.name.local())?)?;
    let declared = reader.scope.declared.clone();
    let places = py.detach(|| reader.areas(root, &name, &around).map(|found| found.places))?;
    Some(Parts { root, name, declared, places })
}

/// A payload that was checked, and is made when it is first looked at.
#[pyclass(frozen)]
pub struct Later {
    pub codec: Py<Codec>,
    pub data: Py<PyBytes>,
    pub limits: Py<PyAny>,
    pub at: usize,
    pub plain: bool,
    pub parts: Parts,
}

#[pymethods]
impl Later {
    /// The payload area and no notes.
    fn __call__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let codec = self.codec.get();
        if let Some(payload) = codec.with_memos(|memos| self.made(py, codec, memos)) {
            return Ok(PyTuple::new(py, [payload, PyTuple::empty(py).into_any()])?.into_any());
        }
        // a class refused what was read: the walker says what that means
        codec.tables.makers.reopen.bind(py).call1((&self.data, &self.limits))
    }
}

impl Later {
    fn made<'py>(&self, py: Python<'py>, codec: &Codec, memos: &mut Memos) -> Option<Bound<'py, PyAny>> {
        let text = std::str::from_utf8(self.data.bind(py).as_bytes()).ok()?;
        let _paused = PausedCollector::for_document(py, text.len());
        // what it costs was counted when it was checked
        let document = Document { text, plain: self.plain, work: usize::MAX };
        let mut reader = codec.reader(&document, self.parts.declared.clone(), Maker::new(py, &codec.tables, memos));
        let mut found = Found::default();
        reader.cursor.at = self.at;
        reader.area(self.parts.root, &self.parts.name, &mut found)?;
        assemble::payload(py, &codec.tables.makers, &mut found, None)
    }
}
