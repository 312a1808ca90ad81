//! Tokens of JSON (RFC 8259), as far as they are sure: names without escapes, numbers without exponents.

use crate::octets::{find_end, is_space, Word};
use std::borrow::Cow;

/// What ends the plain part of a string, beside control characters.
const STRING_ENDS: [u8; 2] = [b'"', b'\\'];

pub struct JsonCursor<'a> {
    text: &'a str,
    octets: &'a [u8],
    at: usize,
}

impl<'a> JsonCursor<'a> {
    /// `text` has no character that XML does not allow.
    pub fn new(text: &'a str) -> JsonCursor<'a> {
        JsonCursor { text, octets: text.as_bytes(), at: 0 }
    }

    /// The next octet that is no white space (RFC 8259, 2); it stays there.
    #[inline(always)]
    pub fn peek(&mut self) -> Option<u8> {
        let octet = *self.octets.get(self.at)?;
        if is_space(octet) {
            return self.behind_space();
        }
        Some(octet)
    }

    #[inline(never)]
    fn behind_space(&mut self) -> Option<u8> {
        let rest = self.octets.get(self.at..)?;
        self.at += rest.iter().take_while(|octet| is_space(**octet)).count();
        self.octets.get(self.at).copied()
    }

    /// The next octet that is no white space.
    #[inline(always)]
    pub fn next(&mut self) -> Option<u8> {
        let octet = self.peek()?;
        self.at += 1;
        Some(octet)
    }

    /// Passes one octet, and white space before it.
    #[inline(always)]
    pub fn take(&mut self, octet: u8) -> Option<()> {
        (self.next()? == octet).then_some(())
    }

    /// Passes one octet if it is the next.
    #[inline(always)]
    pub fn takes(&mut self, octet: u8) -> Option<bool> {
        let there = self.peek()? == octet;
        self.at += usize::from(there);
        Some(there)
    }

    /// Whether nothing but white space follows.
    pub fn ends(&mut self) -> bool {
        self.peek().is_none()
    }

    /// The name of a member and the colon: its place among `names`, from `next` on and then from the first on.
    ///
    /// Each of the names has its closing quotation mark.
    #[inline(always)]
    pub fn member(&mut self, names: &[Word], next: usize) -> Option<usize> {
        self.take(b'"')?;
        let place = match Word::first_of(names.get(next..)?, self.octets, self.at) {
            Some(ahead) => next + ahead,
            None => Word::first_of(names.get(..next)?, self.octets, self.at)?,
        };
        self.at += names.get(place)?.len();
        self.take(b':')?;
        Some(place)
    }

    /// The name of a member and the colon.
    pub fn name(&mut self) -> Option<&'a str> {
        let name = match self.string()? {
            Cow::Borrowed(name) => name,
            Cow::Owned(_) => return None,
        };
        self.take(b':')?;
        Some(name)
    }

    /// A string.
    #[inline(always)]
    pub fn string(&mut self) -> Option<Cow<'a, str>> {
        self.take(b'"')?;
        let start = self.at;
        let end = find_end(self.octets, start, STRING_ENDS)?;
        if *self.octets.get(end)? != b'"' {
            return self.escaped(start, end).map(Cow::Owned);
        }
        self.at = end + 1;
        Some(Cow::Borrowed(self.text.get(start..end)?))
    }

    /// The string from `start` on; at `place` is its first octet that is no text.
    ///
    /// Escapes that may stand for what XML cannot hold (`\b`, `\f`, `\u`) are refused as `decode_fast` in Python does,
    /// which looks for them without regard to a backslash before.
    #[cold]
    fn escaped(&mut self, start: usize, place: usize) -> Option<String> {
        let mut made = String::new();
        let (mut start, mut place) = (start, place);
        loop {
            made.push_str(self.text.get(start..place)?);
            match self.octets.get(place)? {
                b'"' => break,
                b'\\' => {}
                _ => return None, // a control character (RFC 8259, 7)
            }
            let (octet, after) = (self.octets.get(place + 1)?, self.octets.get(place + 2)?);
            made.push(match octet {
                b'"' => '"',
                b'/' => '/',
                b'\\' if !matches!(after, b'b' | b'f' | b'u') => '\\',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                _ => return None,
            });
            start = place + 2;
            place = find_end(self.octets, start, STRING_ENDS)?;
        }
        self.at = place + 1;
        Some(made)
    }

    /// What may be a number without an exponent.
    #[inline]
    pub fn number(&mut self) -> Option<&'a str> {
        self.peek()?;
        let rest = self.octets.get(self.at..)?;
        let length = rest.iter().take_while(|octet| matches!(octet, b'0'..=b'9' | b'.' | b'-')).count();
        let number = self.text.get(self.at..self.at + length)?;
        self.at += length;
        Some(number)
    }

    /// Passes a word such as `null` if it is the next.
    #[inline]
    pub fn takes_word(&mut self, word: &[u8]) -> Option<bool> {
        self.peek()?;
        let there = self.octets.get(self.at..)?.starts_with(word);
        self.at += if there { word.len() } else { 0 };
        Some(there)
    }
}
