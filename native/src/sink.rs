//! What a reader does with what it reads: make Python's objects (`make`), or only check (`check`).
//!
//! A sink has a stack. Values are pushed in the order in which they are read, and a list or an object replaces those of
//! its parts.

use crate::lexical;
use crate::octets::trimmed;
use crate::tables::{Class, Field, Kind, Rule};
use std::borrow::Cow;

/// An attribute of an element that no class describes.
pub struct KeptAttribute<'a> {
    /// None for one without a namespace.
    pub uri: Option<&'a str>,
    pub local: &'a str,
    pub value: Cow<'a, str>,
}

/// An element that no class describes; its children are on the stack.
pub struct Untyped<'a, 'r> {
    pub local: &'a str,
    pub uri: &'a str,
    pub attributes: &'r [KeptAttribute<'a>],
    pub text: &'r str,
    /// Declarations that the element adds: prefix and URI.
    pub prefixes: &'r [(&'a str, &'a str)],
}

pub trait Sink {
    type Value;

    /// How many values are on the stack.
    fn height(&self) -> usize;

    fn pop(&mut self) -> Option<Self::Value>;

    /// Pushes the value of a text; None if it is not written as it would be.
    fn leaf(&mut self, field: &Field, text: &str, in_noun: bool) -> Option<()>;

    /// Pushes an attribute, or the text of a class that has one.
    fn string(&mut self, field: &Field, text: &str) -> Option<()>;

    /// Pushes an object that is one attribute.
    fn reference(&mut self, class: &Class, field: &Field, text: &str) -> Option<()>;

    /// Puts one list in the place of the values above `base`.
    fn list(&mut self, field: &Field, base: usize) -> Option<()>;

    /// Puts an object in the place of the values above `base`, which are those of the fields in `mask`.
    fn object(&mut self, class: &Class, base: usize, mask: u64) -> Option<()>;

    /// The same for an element that no class describes.
    fn untyped(&mut self, element: &Untyped<'_, '_>, base: usize) -> Option<()>;

    /// Keeps the element on top of the stack as an extension of the next object; `after` is as in `Extension`.
    fn extension(&mut self, after: &str) -> Option<()>;
}

/// Checks and makes nothing. It needs no interpreter.
pub struct Checker;

impl Sink for Checker {
    type Value = ();

    fn height(&self) -> usize {
        0
    }

    fn pop(&mut self) -> Option<()> {
        Some(())
    }

    #[inline]
    fn leaf(&mut self, field: &Field, text: &str, in_noun: bool) -> Option<()> {
        let octets = text.as_bytes();
        match &field.kind {
            Kind::Text => Some(()),
            Kind::DateTime => moment(field, octets).map(|_| ()),
            Kind::Decimal => lexical::is_decimal(octets, false).then_some(()),
            Kind::Float => lexical::is_decimal(octets, true).then_some(()),
            Kind::Integer => lexical::integer(octets).map(|_| ()),
            Kind::Boolean => lexical::boolean(octets, in_noun).map(|_| ()),
            Kind::Enum(members) => members.iter().find(|(word, _)| &word[..] == octets).map(|_| ()),
            Kind::Class(_) | Kind::Noun => None,
        }
    }

    fn string(&mut self, _field: &Field, _text: &str) -> Option<()> {
        Some(())
    }

    fn reference(&mut self, _class: &Class, _field: &Field, _text: &str) -> Option<()> {
        Some(())
    }

    fn list(&mut self, _field: &Field, _base: usize) -> Option<()> {
        Some(())
    }

    fn object(&mut self, _class: &Class, _base: usize, _mask: u64) -> Option<()> {
        Some(())
    }

    fn untyped(&mut self, _element: &Untyped<'_, '_>, _base: usize) -> Option<()> {
        Some(())
    }

    fn extension(&mut self, _after: &str) -> Option<()> {
        Some(())
    }
}

/// A date and time; white space around it is no part of it (XML Schema part 2, 4.3.6).
pub fn moment(field: &Field, text: &[u8]) -> Option<lexical::Moment> {
    let found = lexical::date_time(trimmed(text))?;
    (field.rule != Rule::Time || !may_be_none(&found)).then_some(found)
}

/// Whether a date may mean that there is none: DateTime.MinValue of .NET, and zero of a Unix clock.
pub fn may_be_none(moment: &lexical::Moment) -> bool {
    matches!(moment.year, 1 | 1970)
}
