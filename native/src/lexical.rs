//! Texts of XML Schema's simple types (part 2): whether they are in the lexical space, and in the form that is written.
//!
//! What is refused here, `cimbus.interface.codecs.lexical` judges.

/// A date and time as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub micro: u32,
    /// Minutes east of UTC.
    pub offset: i32,
    /// Whether cimbus would write it just so; otherwise the value keeps its text (`cimbus.interface.notation`).
    pub usual: bool,
}

/// Reads xs:dateTime (3.2.7) with a zone, and nothing finer than a microsecond; no white space around it.
pub fn date_time(text: &[u8]) -> Option<Moment> {
    let [_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', _, _, rest @ ..] = text else {
        return None;
    };
    let year = i32::from(two(text, 0)?) * 100 + i32::from(two(text, 2)?);
    let (month, day) = (two(text, 5)?, two(text, 8)?);
    let (hour, minute, second) = (two(text, 11)?, two(text, 14)?, two(text, 17)?);
    if year < 1 || day < 1 || day > last_day(year, month)? || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (micro, usual_fraction, zone) = fraction(rest)?;
    let (offset, usual_zone) = zone_offset(zone)?;
    Some(Moment { year, month, day, hour, minute, second, micro, offset, usual: usual_fraction && usual_zone })
}

fn two(text: &[u8], at: usize) -> Option<u8> {
    let (tens, ones) = (text.get(at)?.wrapping_sub(b'0'), text.get(at + 1)?.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| tens * 10 + ones)
}

fn last_day(year: i32, month: u8) -> Option<u8> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Microseconds, whether they are written as cimbus does (six digits, or none for zero), and what follows.
fn fraction(text: &[u8]) -> Option<(u32, bool, &[u8])> {
    let [b'.', digits @ ..] = text else {
        return Some((0, true, text));
    };
    let count = digits.iter().take_while(|octet| octet.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(count);
    if digits.is_empty() || digits.iter().skip(6).any(|digit| *digit != b'0') {
        return None; // finer than a microsecond earns a note
    }
    let digit = |place| u32::from(digits.get(place).map_or(0, |octet| octet - b'0'));
    let micro = (0..6).fold(0, |sum, place| sum * 10 + digit(place));
    Some((micro, count == 6 && micro != 0, rest))
}

/// Minutes east of UTC, and whether the zone is written as cimbus does (`Z` for none).
fn zone_offset(text: &[u8]) -> Option<(i32, bool)> {
    match text {
        b"Z" => Some((0, true)),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (i32::from(two(text, 1)?), i32::from(two(text, 4)?));
            let offset = hours * 60 + minutes;
            if minutes > 59 || offset > 14 * 60 {
                return None; // 3.2.7.3
            }
            Some((if *sign == b'-' { -offset } else { offset }, offset != 0))
        }
        _ => None,
    }
}

/// Whether a text is a number as Python's `Decimal` writes it without an exponent.
///
/// `float`: where numbers may be written with an exponent, small ones are (`1E-7`), so these are refused here.
pub fn is_decimal(text: &[u8], float: bool) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits.iter().take_while(|octet| octet.is_ascii_digit()).count();
    if whole == 0 || (whole > 1 && digits.first() == Some(&b'0')) || text.len() > 64 {
        return false; // "+1", ".5", "007" are written otherwise; longer ones are seldom
    }
    let Some(fraction) = digits.get(whole..) else {
        return false;
    };
    match fraction {
        [] => true,
        [b'.', places @ ..] => {
            let small = float && digits.first() == Some(&b'0') && places.starts_with(b"000000");
            !places.is_empty() && places.iter().all(u8::is_ascii_digit) && !small
        }
        _ => false,
    }
}

/// A whole number as Python's `int` is written.
pub fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let padded = digits.len() > 1 && digits.first() == Some(&b'0');
    if digits.is_empty() || digits.len() > 18 || padded || text == b"-0" {
        return None; // 18 digits are fewer than an i64 can hold
    }
    let mut value = 0;
    for octet in digits {
        if !octet.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(octet - b'0');
    }
    Some(if digits.len() < text.len() { -value } else { value })
}

/// xs:boolean (3.2.2). In a noun `1` and `0` keep their spelling, which is the walker's to do.
pub fn boolean(text: &[u8], in_noun: bool) -> Option<bool> {
    match text {
        b"true" => Some(true),
        b"false" => Some(false),
        b"1" if !in_noun => Some(true),
        b"0" if !in_noun => Some(false),
        _ => None,
    }
}
