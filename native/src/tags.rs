//! Start tags: declarations go into the scope, and other attributes are kept, or only hints for validators allowed.

use crate::namespaces::{declares_xml, XSI};
use crate::reader::Reader;
use crate::sink::Sink;

impl<S: Sink> Reader<'_, S> {
    /// The rest of a start tag: takes declarations in, leaves the other attributes in `attributes`, and returns whether
    /// the element is empty.
    pub fn start(&mut self) -> Option<bool> {
        self.attributes.clear();
        let empty = self.cursor.attributes(&mut self.attributes)?;
        if self.attributes.is_empty() {
            return Some(empty);
        }
        let own = self.scope.len();
        let mut declares_xml_already = false;
        let found = std::mem::take(&mut self.attributes);
        for attribute in found {
            let name = attribute.name.of(self.cursor.octets);
            if !name.starts_with(b"xmlns") {
                self.attributes.push(attribute);
            } else if declares_xml(name, attribute.value.of(self.cursor.octets)) {
                if std::mem::replace(&mut declares_xml_already, true) {
                    return None;
                }
            } else {
                self.scope.declare(own, attribute.name, attribute.value)?;
            }
        }
        Some(empty)
    }

    /// Whether the attributes are hints for validators, which any element may have (XML Schema part 1, 2.6.3).
    pub fn only_hints(&self) -> Option<()> {
        for (index, attribute) in self.attributes.iter().enumerate() {
            let name = attribute.name.of(self.cursor.octets);
            let colon = name.iter().position(|octet| *octet == b':')?;
            let (prefix, local) = (&name[..colon], &name[colon..]);
            if self.scope.resolve(prefix)? != XSI || !matches!(local, b":schemaLocation" | b":noNamespaceSchemaLocation") {
                return None;
            }
            // under another prefix it may be the same attribute
            let others = self.attributes.iter().skip(index + 1);
            if others.clone().any(|other| other.name.of(self.cursor.octets).ends_with(local)) {
                return None;
            }
            self.cursor.value(attribute)?;
        }
        Some(())
    }

    /// A start tag without attributes; returns whether the element is empty.
    #[inline(always)]
    pub fn no_attributes(&mut self) -> Option<bool> {
        self.attributes.clear();
        let empty = self.cursor.attributes(&mut self.attributes)?;
        self.attributes.is_empty().then_some(empty)
    }
}
