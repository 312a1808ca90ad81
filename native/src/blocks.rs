//! Columns of one kind behind one another, so that Python makes all of them at once: of a small document, each call of
//! NumPy costs as much as reading ten rows.

use crate::columns::{Row, NO_VALUE};

/// Powers of ten up to here are exact in binary floating point, so that one division or multiplication by them gives
/// the number that is nearest to the exact one.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];
/// How many columns have texts, and how many have times.
pub const TEXTS: usize = 8;
const TIMES: usize = 4;

/// For meter, usage point, reason, source, kind, reading type, unit and quality, a place a row in a table that has all
/// words, then so many places each for the texts of reading types, units and qualities, and the two kinds.
///
/// None if a place is too large a number.
pub fn texts(rows: &[Row], words: usize) -> Option<Vec<u32>> {
    let step = u32::try_from(words).ok().filter(|step| *step < u32::MAX / 8)?;
    let mut texts = Vec::with_capacity(rows.len() * TEXTS);
    texts.extend(rows.iter().map(|row| row.meter));
    texts.extend(rows.iter().map(|row| row.usage_point));
    texts.extend(rows.iter().map(|row| row.reason));
    texts.extend(rows.iter().map(|row| row.source));
    texts.extend(rows.iter().map(|row| u32::from(row.is_interval) + 4 * step));
    texts.extend(rows.iter().map(|row| row.reading_type + step));
    texts.extend(rows.iter().map(|row| row.reading_type + 2 * step));
    texts.extend(rows.iter().map(|row| row.quality + 3 * step));
    Some(texts)
}

/// Microseconds since 1970: time, start, end, reported.
pub fn times(rows: &[Row]) -> Vec<i64> {
    let mut times = Vec::with_capacity(rows.len() * TIMES);
    times.extend(rows.iter().map(|row| row.time));
    times.extend(rows.iter().map(|row| row.start));
    times.extend(rows.iter().map(|row| row.end));
    times.extend(rows.iter().map(|row| row.reported));
    times
}

/// The values, times ten to the power that is the multiplier of the reading type; None if one may not be exact.
pub fn values(rows: &[Row], multipliers: &[i32]) -> Option<Vec<f64>> {
    let mut values = Vec::with_capacity(rows.len());
    for row in rows {
        // exact: no number above 2^53 is taken (`cells::number`)
        let mantissa = row.mantissa as f64;
        let power = i32::from(row.exponent).checked_add(*multipliers.get(row.reading_type as usize)?)?;
        values.push(match row.exponent {
            NO_VALUE => f64::NAN,
            _ if power < 0 => mantissa / POWERS.get(power.unsigned_abs() as usize)?,
            _ => mantissa * POWERS.get(power as usize)?,
        });
    }
    Some(values)
}

/// The words that a column has.
pub fn used(column: impl Iterator<Item = u32>, words: usize) -> Vec<usize> {
    let mut seen = vec![false; words];
    let mut found = Vec::new();
    for place in column.map(|place| place as usize) {
        if let Some(first) = seen.get_mut(place).filter(|seen| !**seen) {
            *first = true;
            found.push(place);
        }
    }
    found
}
