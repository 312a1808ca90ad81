//! Values of readings as columns need them: whole numbers, and places of texts.

use crate::fields::Field;
use crate::lexical::Moment;
use crate::sink::{may_be_none, moment};

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

/// Whole and exponent of ten; None for what is not exact in binary floating point by one division or multiplication,
/// and for what `lexical::is_decimal` refuses.
pub fn number(text: &str) -> Option<Cell> {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let negative = digits.len() < text.len();
    let mut whole = 0i64;
    let mut point = digits.len();
    for (place, octet) in digits.iter().enumerate() {
        match octet {
            b'0'..=b'9' => whole = whole * 10 + i64::from(octet - b'0'),
            b'.' if point == digits.len() && place > 0 => point = place,
            _ => return None,
        }
        if whole > MOST_EXACT {
            return None;
        }
    }
    let ends_with_point = point + 1 == digits.len();
    let padded = point > 1 && digits.first() == Some(&b'0');
    if digits.is_empty() || ends_with_point || padded || digits.starts_with(b"0.000000") || (negative && whole == 0) {
        return None; // a negative zero stays one
    }
    let places = digits.len().saturating_sub(point + 1);
    Some(Cell::Number(if negative { -whole } else { whole }, -i8::try_from(places).ok()?))
}

/// Microseconds since 1970 (UTC).
pub fn microseconds(moment: &Moment) -> i64 {
    let minutes = i64::from(moment.hour) * 60 + i64::from(moment.minute) - i64::from(moment.offset);
    day(moment) + (minutes * 60 + i64::from(moment.second)) * 1_000_000 + i64::from(moment.micro)
}

/// When the day of a date began, were it in UTC, in microseconds since 1970.
fn day(moment: &Moment) -> i64 {
    // days of the proleptic Gregorian calendar, counted from March on, so that a leap day is the last of its year
    let (month, day) = (i64::from(moment.month), i64::from(moment.day));
    let year = i64::from(moment.year) - i64::from(month <= 2);
    let since_march = (month + 9) % 12;
    let days = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    (days + (since_march * 306 + 5) / 10 + day - 1 - 719_468) * 86_400_000_000
}

/// The day of the time that was read last: the octets of its date, and when it began.
#[derive(Default)]
pub struct Day {
    date: [u8; 11],
    began: i64,
}

impl Day {
    /// A time in microseconds since 1970; most are on the day of the one before, and in UTC to the second.
    pub fn time(&mut self, field: &Field, text: &[u8]) -> Option<i64> {
        if let (true, Some(since)) = (text.first_chunk() == Some(&self.date), text.get(11..).and_then(since_midnight)) {
            return Some(self.began + since);
        }
        let found = moment(field, text)?;
        // a date that may mean "no time" is asked again
        if let (Some(date @ [.., b'T']), false) = (text.first_chunk::<11>(), may_be_none(&found)) {
            *self = Day { date: *date, began: day(&found) };
        }
        Some(microseconds(&found))
    }
}

/// Microseconds of `hh:mm:ssZ`.
fn since_midnight(text: &[u8]) -> Option<i64> {
    let [h, hh, b':', m, mm, b':', s, ss, b'Z'] = text else {
        return None;
    };
    let two = |tens: &u8, ones: &u8| {
        let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| i64::from(tens * 10 + ones))
    };
    let (hours, minutes, seconds) = (two(h, hh)?, two(m, mm)?, two(s, ss)?);
    (hours < 24 && minutes < 60 && seconds < 60).then(|| ((hours * 60 + minutes) * 60 + seconds) * 1_000_000)
}
