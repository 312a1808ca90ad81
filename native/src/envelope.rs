//! The envelope: its areas in the order of the schema, and what is in them.

use crate::cursor::Name;
use crate::namespaces::Span;
use crate::reader::Reader;
use crate::roots::{Envelope, Root, RootName};
use crate::sink::Sink;
use crate::tables::Class;

/// Children of a request area that are no query, in lower case.
const NO_QUERIES: [&[u8]; 4] = [b"starttime", b"endtime", b"option", b"id"];
/// `Extension.after` of an element before all children.
const FIRST: &str = "^";
/// The word that stands for no prefix, since none is written so.
const NO_PREFIX: &[u8] = b"\0";

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Area {
    Header,
    Request,
    Reply,
    Payload,
}

/// What an envelope holds; with a sink that only checks, where it is.
pub struct Found<V> {
    pub header: Option<V>,
    pub request: Option<V>,
    pub reply: Option<V>,
    pub operation_set: Option<V>,
    pub items: Vec<V>,
    /// Where each area begins.
    pub places: [Option<usize>; 4],
}

impl<V> Default for Found<V> {
    fn default() -> Found<V> {
        Found { header: None, request: None, reply: None, operation_set: None, items: Vec::new(), places: [None; 4] }
    }
}

impl<'a, S: Sink> Reader<'a, S> {
    /// All areas, the end tag of the envelope and of the elements around it, and the end of the document.
    pub fn areas(&mut self, root: Root, name: &RootName, around: &[Span]) -> Option<Found<S::Value>> {
        if name.generic && root.uri.of(self.cursor.octets) != &self.tables.namespace[..] {
            return None;
        }
        let mut found = Found::default();
        let mut last = None;
        self.cursor.skip()?;
        while self.cursor.peek_ahead(1)? != b'/' {
            let place = self.cursor.at;
            let area = self.area(root, name, &mut found)?;
            if last.is_some_and(|before| area <= before) || (last.is_none() && area != Area::Header) {
                return None;
            }
            last = Some(area);
            found.places[area as usize] = Some(place);
            self.cursor.skip()?;
        }
        for element in std::iter::once(&root.name.whole).chain(around.iter().rev()) {
            self.cursor.end_tag(*element)?;
            self.cursor.skip()?;
        }
        let [header, _, reply, payload] = found.places;
        let complete = header.is_some() && (reply.is_some() || name.envelope != Envelope::Response);
        let both = self.query.is_some() && payload.is_some();
        (self.cursor.ends() && complete && !both).then_some(found)
    }

    /// One area, its `<` at the cursor.
    pub fn area(&mut self, root: Root, name: &RootName, found: &mut Found<S::Value>) -> Option<Area> {
        let outer = self.scope.len();
        let octets = self.cursor.octets;
        self.cursor.take(b"<")?;
        let tag = self.cursor.name()?;
        let empty = self.start()?;
        self.only_hints()?;
        if self.scope.resolve(tag.prefix().of(octets))? != root.uri.of(self.cursor.octets) {
            return None;
        }
        let (area, number) = match tag.local().of(octets) {
            b"Header" => (Area::Header, self.tables.header),
            b"Request" if matches!(name.envelope, Envelope::Message | Envelope::Request) => {
                (Area::Request, self.tables.request)
            }
            b"Reply" if matches!(name.envelope, Envelope::Message | Envelope::Response) => {
                (Area::Reply, self.tables.reply)
            }
            b"Payload" => {
                if !empty {
                    self.payload(tag, root, name, found)?;
                }
                self.scope.truncate(outer);
                return Some(Area::Payload);
            }
            _ => return None,
        };
        self.extensions = 0;
        let mask = self.own_object(number, tag, root, name, area, empty)?;
        if mask == 0 && self.extensions > 0 {
            return None; // where no child says it, an extension tells the namespace of the area
        }
        let value = self.sink.pop()?;
        match area {
            Area::Header => found.header = Some(value),
            // an area that held nothing but the query is written for the query alone
            Area::Request if mask == 0 && self.query.is_some() => {}
            Area::Request => found.request = Some(value),
            _ => found.reply = Some(value),
        }
        self.scope.truncate(outer);
        Some(area)
    }

    /// An object of the envelope's own classes, the cursor behind its start tag; returns the mask of its fields.
    fn own_object(
        &mut self,
        number: usize,
        tag: Name,
        root: Root,
        name: &RootName,
        area: Area,
        empty: bool,
    ) -> Option<u64> {
        let class = self.tables.classes.get(number).filter(|class| class.usable)?;
        let prefix = self.children_prefix(tag, root, name, area, empty)?;
        let base = self.sink.height();
        let mask = self.content(class, prefix, tag.whole, 0, empty)?;
        self.finish(class, base, mask)?;
        Some(mask)
    }

    /// The prefix of an area's own children, with its colon: their namespace has to be Edition 1's.
    ///
    /// The areas of a per-noun root are in the noun's namespace. Their children are in the common one, but those of a
    /// request may be in the noun's, too.
    fn children_prefix(&mut self, tag: Name, root: Root, name: &RootName, area: Area, empty: bool) -> Option<&'a [u8]> {
        let octets = self.cursor.octets;
        let common = &self.tables.namespace[..];
        let own = root.uri.of(octets);
        if !name.generic && own != common && own.ends_with(b"schema/message") {
            return None; // taken for another edition's
        }
        if empty {
            return Some(NO_PREFIX);
        }
        let start = self.cursor.at;
        self.cursor.skip()?;
        let mut of = tag;
        if self.cursor.peek_ahead(1)? != b'/' {
            self.cursor.take(b"<")?;
            let child = self.cursor.name()?;
            if self.scope.resolve(child.prefix().of(octets)) == Some(common) {
                of = child;
            }
        }
        self.cursor.at = start;
        let uri = self.scope.resolve(of.prefix().of(octets))?;
        if uri == common || (area == Area::Request && !name.generic && uri == own) {
            return Some(of.head().of(octets));
        }
        (area == Area::Request).then_some(NO_PREFIX) // it may hold a query alone
    }

    /// A child of the request area that no field describes, its `<` at the cursor: the query, or an extension (false).
    pub fn query(&mut self) -> Option<bool> {
        let begin = self.cursor.at;
        self.cursor.take(b"<")?;
        let local = self.cursor.name()?.local().of(self.cursor.octets);
        self.cursor.at = begin;
        let named = local.starts_with(b"Get") || local.ends_with(b"Queries") || local == self.noun.as_bytes();
        if !(named || self.tables.nouns.contains_key(local)) {
            return Some(false);
        }
        if self.query.is_some() || NO_QUERIES.iter().any(|word| word.eq_ignore_ascii_case(local)) {
            return None;
        }
        self.noun(1)?;
        self.query = Some(self.sink.pop()?);
        Some(true)
    }

    /// An element of another namespace where the schema allows any, its `<` at the cursor.
    ///
    /// Its name must be none of the class's children, and its namespace none in which such a child is looked for
    /// (`cimbus.interface.codecs.xml.areas.tolerated`). `last` is the field that came before it.
    pub fn extension(&mut self, class: &'a Class, prefix: &[u8], last: Option<usize>) -> Option<()> {
        let octets = self.cursor.octets;
        let (begin, outer) = (self.cursor.at, self.scope.len());
        self.cursor.take(b"<")?;
        let name = self.cursor.name()?;
        self.start()?;
        let uri = self.scope.resolve(name.prefix().of(octets))?;
        self.scope.truncate(outer);
        self.cursor.at = begin;
        let local = name.local().of(octets);
        let is_field = class.elements.iter().any(|field| field.word.octets.eq_ignore_ascii_case(local));
        let own = self.scope.resolve(prefix.strip_suffix(b":").unwrap_or(prefix));
        if is_field || own == Some(uri) || memchr::memmem::find(uri, b"iec.ch/TC57/").is_some() {
            return None;
        }
        self.work = self.work.checked_sub(1)?;
        self.untyped(1, true)?;
        let wildcard = class.wildcard.as_deref()?;
        let after = match last {
            None => FIRST,
            Some(last) => {
                let word = &class.elements.get(last)?.word.octets[..];
                let at_wildcard = last + 1 == class.elements.len() || word == wildcard;
                if at_wildcard { "" } else { std::str::from_utf8(word).ok()? }
            }
        };
        self.extensions += 1;
        self.sink.extension(after)
    }

    /// The content of a payload area and its end tag: nouns, or one OperationSet.
    fn payload(&mut self, tag: Name, root: Root, name: &RootName, found: &mut Found<S::Value>) -> Option<()> {
        let octets = self.cursor.octets;
        loop {
            self.cursor.skip()?;
            if self.cursor.peek()? == b'<' && self.cursor.peek_ahead(1)? == b'/' {
                return self.cursor.end_tag(tag.whole);
            }
            if found.operation_set.is_some() {
                return None;
            }
            let begin = self.cursor.at;
            self.cursor.take(b"<")?;
            let local = self.cursor.name()?.local().of(octets);
            self.cursor.at = begin;
            if local == b"OperationSet" && found.items.is_empty() {
                found.operation_set = Some(self.operation_set(root, name)?);
            } else if self.tables.no_nouns.iter().any(|word| word.eq_ignore_ascii_case(local)) {
                return None;
            } else {
                self.noun(1)?;
                found.items.push(self.sink.pop()?);
            }
        }
    }

    fn operation_set(&mut self, root: Root, name: &RootName) -> Option<S::Value> {
        let outer = self.scope.len();
        self.cursor.take(b"<")?;
        let tag = self.cursor.name()?;
        let empty = self.start()?;
        self.only_hints()?;
        if self.scope.resolve(tag.prefix().of(self.cursor.octets))? != root.uri.of(self.cursor.octets) {
            return None;
        }
        self.own_object(self.tables.operation_set, tag, root, name, Area::Payload, empty)?;
        self.scope.truncate(outer);
        self.sink.pop()
    }
}
