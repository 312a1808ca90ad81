//! Elements that no class describes (`cimbus.XmlElement`); no mixed content.

use crate::namespaces::Span;
use crate::octets::begins_name;
use crate::reader::{Reader, DEEPEST};
use crate::sink::{KeptAttribute, Sink, Untyped};
use std::borrow::Cow;

/// How attributes begin by which the JSON reader talks to the walker (`cimbus.interface.codecs.xml.elements`).
const OWN_MARK: &str = "cimbus-json";
/// Declarations in scope that take one step of `Limits.max_work`, as the walker counts.
const PREFIXES_A_STEP: usize = 8;

impl<'a, S: Sink> Reader<'a, S> {
    /// An element with all that is in it, its `<` at the cursor; `top`: it keeps all prefixes in scope.
    pub fn untyped(&mut self, depth: usize, top: bool) -> Option<()> {
        let outer = self.scope.len();
        self.cursor.take(b"<")?;
        let name = self.cursor.name()?;
        let empty = self.start()?;
        let attributes = self.kept_attributes()?;
        let octets = self.cursor.octets;
        let prefix = name.prefix().of(octets);
        let uri = match self.scope.resolve(prefix) {
            Some(uri) => uri,
            None => prefix.is_empty().then_some(b"".as_slice())?,
        };
        let local = self.cursor.str(name.local())?;
        let forbidden = self.no_areas && matches!(local.to_ascii_lowercase().as_str(), "header" | "reply");
        if depth > DEEPEST || forbidden {
            return None;
        }
        let declared = if top || self.scope.len() > outer { 2 + self.scope.len() / PREFIXES_A_STEP } else { 0 };
        self.work = self.work.checked_sub(1 + attributes.len() + declared)?;
        let base = self.sink.height();
        let text = if empty { Cow::Borrowed("") } else { self.inside(name.whole, depth)? };
        let prefixes = if top { self.all_prefixes()? } else { self.own_prefixes(outer)? };
        let uri = std::str::from_utf8(uri).ok()?;
        let element = Untyped { local, uri, attributes: &attributes, text: &text, prefixes: &prefixes };
        self.sink.untyped(&element, base)?;
        self.scope.truncate(outer);
        Some(())
    }

    /// Children, or a text, and the end tag.
    fn inside(&mut self, name: Span, depth: usize) -> Option<Cow<'a, str>> {
        let start = self.cursor.at;
        self.cursor.skip()?;
        let mut text = Cow::Borrowed("");
        if self.at_child() {
            while self.at_child() {
                self.untyped(depth + 1, false)?;
                self.cursor.skip()?;
            }
        } else {
            self.cursor.at = start;
            text = self.cursor.leaf()?;
        }
        self.cursor.end_tag(name)?;
        Some(text)
    }

    fn at_child(&self) -> bool {
        self.cursor.peek() == Some(b'<') && self.cursor.peek_ahead(1).is_some_and(begins_name)
    }

    /// The attributes of the last start tag, no two of one local name.
    pub fn kept_attributes(&self) -> Option<Vec<KeptAttribute<'a>>> {
        let mut kept: Vec<KeptAttribute<'a>> = Vec::new();
        for attribute in &self.attributes {
            let name = self.cursor.str(attribute.name)?;
            let (uri, local) = match name.split_once(':') {
                Some((prefix, local)) => {
                    (Some(std::str::from_utf8(self.scope.resolve(prefix.as_bytes())?).ok()?), local)
                }
                None => (None, name),
            };
            // of one local name they may be in one namespace under two prefixes
            if kept.iter().any(|other| other.local == local) || local.starts_with(OWN_MARK) {
                return None;
            }
            kept.push(KeptAttribute { uri, local, value: self.cursor.value(attribute)? });
        }
        Some(kept)
    }

    /// The declarations of an element that are not the same in the scope around it, which ends at `outer`.
    fn own_prefixes(&self, outer: usize) -> Option<Vec<(&'a str, &'a str)>> {
        let octets = self.cursor.octets;
        let mut added = Vec::new();
        for each in self.scope.declared.iter().skip(outer) {
            let mut around = self.scope.declared.iter().take(outer).rev();
            let same_prefix = around.find(|other| other.prefix.of(octets) == each.prefix.of(octets));
            if same_prefix.is_none_or(|other| other.uri.of(octets) != each.uri.of(octets)) {
                added.push((self.cursor.str(each.prefix)?, self.cursor.str(each.uri)?));
            }
        }
        Some(added)
    }

    /// All prefixes in scope as lxml's `nsmap` lists them: those of the innermost element first.
    fn all_prefixes(&self) -> Option<Vec<(&'a str, &'a str)>> {
        let mut found: Vec<(&'a str, &'a str)> = Vec::new();
        let mut rest = &self.scope.declared[..];
        while let Some(last) = rest.last() {
            let (around, own) = rest.split_at(last.around);
            for each in own {
                let prefix = self.cursor.str(each.prefix)?;
                if !found.iter().any(|(inner, _)| *inner == prefix) {
                    found.push((prefix, self.cursor.str(each.uri)?));
                }
            }
            rest = around;
        }
        Some(found)
    }
}
