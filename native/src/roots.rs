//! The element that is the envelope: at the root of the document, or in SOAP; and what its name says.

use crate::cursor::Name;
use crate::hashing::Names;
use crate::namespaces::Span;
use crate::octets::is_space;
use crate::reader::Reader;
use crate::sink::{Checker, Sink};
use pyo3::prelude::*;
use std::sync::Arc;

/// The namespaces of SOAP 1.1 and 1.2.
const SOAP: [&[u8]; 2] = [b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"];
/// How an XML declaration may name UTF-8.
const UTF_8: [&[u8]; 4] = [b"\"UTF-8\"", b"\"utf-8\"", b"'UTF-8'", b"'utf-8'"];
/// Names of roots that are remembered, and octets of one: there are five generic ones and some for each noun.
const MOST_ROOTS: usize = 500;
const LONGEST_ROOT: usize = 80;

/// Which areas an envelope may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    Message,
    Request,
    Response,
    Event,
}

/// What a root's name says (`cimbus.interface.codecs.xml.roots.RootName`).
pub struct RootName {
    pub envelope: Envelope,
    pub message_type: Py<PyAny>,
    pub verb: Py<PyAny>,
    /// One of Edition 1's elements, and written as there.
    pub generic: bool,
    /// It may be the wrapper of an operation instead.
    pub guessed: bool,
}

#[derive(FromPyObject)]
struct GivenRoot {
    message_type: Py<PyAny>,
    verb: Py<PyAny>,
    generic: bool,
    guessed: bool,
}

/// The names that were asked for, and what Python said.
#[derive(Default)]
pub struct RootNames {
    known: Names<Option<Arc<RootName>>>,
}

impl RootNames {
    /// What is known of a name: None if it was never asked for, Some(None) if it is left to the walker.
    pub fn get(&self, name: &str) -> Option<Option<Arc<RootName>>> {
        self.known.get(name.as_bytes()).cloned()
    }

    pub fn put(&mut self, name: &str, said: Option<Arc<RootName>>) {
        if self.known.len() < MOST_ROOTS && name.len() <= LONGEST_ROOT {
            self.known.insert(name.as_bytes().into(), said);
        }
    }

    /// Asks Python.
    pub fn ask(parse_root: &Bound<'_, PyAny>, name: &str) -> Option<RootName> {
        let found: GivenRoot = parse_root.call1((name,)).ok()?.extract().ok()?;
        let kind: String = found.message_type.extract(parse_root.py()).ok()?;
        if found.generic && kind != name {
            return None; // in another case, which earns a note
        }
        let envelope = match kind.as_str() {
            "Message" => Envelope::Message,
            "RequestMessage" => Envelope::Request,
            "ResponseMessage" => Envelope::Response,
            "EventMessage" => Envelope::Event,
            _ => return None,
        };
        let GivenRoot { message_type, verb, generic, guessed } = found;
        Some(RootName { envelope, message_type, verb, generic, guessed })
    }
}

/// The start tag of the envelope.
#[derive(Clone, Copy)]
pub struct Root {
    pub name: Name,
    pub uri: Span,
}

impl<'a, S: Sink> Reader<'a, S> {
    /// Everything up to the start tag of the envelope, and that; the elements around it are pushed onto `around`.
    pub fn root(&mut self, around: &mut Vec<Span>) -> Option<Root> {
        self.prolog()?;
        let mut root = self.open()?;
        if root.name.local().of(self.cursor.octets) == b"Envelope" && SOAP.contains(&root.uri.of(self.cursor.octets)) {
            self.kept_attributes()?;
            around.push(root.name.whole);
            around.push(self.soap_body(root.uri.of(self.cursor.octets))?);
            root = self.open()?;
        }
        self.only_hints()?;
        Some(root)
    }

    /// A byte order mark, an XML declaration, and comments.
    ///
    /// The walker cuts the declaration off; what is in it beside the encoding is not looked at.
    fn prolog(&mut self) -> Option<()> {
        let octets = self.cursor.octets;
        let _ = self.cursor.take(b"\xef\xbb\xbf");
        self.cursor.skip_space()?;
        if self.cursor.take(b"<?xml").is_some() {
            let start = self.cursor.at;
            let end = start + memchr::memchr(b'>', octets.get(start..)?)?;
            let inside = octets.get(start..end)?.strip_suffix(b"?").filter(|text| text.first().is_some_and(|o| is_space(*o)))?;
            if let Some(at) = memchr::memmem::find(inside, b"encoding") {
                let named = inside.get(at + b"encoding=".len()..)?;
                UTF_8.iter().find(|name| named.starts_with(name))?;
            }
            self.cursor.at = end + 1;
        }
        self.cursor.skip()
    }

    /// A start tag that is not empty, in a namespace.
    fn open(&mut self) -> Option<Root> {
        self.cursor.take(b"<")?;
        let name = self.cursor.name()?;
        let empty = self.start()?;
        let uri = self.scope.place(name.prefix().of(self.cursor.octets))?;
        (!empty).then_some(Root { name, uri })
    }

    /// The header of a SOAP envelope, whatever is in it, and the start tag of its body; returns the body's name.
    fn soap_body(&mut self, uri: &[u8]) -> Option<Span> {
        self.cursor.skip()?;
        let outer = self.scope.len();
        let begin = self.cursor.at;
        self.cursor.take(b"<")?;
        let name = self.cursor.name()?;
        if name.local().of(self.cursor.octets) == b"Header" {
            let empty = self.start()?;
            if self.scope.resolve(name.prefix().of(self.cursor.octets))? != uri {
                return None;
            }
            self.kept_attributes()?;
            if !empty {
                self.pass_children()?;
                self.cursor.end_tag(name.whole)?;
            }
            self.scope.truncate(outer);
            self.cursor.skip()?;
        } else {
            self.cursor.at = begin;
        }
        let body = self.open()?;
        self.kept_attributes()?;
        self.cursor.skip()?;
        (body.uri.of(self.cursor.octets) == uri && body.name.local().of(self.cursor.octets) == b"Body").then_some(body.name.whole)
    }

    /// Elements that are not kept, none of them called like an area of a message.
    fn pass_children(&mut self) -> Option<()> {
        let (cursor, scope) = (self.cursor.clone(), self.scope.clone());
        let mut passing = Reader::new(cursor, scope, self.tables, Checker, self.work);
        passing.no_areas = true;
        passing.cursor.skip()?;
        while passing.cursor.peek_ahead(1)? != b'/' {
            passing.untyped(1, false)?;
            passing.cursor.skip()?;
        }
        self.cursor.at = passing.cursor.at;
        Some(())
    }
}
