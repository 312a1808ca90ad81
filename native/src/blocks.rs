//! Columns of one kind behind one another, so that Python makes all of them at once: of a small document, each call of
//! NumPy costs as much as reading ten rows.

use crate::columns::Rows;
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
    pub fn new(rows: &Rows, words: usize) -> Option<Blocks> {
        let step = u32::try_from(words).ok().filter(|step| *step < u32::MAX / 8)?;
        let kinds: Vec<u32> = rows.kind.iter().map(|kind| u32::from(*kind)).collect();
        let columns = [
            (&rows.meter, 0),
            (&rows.usage_point, 0),
            (&rows.reason, 0),
            (&rows.source, 0),
            (&kinds, 4),
            (&rows.reading_type, 1),
            (&rows.reading_type, 2),
            (&rows.quality, 3),
        ];
        let texts = columns.into_iter().flat_map(|(column, part)| column.iter().map(move |place| place + part * step));
        let (scale, scales) = scales(rows);
        Some(Blocks {
            texts: texts.collect(),
            times: [&rows.time[..], &rows.start, &rows.end, &rows.reported].concat(),
            // exact: no number above 2^53 is taken (`cells::number`)
            mantissa: rows.mantissa.iter().map(|whole| *whole as f64).collect(),
            scale,
            scales,
            reading_types: used(&rows.reading_type, words),
            qualities: used(&rows.quality, words),
        })
    }
}

/// The place of each row's scale, and the scales; rows behind one another have the same, mostly.
fn scales(rows: &Rows) -> (Vec<u32>, Vec<(u32, i8)>) {
    let mut scales: Vec<(u32, i8)> = Vec::new();
    let mut known: HashMap<(u32, i8), u32> = HashMap::new();
    let mut last = 0;
    let places = rows.reading_type.iter().zip(&rows.exponent).map(|(kind, exponent)| {
        let pair = (*kind, *exponent);
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
fn used(column: &[u32], words: usize) -> Vec<u32> {
    let mut seen = vec![false; words];
    let mut found = Vec::new();
    for place in column {
        if let Some(first) = seen.get_mut(*place as usize).filter(|seen| !**seen) {
            *first = true;
            found.push(*place);
        }
    }
    found
}
