//! Values of readings as columns need them: whole numbers, and places of texts.

use crate::lexical;

/// No time; NumPy's "not a time" has this number.
pub const NO_TIME: i64 = i64::MIN;
/// Whole numbers up to here are exact in binary floating point.
const MOST_EXACT: i64 = 1 << 53;

/// A value on the stack, as far as a column needs it.
#[derive(Clone, Copy)]
pub enum Cell {
    Nothing,
    /// The place of a text among `words`.
    Word(u32),
    Time(i64),
    Number(i64, i8),
    Period(i64, i64),
}

impl Cell {
    pub fn word(self) -> u32 {
        match self {
            Cell::Word(place) => place,
            _ => 0,
        }
    }

    pub fn time(self) -> i64 {
        match self {
            Cell::Time(time) => time,
            _ => NO_TIME,
        }
    }
}

/// Whole and exponent of ten; None for what is not exact in binary floating point by one division or multiplication.
pub fn number(text: &str) -> Option<Cell> {
    if !lexical::is_decimal(text.as_bytes(), true) || text.len() > 20 {
        return None;
    }
    let places = text.bytes().position(|octet| octet == b'.').map_or(0, |point| text.len() - point - 1);
    let digits = text.bytes().filter(u8::is_ascii_digit);
    let whole = digits.fold(0i64, |sum, digit| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    let negative = text.starts_with('-');
    if whole > MOST_EXACT || (negative && whole == 0) {
        return None; // a negative zero stays one
    }
    Some(Cell::Number(if negative { -whole } else { whole }, -i8::try_from(places).ok()?))
}

/// Microseconds since 1970 (UTC).
pub fn microseconds(moment: &lexical::Moment) -> i64 {
    // days of the proleptic Gregorian calendar, counted from March on, so that a leap day is the last of its year
    let (month, day) = (i64::from(moment.month), i64::from(moment.day));
    let year = i64::from(moment.year) - i64::from(month <= 2);
    let since_march = (month + 9) % 12;
    let days = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days = days + (since_march * 306 + 5) / 10 + day - 1 - 719_468;
    let minutes = (days * 24 + i64::from(moment.hour)) * 60 + i64::from(moment.minute) - i64::from(moment.offset);
    (minutes * 60 + i64::from(moment.second)) * 1_000_000 + i64::from(moment.micro)
}
