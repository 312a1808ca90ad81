//! A document as a whole: its octets, before anything is read in them.

use crate::octets::{has_more_nodes, has_noncharacters, Survey};
use pyo3::prelude::*;

/// Bounds that a caller sets (`cimbus.Limits`).
#[derive(FromPyObject)]
pub struct Bounds {
    pub max_bytes: usize,
    pub max_nodes: usize,
    pub max_work: usize,
}

/// A document that was looked at as a whole: UTF-8, within the bounds, of characters that XML allows.
pub struct Document<'a> {
    pub text: &'a str,
    pub plain: bool,
    /// Steps for what no class describes, as `WorkBudget` counts them.
    pub work: usize,
}

impl<'a> Document<'a> {
    pub fn checked(octets: &'a [u8], bounds: &Bounds) -> Option<Document<'a>> {
        if octets.len() > bounds.max_bytes || has_more_nodes(octets, bounds.max_nodes) {
            return None;
        }
        let survey = Survey::of(octets);
        let text = std::str::from_utf8(octets).ok().filter(|_| !survey.illegal)?;
        // a larger document may take proportionally more (`WorkBudget`)
        let mebibytes = (octets.len() >> 20).max(1);
        Some(Document { text, plain: survey.plain, work: bounds.max_work.saturating_mul(mebibytes) })
    }
}

/// The octets without a character that is cut off at their end.
pub fn whole_characters(octets: &[u8]) -> &[u8] {
    match std::str::from_utf8(octets) {
        Err(error) if error.error_len().is_none() => octets.get(..error.valid_up_to()).unwrap_or_default(),
        _ => octets,
    }
}

/// The text of octets that are UTF-8 without U+FFFE and U+FFFF, which XML does not allow (XML 1.0, 2.2).
///
/// Control characters, which it does not allow either, the grammar of JSON refuses.
pub fn without_noncharacters(octets: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(octets).ok()?;
    let noncharacters = memchr::memchr(0xef, octets).is_some() && has_noncharacters(octets);
    (!noncharacters).then_some(text)
}
