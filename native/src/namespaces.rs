//! Namespace declarations in scope, and which URIs are taken for sure.

use crate::octets::{begins_name, continues_name};

/// A place in the document: first octet, and the one behind the last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    #[inline(always)]
    pub fn of<'a>(&self, octets: &'a [u8]) -> &'a [u8] {
        octets.get(self.start..self.end).unwrap_or(b"")
    }
}

/// Prefixes in scope of one element; `Limits.max_prefixes` is 64.
pub const MOST_PREFIXES: usize = 60;
/// Octets of a URI; `Limits.max_uri` has the same.
const LONGEST_URI: usize = 1_000;

pub const XSI: &[u8] = b"http://www.w3.org/2001/XMLSchema-instance";
const XML: &[u8] = b"http://www.w3.org/XML/1998/namespace";
/// What a URI must not begin with: the namespaces of `xml` and `xmlns` (Namespaces in XML 1.0, 3).
const RESERVED: [&[u8]; 2] = [b"http://www.w3.org/XML/1998", b"http://www.w3.org/2000/xmlns"];

#[derive(Clone, Copy)]
pub struct Declaration {
    pub prefix: Span,
    pub uri: Span,
    /// How many declarations were in scope around the element that has this one: the same for all of its own.
    pub around: usize,
}

/// The declarations in scope at a place of the document, the outermost first.
#[derive(Clone)]
pub struct Scope<'a> {
    octets: &'a [u8],
    pub declared: Vec<Declaration>,
}

impl<'a> Scope<'a> {
    pub fn new(octets: &'a [u8], declared: Vec<Declaration>) -> Scope<'a> {
        Scope { octets, declared }
    }

    pub fn len(&self) -> usize {
        self.declared.len()
    }

    pub fn truncate(&mut self, length: usize) {
        self.declared.truncate(length);
    }

    /// The URI of a prefix (without its colon; empty for the default namespace), None if it is not declared.
    pub fn resolve(&self, prefix: &[u8]) -> Option<&'a [u8]> {
        self.place(prefix).map(|uri| uri.of(self.octets))
    }

    /// Where the URI of a prefix stands.
    pub fn place(&self, prefix: &[u8]) -> Option<Span> {
        let mut inner_first = self.declared.iter().rev();
        inner_first.find(|each| each.prefix.of(self.octets) == prefix).map(|found| found.uri)
    }

    /// Takes one declaration in. `own` is where those of the same element begin.
    pub fn declare(&mut self, own: usize, name: Span, uri: Span) -> Option<()> {
        let prefix = match name.of(self.octets).strip_prefix(b"xmlns")? {
            [] => Span { start: name.end, end: name.end },
            [b':', first, rest @ ..] if begins_name(*first) && rest.iter().all(|octet| continues_name(*octet)) => {
                Span { start: name.start + b"xmlns:".len(), end: name.end }
            }
            _ => return None,
        };
        let (word, text) = (prefix.of(self.octets), uri.of(self.octets));
        let begins_as_xml = word.get(..3).is_some_and(|head| head.eq_ignore_ascii_case(b"xml"));
        if begins_as_xml || !is_plain_uri(text) || RESERVED.iter().any(|reserved| text.starts_with(reserved)) {
            return None;
        }
        if self.declared.iter().skip(own).any(|each| each.prefix.of(self.octets) == word) {
            return None; // the same attribute twice
        }
        self.declared.push(Declaration { prefix, uri, around: own });
        (self.len() <= MOST_PREFIXES).then_some(())
    }
}

/// Whether an attribute declares the prefix `xml`, which is declared of itself (Namespaces in XML 1.0, 3).
pub fn declares_xml(name: &[u8], uri: &[u8]) -> bool {
    name == b"xmlns:xml" && uri == XML
}

/// Whether a URI has one of the shapes of the field, in which no parser finds a fault: `urn:...`, or `http://host/...`
/// without escapes (RFC 3986, 3).
pub fn is_plain_uri(uri: &[u8]) -> bool {
    let plain = |octet: &u8| octet.is_ascii_alphanumeric() || b"-._~:@!$*()+,;=/".contains(octet);
    if uri.len() > LONGEST_URI {
        return false;
    }
    if let Some(rest) = uri.strip_prefix(b"urn:") {
        return rest.first().is_some_and(u8::is_ascii_alphanumeric) && rest.split(|o| *o == b'#').count() <= 2 && {
            rest.iter().all(|octet| plain(octet) || *octet == b'#')
        };
    }
    let Some(rest) = uri.strip_prefix(b"http://").or_else(|| uri.strip_prefix(b"https://")) else {
        return false;
    };
    let count = |text: &[u8], allowed: fn(&u8) -> bool| text.iter().take_while(|octet| allowed(octet)).count();
    let host = count(rest, |octet| octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'-'));
    let rest_and_port = &rest[host..];
    let after = match rest_and_port {
        // a port of more digits than there are ports may be refused
        [b':', port @ ..] if (1..=5).contains(&count(port, u8::is_ascii_digit)) => &port[count(port, u8::is_ascii_digit)..],
        other => other,
    };
    let mut parts = after.splitn(2, |octet| *octet == b'#');
    let (path, fragment) = (parts.next().unwrap_or(b""), parts.next().unwrap_or(b""));
    host > 0
        && path.first().is_none_or(|octet| matches!(octet, b'/' | b'?'))
        && path.iter().chain(fragment).all(|octet| plain(octet) || *octet == b'?')
}
