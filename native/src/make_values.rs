//! Numbers and times as Python's objects.

use crate::border;
use crate::lexical::{self, Moment};
use crate::memo::{Memo, Memos};
use crate::sink::moment;
use crate::tables::{Field, Tables};
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyString, PyTzInfo};
use std::collections::HashMap;

#[inline]
pub fn decimal<'py>(
    py: Python<'py>,
    tables: &Tables,
    numbers: &mut Memo,
    text: &str,
    float: bool,
) -> Option<Bound<'py, PyAny>> {
    numbers.get(py, u8::from(float), text.as_bytes(), || {
        if !lexical::is_decimal(text.as_bytes(), float) {
            return None;
        }
        border::call(tables.makers.decimal.bind(py), 1, &[PyString::new(py, text).into_any()], None)
    })
}

#[inline]
pub fn date_time<'py>(
    py: Python<'py>,
    tables: &Tables,
    memos: &mut Memos,
    field: &Field,
    text: &str,
) -> Option<Bound<'py, PyAny>> {
    let (dates, zones) = memos.dates_and_zones();
    dates.get(py, field.rule as u8, text.as_bytes(), || made_date_time(py, tables, zones, field, text))
}

fn made_date_time<'py>(
    py: Python<'py>,
    tables: &Tables,
    zones: &mut HashMap<i32, Py<PyAny>>,
    field: &Field,
    text: &str,
) -> Option<Bound<'py, PyAny>> {
    let found = moment(field, text.as_bytes())?;
    let zone = Memos::zone(zones, py, tables, found.offset)?;
    if found.usual {
        return Some(in_zone(py, &found, Some(&zone.cast_into().ok()?))?.into_any());
    }
    // written in another way than cimbus would: the zone remembers the text
    let written = PyString::new(py, text.trim_matches([' ', '\t', '\n', '\r'])).into_any();
    let values = [zone, written, in_zone(py, &found, None)?.into_any()];
    let notation = border::call(tables.makers.notation.bind(py), 3, &values, None)?;
    Some(in_zone(py, &found, Some(&notation.cast_into().ok()?))?.into_any())
}

pub fn in_zone<'py>(py: Python<'py>, of: &Moment, zone: Option<&Bound<'py, PyTzInfo>>) -> Option<Bound<'py, PyDateTime>> {
    PyDateTime::new(py, of.year, of.month, of.day, of.hour, of.minute, of.second, of.micro, zone).ok()
}
