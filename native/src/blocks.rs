//! Columns of one kind behind one another, so that Python makes all of them at once: of a small document, each call of
//! NumPy costs as much as reading ten rows.

use crate::columns::Row;
use std::collections::HashMap;

pub struct Blocks {
    /// For meter, usage point, reason, source, kind, reading type, unit and quality, a place a row in a table that has
    /// all words, then so many places each for the texts of reading types, units and qualities, and the two kinds.
    pub texts: Vec<u32>,
    /// Microseconds since 1970: time, start, end, reported.
    pub times: Vec<i64>,
    /// Whole numbers, each to be multiplied by its scale.
    pub mantissa: Vec<f64>,
    /// A place a row among the scales.
    pub scale: Vec<u32>,
    /// Reading type and exponent of ten, each pair once.
    pub scales: Vec<(u32, i8)>,
    /// Which words are reading types and qualities.
    pub reading_types: Vec<u32>,
    pub qualities: Vec<u32>,
}

impl Blocks {
    /// None if a place is too large a number.
    pub fn new(rows: &[Row], words: usize) -> Option<Blocks> {
        let step = u32::try_from(words).ok().filter(|step| *step < u32::MAX / 8)?;
        let mut texts = Vec::with_capacity(rows.len() * 8);
        texts.extend(rows.iter().map(|row| row.meter));
        texts.extend(rows.iter().map(|row| row.usage_point));
        texts.extend(rows.iter().map(|row| row.reason));
        texts.extend(rows.iter().map(|row| row.source));
        texts.extend(rows.iter().map(|row| u32::from(row.is_interval) + 4 * step));
        texts.extend(rows.iter().map(|row| row.reading_type + step));
        texts.extend(rows.iter().map(|row| row.reading_type + 2 * step));
        texts.extend(rows.iter().map(|row| row.quality + 3 * step));
        let mut times = Vec::with_capacity(rows.len() * 4);
        times.extend(rows.iter().map(|row| row.time));
        times.extend(rows.iter().map(|row| row.start));
        times.extend(rows.iter().map(|row| row.end));
        times.extend(rows.iter().map(|row| row.reported));
        let (scale, scales) = scales(rows);
        Some(Blocks {
            texts,
            times,
            // exact: no number above 2^53 is taken (`cells::number`)
            mantissa: rows.iter().map(|row| row.mantissa as f64).collect(),
            scale,
            scales,
            reading_types: used(rows.iter().map(|row| row.reading_type), words),
            qualities: used(rows.iter().map(|row| row.quality), words),
        })
    }
}

/// The place of each row's scale, and the scales; rows behind one another have the same, mostly.
fn scales(rows: &[Row]) -> (Vec<u32>, Vec<(u32, i8)>) {
    let mut scales: Vec<(u32, i8)> = Vec::new();
    let mut known: HashMap<(u32, i8), u32> = HashMap::new();
    let mut last = 0;
    let places = rows.iter().map(|row| {
        let pair = (row.reading_type, row.exponent);
        if scales.get(last as usize) != Some(&pair) {
            last = *known.entry(pair).or_insert_with(|| {
                scales.push(pair);
                scales.len() as u32 - 1
            });
        }
        last
    });
    (places.collect(), scales)
}

/// The words that a column has.
fn used(column: impl Iterator<Item = u32>, words: usize) -> Vec<u32> {
    let mut seen = vec![false; words];
    let mut found = Vec::new();
    for place in column {
        if let Some(first) = seen.get_mut(place as usize).filter(|seen| !**seen) {
            *first = true;
            found.push(place);
        }
    }
    found
}
