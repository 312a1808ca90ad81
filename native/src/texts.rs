//! Character data: the texts of elements without children, and references.

use crate::cursor::{Cursor, LONGEST};
use crate::namespaces::Span;
use crate::octets::{find_tag, is_char};
use std::borrow::Cow;

/// Octets of a reference between `&` and `;`: `#x10FFFF` has eight.
const LONGEST_REFERENCE: usize = 10;

impl<'a> Cursor<'a> {
    /// The text of an element without children, up to its end tag.
    #[inline(always)]
    pub fn leaf(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at;
        let end = find_tag(self.octets, start)?;
        if end - start > LONGEST {
            return None;
        }
        if self.octets.get(end + 1) == Some(&b'/') && (self.plain || is_plain(self.octets.get(start..end)?)) {
            self.at = end;
            return self.str(Span { start, end }).map(Cow::Borrowed);
        }
        self.pieces()
    }

    /// A text with references, CDATA sections or comments in it.
    #[inline(never)]
    fn pieces(&mut self) -> Option<Cow<'a, str>> {
        let mut text = String::new();
        while text.len() <= LONGEST {
            let start = self.at;
            while !matches!(self.peek()?, b'<' | b'&' | b'\r' | b']') {
                self.at += 1;
            }
            text.push_str(self.str(Span { start, end: self.at })?);
            match self.peek()? {
                b'&' => {
                    let (character, length) = reference(self.octets.get(self.at..)?)?;
                    text.push(character);
                    self.at += length;
                }
                b']' if self.peek_ahead(1) != Some(b']') || self.peek_ahead(2) != Some(b'>') => {
                    text.push(']'); // "]]>" is an error (XML 1.0, 2.4)
                    self.at += 1;
                }
                b'<' if self.peek_ahead(1)? == b'/' => return Some(Cow::Owned(text)),
                b'<' if self.take(b"<![CDATA[").is_some() => text.push_str(self.section()?),
                b'<' => self.comment()?,
                _ => return None, // a carriage return, which would be read as a line feed (XML 1.0, 2.11)
            }
        }
        None
    }

    fn section(&mut self) -> Option<&'a str> {
        let length = memchr::memmem::find(self.octets.get(self.at..)?, b"]]>")?;
        let inside = self.str(Span { start: self.at, end: self.at + length })?;
        self.at += length + 3;
        (length <= LONGEST && !inside.contains('\r')).then_some(inside)
    }
}

/// Whether a text is just its octets.
fn is_plain(text: &[u8]) -> bool {
    !text.iter().any(|octet| matches!(octet, b'&' | b']' | b'\r'))
}

/// The character that a reference stands for, and the octets that it takes.
pub fn reference(octets: &[u8]) -> Option<(char, usize)> {
    let within = octets.get(1..octets.len().min(LONGEST_REFERENCE + 2))?;
    let length = within.iter().position(|octet| *octet == b';')?;
    let word = within.get(..length)?;
    let number = |digits: &[u8], radix, allowed: fn(&u8) -> bool| {
        let digits = std::str::from_utf8(digits).ok().filter(|text| text.as_bytes().iter().all(allowed))?;
        char::from_u32(u32::from_str_radix(digits, radix).ok().filter(|code| is_char(*code))?)
    };
    let character = match word {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x', digits @ ..] => number(digits, 16, u8::is_ascii_hexdigit)?,
        [b'#', digits @ ..] => number(digits, 10, u8::is_ascii_digit)?,
        _ => return None,
    };
    Some((character, length + 2))
}
