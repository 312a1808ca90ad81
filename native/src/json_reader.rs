//! Objects of declared classes in JSON: members by name, in any order, each once, and none that the class has not.

use crate::json_cursor::JsonCursor;
use crate::make::Maker;
use crate::octets::trimmed;
use crate::reader::{DEEPEST, MOST_IN_ENVELOPE};
use crate::sink::Sink;
use crate::tables::{Class, Field, Kind, Rule, Tables};
use std::borrow::Cow;

pub struct JsonReader<'a, 'py> {
    pub cursor: JsonCursor<'a>,
    pub tables: &'a Tables,
    pub maker: Maker<'py, 'a>,
    /// Whether a payload is read, of which lists may have any length.
    pub in_noun: bool,
    /// Whether the header is read and not what follows, for which it may be the general path that reads the document:
    /// that keeps the spelling of a time.
    pub only_header: bool,
}

impl<'a> JsonReader<'a, '_> {
    /// An object of the class with this number; it goes onto the stack.
    #[inline]
    pub fn object(&mut self, number: usize, depth: usize) -> Option<()> {
        let tables = self.tables;
        let class = tables.classes.get(number).filter(|class| class.usable && class.in_json)?;
        if depth > DEEPEST {
            return None;
        }
        self.cursor.take(b'{')?;
        if class.is_reference {
            return self.reference(class);
        }
        let base = self.maker.height();
        let mask = self.members(class, base, depth)?;
        let missing = (class.required | class.given) & !mask != 0;
        if missing || (class.choice & mask).count_ones() > 1 {
            return None;
        }
        self.maker.object(class, base, mask)
    }

    /// The one member of an object that has no other.
    #[inline]
    fn reference(&mut self, class: &'a Class) -> Option<()> {
        self.cursor.member(&class.members, 0)?;
        let text = self.cursor.string()?;
        self.cursor.take(b'}')?;
        self.maker.reference(class, class.attributes.first()?, &text)
    }

    /// The members, and the end of the object; their values are on the stack in the order of the class.
    fn members(&mut self, class: &'a Class, base: usize, depth: usize) -> Option<u64> {
        let (mut mask, mut nulls) = (0u64, 0u64);
        let mut next = 0; // the place of the field that is expected
        if self.cursor.takes(b'}')? {
            return Some(0);
        }
        loop {
            let place = self.cursor.member(&class.members, next)?;
            let field = class.field(place)?;
            if (mask | nulls) & field.bit != 0 {
                return None;
            }
            if self.value(class, field, depth)? {
                let before = mask & (field.bit - 1);
                if before != mask {
                    self.maker.sink_top(base + before.count_ones() as usize);
                }
                mask |= field.bit;
            } else {
                nulls |= field.bit;
            }
            next = place + 1;
            match self.cursor.next()? {
                b',' => {}
                b'}' => return Some(mask),
                _ => return None,
            }
        }
    }

    /// The value of a field; false for null, which pushes nothing.
    #[inline(always)]
    fn value(&mut self, class: &'a Class, field: &'a Field, depth: usize) -> Option<bool> {
        if field.many {
            self.list(class, field, depth)?;
            return Some(true);
        }
        if self.cursor.peek()? == b'n' {
            let optional = (class.required | class.given) & field.bit == 0;
            return (self.cursor.takes_word(b"null")? && optional).then_some(false);
        }
        self.item(field, depth)?;
        Some(true)
    }

    fn list(&mut self, class: &Class, field: &'a Field, depth: usize) -> Option<()> {
        self.cursor.take(b'[')?;
        let base = self.maker.height();
        if self.cursor.takes(b']')? {
            // one that is mandatory has at least one item
            return if class.required & field.bit == 0 { self.maker.list(field, base) } else { None };
        }
        loop {
            self.item(field, depth)?;
            match self.cursor.next()? {
                b',' => {}
                b']' => break,
                _ => return None,
            }
        }
        if self.maker.height() - base > MOST_IN_ENVELOPE && !self.in_noun {
            return None;
        }
        self.maker.list(field, base)
    }

    #[inline(always)]
    fn item(&mut self, field: &'a Field, depth: usize) -> Option<()> {
        match &field.kind {
            Kind::Class(number) => self.object(*number, depth + 1),
            Kind::Text => {
                let text = self.cursor.string()?;
                self.follows(field, &text)?;
                self.maker.string(field, &text)
            }
            Kind::DateTime => {
                let text = self.cursor.string()?;
                self.maker.instant(field, &text, self.only_header)
            }
            Kind::Decimal | Kind::Float => {
                let is_text = self.cursor.peek()? == b'"';
                let text = if is_text { self.cursor.string()? } else { Cow::Borrowed(self.cursor.number()?) };
                // in Python, the number -0 has become an integer, which has no sign then
                let keeps_sign = is_text || !text.starts_with("-0") || text.bytes().any(|octet| octet > b'0');
                self.maker.number(&text).filter(|()| keeps_sign)
            }
            Kind::Integer => {
                let number = self.cursor.number()?;
                self.maker.leaf(field, number, self.in_noun)
            }
            Kind::Boolean => {
                let word = if self.cursor.takes_word(b"true")? { "true" } else { "false" };
                let there = word == "true" || self.cursor.takes_word(b"false")?;
                self.maker.leaf(field, word, self.in_noun).filter(|()| there)
            }
            Kind::Enum(_) => {
                let text = self.cursor.string()?;
                self.maker.leaf(field, &text, self.in_noun)
            }
            Kind::Noun => None,
        }
    }

    /// Whether a text of the header is as the header wants it.
    #[inline(always)]
    fn follows(&self, field: &Field, text: &str) -> Option<()> {
        let octets = text.as_bytes();
        let good = match field.rule {
            Rule::None | Rule::Time => true,
            Rule::Verb => self.tables.verbs.iter().any(|verb| &verb[..] == octets),
            Rule::Trimmed => trimmed(octets).len() == octets.len(),
            Rule::Noun => !octets.is_empty() && trimmed(octets).len() == octets.len(),
        };
        good.then_some(())
    }
}
