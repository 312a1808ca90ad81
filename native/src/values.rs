//! Values as texts of XML Schema's simple types, as `cimbus.interface.codecs.lexical` writes them.

use crate::makers::Makers;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyDateAccess, PyDateTime, PyDelta, PyDeltaAccess, PyInt, PyString, PyTimeAccess, PyTzInfo, PyTzInfoAccess,
};

/// Minutes of an offset from UTC that XML allows (XML Schema part 2, 3.2.7.3).
const MOST_MINUTES: i32 = 14 * 60;

/// Writes times; most of one message are in one zone.
pub struct Clock<'py> {
    utc: Bound<'py, PyAny>,
    notation: Bound<'py, PyAny>,
    timezone: Bound<'py, PyAny>,
    /// The last zone of a fixed offset, and its minutes east of UTC.
    last: Option<(Bound<'py, PyTzInfo>, i32)>,
}

impl<'py> Clock<'py> {
    pub fn new(py: Python<'py>, makers: &Makers) -> Clock<'py> {
        let bound = |object: &Py<PyAny>| object.bind(py).clone();
        let (utc, notation) = (bound(&makers.utc), bound(&makers.notation));
        Clock { utc, notation, timezone: bound(&makers.timezone), last: None }
    }

    /// Appends xs:dateTime; None for what is no time, has no zone, or has one that is written otherwise.
    #[inline]
    pub fn write(&mut self, out: &mut Vec<u8>, value: &Bound<'py, PyAny>) -> Option<()> {
        let value = value.cast_exact::<PyDateTime>().ok()?;
        let zone = value.get_tzinfo()?;
        let minutes = if zone.is(&self.utc) { 0 } else { self.offset(value, &zone)? };
        if zone.get_type().is(&self.notation) && as_it_was(out, value, &zone)? {
            return Some(());
        }
        moment(out, value);
        if minutes == 0 {
            out.push(b'Z');
        } else {
            out.push(if minutes < 0 { b'-' } else { b'+' });
            two(out, minutes.unsigned_abs() / 60);
            out.push(b':');
            two(out, minutes.unsigned_abs() % 60);
        }
        Some(())
    }

    /// Minutes east of UTC.
    fn offset(&mut self, value: &Bound<'py, PyDateTime>, zone: &Bound<'py, PyTzInfo>) -> Option<i32> {
        if let Some((last, minutes)) = &self.last {
            if zone.is(last) {
                return Some(*minutes);
            }
        }
        let kind = zone.get_type();
        if !kind.is(&self.notation) && zone.is_instance(&self.notation).ok()? {
            return None; // what is derived from it may do otherwise
        }
        let delta = value.call_method0(intern!(value.py(), "utcoffset")).ok()?;
        let delta = delta.cast_exact::<PyDelta>().ok()?;
        let seconds = delta.get_days() * 86_400 + delta.get_seconds();
        let minutes = seconds / 60;
        if delta.get_microseconds() != 0 || seconds % 60 != 0 || minutes.abs() > MOST_MINUTES {
            return None;
        }
        if kind.is(&self.timezone) {
            self.last = Some((zone.clone(), minutes));
        }
        Some(minutes)
    }
}

/// Appends the text that a time was read from, if the time is still that (`cimbus.interface.notation.written_as`).
fn as_it_was(out: &mut Vec<u8>, value: &Bound<'_, PyDateTime>, zone: &Bound<'_, PyTzInfo>) -> Option<bool> {
    let py = value.py();
    let read = zone.getattr(intern!(py, "moment")).ok()?;
    let read = read.cast_exact::<PyDateTime>().ok().filter(|read| read.get_tzinfo().is_none())?;
    if digits(read) != digits(value) {
        return Some(false);
    }
    let text = zone.getattr(intern!(py, "text")).ok()?;
    let text = text.cast_exact::<PyString>().ok()?.to_str().ok()?;
    out.extend_from_slice(text.as_bytes());
    Some(!text.is_empty())
}

fn digits(value: &Bound<'_, PyDateTime>) -> (i32, u8, u8, u8, u8, u8, u32) {
    let (year, month, day) = (value.get_year(), value.get_month(), value.get_day());
    (year, month, day, value.get_hour(), value.get_minute(), value.get_second(), value.get_microsecond())
}

/// Appends a time without its zone: six digits of a second, or none for zero.
#[inline]
fn moment(out: &mut Vec<u8>, value: &Bound<'_, PyDateTime>) {
    let (year, month, day, hour, minute, second, micro) = digits(value);
    two(out, year.unsigned_abs() / 100);
    two(out, year.unsigned_abs() % 100);
    for (before, number) in [(b'-', month), (b'-', day), (b'T', hour), (b':', minute), (b':', second)] {
        out.push(before);
        two(out, u32::from(number));
    }
    if micro != 0 {
        out.push(b'.');
        two(out, micro / 10_000);
        two(out, micro / 100 % 100);
        two(out, micro % 100);
    }
}

#[inline]
fn two(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&[b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]);
}

/// Appends xs:decimal, or xs:float as `exponents` says; None for what is written in a form of its own.
#[inline]
pub fn number(out: &mut Vec<u8>, makers: &Makers, value: &Bound<'_, PyAny>, exponents: bool) -> Option<()> {
    if !value.get_type().is(&makers.decimal) {
        return None;
    }
    let text = value.str().ok()?;
    let text = text.to_str().ok()?.as_bytes();
    let is_usual = |octet: &u8| octet.is_ascii_digit() || matches!(octet, b'.' | b'-' | b'+' | b'E');
    // NaN may have digits behind it
    let begins = text.strip_prefix(b"-").unwrap_or(text).first().is_some_and(u8::is_ascii_digit);
    if !begins || !text.iter().all(is_usual) || (!exponents && text.contains(&b'E')) {
        return None;
    }
    out.extend_from_slice(text);
    Some(())
}

/// Appends xs:integer.
#[inline]
pub fn integer(out: &mut Vec<u8>, value: &Bound<'_, PyAny>) -> Option<()> {
    let value: i64 = value.cast_exact::<PyInt>().ok()?.extract().ok()?;
    out.extend_from_slice(value.to_string().as_bytes());
    Some(())
}

/// Appends xs:boolean.
#[inline]
pub fn boolean(out: &mut Vec<u8>, value: &Bound<'_, PyAny>) -> Option<()> {
    let truth = value.cast_exact::<PyBool>().ok()?.is_true();
    out.extend_from_slice(if truth { b"true" } else { b"false" });
    Some(())
}
