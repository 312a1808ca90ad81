//! Reading elements whose class is known. The rules of a class are in its table; order, number and values are checked.

use crate::cursor::{Attribute, Cursor, Name};
use crate::namespaces::{Scope, Span};
use crate::octets::{is_space, trimmed};
use crate::sink::Sink;
use crate::tables::{Class, Field, Kind, Rule, Tables};
use std::borrow::Cow;

/// Levels below the envelope; the depth of `Limits.max_depth`, and of what libxml2 reads, is 256.
pub const DEEPEST: usize = 100;

/// Children of one name in an area of the envelope; `Limits.max_properties` has the same.
pub const MOST_IN_ENVELOPE: usize = 10_000;

pub struct Reader<'a, S: Sink> {
    pub cursor: Cursor<'a>,
    pub scope: Scope<'a>,
    pub tables: &'a Tables,
    pub sink: S,
    /// The attributes of the start tag that was read last, without declarations.
    pub attributes: Vec<Attribute>,
    /// Whether a payload is read, of which other spellings than cimbus's are kept.
    pub in_noun: bool,
    /// Header.Noun.
    pub noun: Cow<'a, str>,
    /// The query that stood in the request area.
    pub query: Option<S::Value>,
    /// How many extensions the area has that is read.
    pub extensions: usize,
    /// What is left of `Limits.max_work`.
    pub work: usize,
    /// Whether an element called like an area of a message must not come.
    pub no_areas: bool,
}

impl<'a, S: Sink> Reader<'a, S> {
    pub fn new(cursor: Cursor<'a>, scope: Scope<'a>, tables: &'a Tables, sink: S, work: usize) -> Reader<'a, S> {
        Reader {
            cursor,
            scope,
            tables,
            sink,
            attributes: Vec::new(),
            in_noun: false,
            noun: Cow::Borrowed(""),
            query: None,
            extensions: 0,
            work,
            no_areas: false,
        }
    }

    /// An element, the cursor behind the name in its start tag; its object goes onto the stack.
    fn element(&mut self, number: usize, prefix: &'a [u8], name: Span, depth: usize) -> Option<()> {
        let tables = self.tables;
        let class = tables.classes.get(number)?;
        if !class.usable || depth > DEEPEST {
            return None;
        }
        let base = self.sink.height();
        if class.attributes.is_empty() {
            let empty = self.no_attributes()?;
            return self.content(class, prefix, name, depth, empty).and_then(|mask| self.finish(class, base, mask));
        }
        if let (true, Some(field)) = (class.is_reference, class.attributes.first()) {
            if let Some((text, empty)) = self.cursor.one_attribute(&field.word) {
                self.no_content(name, empty)?;
                return self.sink.reference(class, field, text);
            }
        }
        self.attributes.clear();
        let empty = self.cursor.attributes(&mut self.attributes)?;
        if class.is_reference && self.attributes.len() == 1 {
            return self.reference(class, name, empty);
        }
        let given = self.own_attributes(class)?;
        let mask = given | self.content(class, prefix, name, depth, empty)?;
        self.finish(class, base, mask)
    }

    pub fn finish(&mut self, class: &Class, base: usize, mask: u64) -> Option<()> {
        if class.required & !mask != 0 || (class.choice & mask).count_ones() > 1 {
            return None;
        }
        self.sink.object(class, base, mask)
    }

    /// An element that has the one attribute of its class, and no content.
    fn reference(&mut self, class: &'a Class, name: Span, empty: bool) -> Option<()> {
        let (attribute, field) = (self.attributes.first()?, class.attributes.first()?);
        if attribute.name.of(self.cursor.octets) != &field.word.octets[..] {
            return None;
        }
        let text = self.cursor.value(attribute)?;
        self.no_content(name, empty)?;
        self.sink.reference(class, field, &text)
    }

    /// The end tag of an element without content, if it has one.
    #[inline(always)]
    fn no_content(&mut self, name: Span, empty: bool) -> Option<()> {
        if !empty {
            self.cursor.skip()?;
            self.cursor.end_tag(name)?;
        }
        Some(())
    }

    /// Pushes the attributes, each once and none beside those of the class; returns their mask.
    fn own_attributes(&mut self, class: &'a Class) -> Option<u64> {
        let (mut mask, mut count) = (0, 0);
        for field in &class.attributes {
            let mut same = self.attributes.iter();
            let Some(found) = same.find(|each| each.name.of(self.cursor.octets) == &field.word.octets[..]) else {
                continue;
            };
            self.sink.string(field, &self.cursor.value(found)?)?;
            mask |= field.bit;
            count += 1;
        }
        (count == self.attributes.len()).then_some(mask)
    }

    /// Text or children, and the end tag; returns the mask of what was there.
    pub fn content(&mut self, class: &'a Class, prefix: &'a [u8], name: Span, depth: usize, empty: bool) -> Option<u64> {
        if let Some(field) = &class.text {
            let text = if empty { Cow::Borrowed("") } else { self.cursor.leaf()? };
            self.sink.string(field, &text)?;
            if !empty {
                self.cursor.end_tag(name)?;
            }
            return Some(field.bit);
        }
        if empty {
            return Some(0);
        }
        self.children(class, prefix, name, depth)
    }

    /// Children in the order of the class, and the end tag; returns the mask of those that were there.
    fn children(&mut self, class: &'a Class, prefix: &'a [u8], name: Span, depth: usize) -> Option<u64> {
        let mut mask = 0;
        let mut next = 0; // the first field that may come
        let mut items = None; // where the values of that field begin on the stack, if it is repeated and came
        let mut last = None; // the field that came last
        let mut count = 0; // how many children there were
        loop {
            self.cursor.skip()?;
            if self.cursor.peek()? != b'<' {
                return None;
            }
            if self.cursor.peek_ahead(1)? == b'/' {
                self.end_items(class, next, items)?;
                self.cursor.end_tag(name)?;
                return Some(mask);
            }
            let Some(found) = self.find_child(class, next, prefix) else {
                if class.wildcard.is_some() {
                    if !(class.is_request && self.query()?) {
                        self.extension(class, prefix, last)?;
                    }
                    continue;
                }
                let place = class.noun.filter(|place| *place >= next)?;
                self.end_items(class, next, items.take())?;
                self.child_noun(class, prefix, depth)?;
                mask |= class.elements.get(place)?.bit;
                next = place + 1;
                continue;
            };
            if found > next {
                self.end_items(class, next, items.take())?;
            }
            let field = class.elements.get(found)?;
            mask |= field.bit;
            count += 1;
            if count > MOST_IN_ENVELOPE && !self.in_noun {
                return None;
            }
            if field.many && items.is_none() {
                items = Some(self.sink.height());
            }
            next = if field.many { found } else { found + 1 };
            last = Some(found);
            self.child(field, prefix, depth)?;
        }
    }

    #[inline(always)]
    fn end_items(&mut self, class: &'a Class, field: usize, items: Option<usize>) -> Option<()> {
        match items {
            Some(base) => self.sink.list(class.elements.get(field)?, base),
            None => Some(()),
        }
    }

    /// The field of the child whose `<` is at the cursor, from `next` on.
    #[inline(always)]
    fn find_child(&self, class: &'a Class, next: usize, prefix: &[u8]) -> Option<usize> {
        let octets = self.cursor.octets;
        let begin = self.cursor.at + 1;
        if !prefix.is_empty() && !octets.get(begin..)?.starts_with(prefix) {
            return None;
        }
        let begin = begin + prefix.len();
        let stands = |field: &Field| {
            let ends = || octets.get(begin + field.word.len()).is_some_and(|o| matches!(o, b'>' | b'/') || is_space(*o));
            field.word.stands(octets, begin) && ends() && !matches!(field.kind, Kind::Noun)
        };
        class.elements.get(next..)?.iter().position(stands).map(|ahead| next + ahead)
    }

    /// A child whose field is known.
    #[inline(always)]
    fn child(&mut self, field: &'a Field, prefix: &'a [u8], depth: usize) -> Option<()> {
        let start = self.cursor.at + 1;
        let name = Span { start, end: start + prefix.len() + field.word.len() };
        self.cursor.at = name.end;
        if let Kind::Class(number) = field.kind {
            return self.element(number, prefix, name, depth + 1);
        }
        if self.no_attributes()? {
            return self.value(field, Cow::Borrowed(""));
        }
        let text = self.cursor.leaf()?;
        self.cursor.end_tag(name)?;
        self.value(field, text)
    }

    #[inline(always)]
    fn value(&mut self, field: &Field, text: Cow<'a, str>) -> Option<()> {
        match field.rule {
            Rule::None | Rule::Time => {}
            Rule::Verb => {
                self.tables.verbs.iter().find(|verb| &verb[..] == text.as_bytes())?;
            }
            Rule::Noun | Rule::Trimmed => {
                if trimmed(text.as_bytes()).len() != text.len() || (field.rule == Rule::Noun && text.is_empty()) {
                    return None;
                }
            }
        }
        self.sink.leaf(field, &text, self.in_noun)?;
        if field.rule == Rule::Noun {
            self.noun = text;
        }
        Some(())
    }

    // -- nouns -----------------------------------------------------------------------------------------------------

    /// The noun of an operation: in another namespace than the operation, and called as none of its children.
    fn child_noun(&mut self, class: &'a Class, prefix: &'a [u8], depth: usize) -> Option<()> {
        let own = self.scope.resolve(prefix.strip_suffix(b":").unwrap_or(prefix))?;
        let (name, uri) = self.noun(depth + 1)?;
        let local = name.local().of(self.cursor.octets);
        let known = class.elements.iter().any(|field| field.word.octets.eq_ignore_ascii_case(local));
        (uri != own && !known).then_some(())
    }

    /// A noun, registered or not, its `<` at the cursor; returns its name and namespace.
    pub fn noun(&mut self, depth: usize) -> Option<(Name, &'a [u8])> {
        let begin = self.cursor.at;
        let outer = self.scope.len();
        self.cursor.take(b"<")?;
        let name = self.cursor.name()?;
        let empty = self.start()?;
        let octets = self.cursor.octets;
        let uri = self.scope.resolve(name.prefix().of(octets)).unwrap_or(b"");
        match self.tables.noun(name.local().of(octets), uri).ok()? {
            Some(number) => {
                self.only_hints()?;
                let class = self.tables.classes.get(number)?;
                if !class.usable || !class.attributes.is_empty() || class.text.is_some() {
                    return None;
                }
                let base = self.sink.height();
                let before = std::mem::replace(&mut self.in_noun, true);
                let mask = self.content(class, name.head().of(octets), name.whole, depth, empty)?;
                self.in_noun = before;
                self.finish(class, base, mask)?;
                self.scope.truncate(outer);
            }
            None => {
                self.scope.truncate(outer);
                self.cursor.at = begin;
                self.untyped(depth, true)?;
            }
        }
        Some((name, uri))
    }
}
