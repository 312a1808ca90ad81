//! A place in a document, and what of XML may stand there.
//!
//! Rule: what is taken here is well-formed and means exactly what is returned; None leaves the document to the walker.

use crate::namespaces::{Span, MOST_PREFIXES};
use crate::octets::{find_end, Word, begins_name, continues_name, equal, is_space};
use crate::texts::reference;
use std::borrow::Cow;

/// Octets of one text, comment, start tag, or run of white space. libxml2 refuses 10 million; ten times less keeps away
/// from how it counts them.
pub const LONGEST: usize = 1 << 20;
/// What ends the plain part of an attribute's value in quotation marks, beside control characters.
const VALUE_ENDS: [u8; 3] = [b'"', b'&', b'<'];
/// Octets of a name; `Limits.max_name` has the same.
const LONGEST_NAME: usize = 1_000;

/// A name as it stands in a tag: the whole, and the length of its prefix with the colon.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    pub whole: Span,
    pub prefixed: usize,
}

impl Name {
    pub fn local(&self) -> Span {
        Span { start: self.whole.start + self.prefixed, end: self.whole.end }
    }

    /// The prefix without its colon.
    pub fn prefix(&self) -> Span {
        Span { start: self.whole.start, end: self.whole.start + self.prefixed.saturating_sub(1) }
    }

    /// The prefix with its colon.
    pub fn head(&self) -> Span {
        Span { start: self.whole.start, end: self.whole.start + self.prefixed }
    }
}

#[derive(Clone, Copy)]
pub struct Attribute {
    pub name: Span,
    pub value: Span,
    /// The value is what stands between the quotes: no reference, and no white space but blanks.
    pub plain: bool,
}

#[derive(Clone)]
pub struct Cursor<'a> {
    pub text: &'a str,
    pub octets: &'a [u8],
    pub at: usize,
    /// See `Survey`.
    pub plain: bool,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, at: usize, plain: bool) -> Cursor<'a> {
        Cursor { text, octets: text.as_bytes(), at, plain }
    }

    #[inline(always)]
    pub fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    #[inline(always)]
    pub fn peek_ahead(&self, octets: usize) -> Option<u8> {
        self.octets.get(self.at + octets).copied()
    }

    #[inline(always)]
    pub fn take(&mut self, what: &[u8]) -> Option<()> {
        if !self.octets.get(self.at..)?.starts_with(what) {
            return None;
        }
        self.at += what.len();
        Some(())
    }

    pub fn str(&self, span: Span) -> Option<&'a str> {
        self.text.get(span.start..span.end)
    }

    pub fn ends(&self) -> bool {
        self.at == self.octets.len()
    }

    /// Passes white space.
    #[inline(always)]
    pub fn skip_space(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        (self.at - start <= LONGEST).then_some(())
    }

    /// Passes white space and comments between elements.
    #[inline(always)]
    pub fn skip(&mut self) -> Option<()> {
        let start = self.at;
        self.skip_space()?;
        while self.peek() == Some(b'<') && self.peek_ahead(1) == Some(b'!') && self.peek_ahead(2) == Some(b'-') {
            self.comment()?;
            self.skip_space()?;
        }
        (self.at - start <= LONGEST).then_some(())
    }

    #[cold]
    pub fn comment(&mut self) -> Option<()> {
        self.take(b"<!--")?;
        let length = memchr::memmem::find(self.octets.get(self.at..)?, b"--")?;
        self.at += length + 2;
        self.take(b">")?; // "--" ends a comment or is an error (XML 1.0, 2.5)
        (length <= LONGEST).then_some(())
    }

    /// The name of an element, the cursor behind its `<`.
    #[inline(always)]
    pub fn name(&mut self) -> Option<Name> {
        let start = self.at;
        let mut prefixed = 0;
        if !begins_name(self.peek()?) {
            return None;
        }
        loop {
            self.at += 1;
            let octet = self.peek()?;
            if octet == b':' && prefixed == 0 {
                self.at += 1;
                prefixed = self.at - start;
                if !begins_name(self.peek()?) {
                    return None;
                }
            } else if !continues_name(octet) {
                break;
            }
        }
        let whole = Span { start, end: self.at };
        (whole.end - whole.start <= LONGEST_NAME).then_some(Name { whole, prefixed })
    }

    /// The rest of a start tag; returns whether the element is empty. Two attributes of one name are not told here.
    #[inline(always)]
    pub fn attributes(&mut self, found: &mut Vec<Attribute>) -> Option<bool> {
        if self.peek()? == b'>' {
            self.at += 1;
            return Some(false);
        }
        self.each_attribute(found)
    }

    fn each_attribute(&mut self, found: &mut Vec<Attribute>) -> Option<bool> {
        let start = self.at;
        loop {
            let before = self.at;
            self.skip_space()?;
            match self.peek()? {
                b'>' => {
                    self.at += 1;
                    break (self.at - start <= LONGEST).then_some(false);
                }
                b'/' => {
                    self.at += 1;
                    self.take(b">")?;
                    break (self.at - start <= LONGEST).then_some(true);
                }
                octet if self.at > before && begins_name(octet) => found.push(self.attribute()?),
                _ => return None,
            }
            if found.len() > MOST_PREFIXES {
                return None; // Limits.max_attributes is higher
            }
        }
    }

    fn attribute(&mut self) -> Option<Attribute> {
        let name = self.name()?.whole;
        self.skip_space()?;
        self.take(b"=")?;
        self.skip_space()?;
        let quote = self.peek().filter(|octet| matches!(octet, b'"' | b'\''))?;
        self.at += 1;
        let start = self.at;
        let mut plain = true;
        loop {
            match self.peek()? {
                octet if octet == quote => break,
                b'<' | b'\r' => return None,
                octet => plain &= octet >= b' ' && octet != b'&',
            }
            self.at += 1;
        }
        let value = Span { start, end: self.at };
        self.at += 1;
        Some(Attribute { name, value, plain })
    }

    /// The rest of a start tag whose one attribute has this name, and whether the element is empty; None, and nothing
    /// passed, if it is not written in the plainest way.
    #[inline(always)]
    pub fn one_attribute(&mut self, name: &Word) -> Option<(&'a str, bool)> {
        let (octets, at) = (self.octets, self.at + 1);
        let start = at + name.len() + 2;
        if self.peek()? != b' ' || !name.stands(octets, at) || octets.get(start - 2..start)? != b"=\"" {
            return None;
        }
        let end = find_end(octets, start, VALUE_ENDS).filter(|end| end - start <= LONGEST)?;
        let empty = match octets.get(end..)? {
            [b'"', b'>', ..] => false,
            [b'"', b'/', b'>', ..] => true,
            _ => return None,
        };
        let value = self.str(Span { start, end })?;
        self.at = end + if empty { 3 } else { 2 };
        Some((value, empty))
    }

    /// What an attribute says: references resolved, tabs and line ends read as blanks (XML 1.0, 3.3.3).
    pub fn value(&self, attribute: &Attribute) -> Option<Cow<'a, str>> {
        let raw = self.str(attribute.value)?;
        if attribute.plain {
            return Some(Cow::Borrowed(raw));
        }
        let mut value = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.find(['&', '\t', '\n']) {
            value.push_str(&rest[..at]);
            if rest.as_bytes()[at] == b'&' {
                let (character, length) = reference(&rest.as_bytes()[at..])?;
                value.push(character);
                rest = &rest[at + length..];
            } else {
                value.push(' ');
                rest = &rest[at + 1..];
            }
        }
        value.push_str(rest);
        Some(Cow::Owned(value))
    }

    /// The end tag of the element with this name.
    #[inline(always)]
    pub fn end_tag(&mut self, name: Span) -> Option<()> {
        let start = self.at + 2;
        let end = start + (name.end - name.start);
        if self.peek()? != b'<' || self.peek_ahead(1)? != b'/' {
            return None;
        }
        if !equal(self.octets.get(start..end)?, name.of(self.octets)) {
            return None;
        }
        self.at = end;
        if self.peek()? != b'>' {
            self.skip_space()?;
            if self.peek()? != b'>' || self.at - end > LONGEST_NAME {
                return None;
            }
        }
        self.at += 1;
        Some(())
    }
}
