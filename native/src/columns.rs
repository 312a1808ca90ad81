//! The sink that makes columns of the readings in a document, and no objects: it needs no interpreter.
//!
//! What `cimbus.readings` works out of more than one reading's own elements (types that a document defines, pending
//! calculations) is left to it: None.

use crate::cells::{number, Cell, Day, NO_TIME};
use crate::hashing::hash;
use crate::octets::equal;
use crate::sink::{Checker, Sink, Untyped};
use crate::tables::{Class, Field, Kind};
use std::collections::HashMap;

/// The exponent of a reading without a value.
pub const NO_VALUE: i8 = i8::MIN;
/// What is between the references of several qualities; no text of XML holds it (XML 1.0, 2.2).
const BETWEEN: char = '\x1f';
/// Texts that are found without the map, whose hashes are those that peers cannot foresee.
const RECENT: usize = 64;
/// Readings for which there is room from the start: a day of quarter hours.
const ROWS: usize = 96;

/// What the objects of a class are to the columns, with the bits of the fields that are looked at.
#[derive(Clone, Copy)]
pub enum Role {
    /// A name: its text.
    Name(u64),
    /// A meter or a usage point: mRID and names.
    Thing(u64, u64),
    /// Start and end.
    Period(u64, u64),
    /// The reference of a quality.
    Quality(u64),
    Reading(ReadingBits),
    /// The reference to the type of a block's readings.
    Block(u64),
    /// Meter and usage point of some readings.
    Meter(u64, u64),
    /// The noun.
    Noun,
    /// What is left to Python.
    Left,
}

#[derive(Clone, Copy)]
pub struct ReadingBits {
    pub reason: u64,
    pub reported: u64,
    pub source: u64,
    pub time: u64,
    pub value: u64,
    pub qualities: u64,
    pub kind: u64,
    pub period: u64,
    pub is_interval: bool,
}

/// One reading; texts are places among the words.
#[derive(Clone, Copy)]
pub struct Row {
    pub meter: u32,
    pub usage_point: u32,
    pub is_interval: bool,
    pub reading_type: u32,
    pub time: i64,
    pub start: i64,
    pub end: i64,
    pub reported: i64,
    pub mantissa: i64,
    pub exponent: i8,
    pub quality: u32,
    pub reason: u32,
    pub source: u32,
}

pub struct Columns<'t> {
    /// By the number of the class.
    roles: &'t [Option<Role>],
    pub rows: Vec<Row>,
    /// All texts; the first is empty.
    pub words: Vec<Box<str>>,
    places: HashMap<Box<str>, u32>,
    /// By the number of a field, and by a hash of a text, the place of the last one: most repeat from row to row.
    latest: [u32; RECENT],
    recent: [u32; RECENT],
    day: Day,
    stack: Vec<Cell>,
    /// The first row that has no reading type yet.
    untyped: usize,
    /// The first row that has no meter yet.
    pub unmetered: usize,
    /// How many nouns with readings came.
    pub nouns: usize,
}

impl<'t> Columns<'t> {
    pub fn new(roles: &'t [Option<Role>]) -> Columns<'t> {
        let places = HashMap::from([("".into(), 0)]);
        let (rows, words, stack) = (Vec::with_capacity(ROWS), vec!["".into()], Vec::with_capacity(64));
        let (latest, recent, day) = ([0; RECENT], [0; RECENT], Day::default());
        Columns { roles, rows, words, places, latest, recent, day, stack, untyped: 0, unmetered: 0, nouns: 0 }
    }

    /// The place of a field's text.
    #[inline]
    fn field_word(&mut self, field: &Field, text: &str) -> Option<Cell> {
        let latest = field.number % RECENT;
        let place = self.latest[latest];
        if self.words.get(place as usize).is_some_and(|word| equal(word.as_bytes(), text.as_bytes())) {
            return Some(Cell::Word(place));
        }
        let cell = self.word(text)?;
        self.latest[latest] = cell.word();
        Some(cell)
    }

    fn word(&mut self, text: &str) -> Option<Cell> {
        let recent = &mut self.recent[(hash(0, text.as_bytes()) >> 32) as usize % RECENT];
        if self.words.get(*recent as usize).is_some_and(|word| equal(word.as_bytes(), text.as_bytes())) {
            return Some(Cell::Word(*recent));
        }
        *recent = match self.places.get(text) {
            Some(place) => *place,
            None => {
                let place = u32::try_from(self.words.len()).ok()?;
                self.words.push(text.into());
                self.places.insert(text.into(), place);
                place
            }
        };
        Some(Cell::Word(*recent))
    }

    /// The value of a field among those above `base`; fields stand there in the order of their bits.
    fn cell(&self, base: usize, mask: u64, bit: u64) -> Cell {
        if mask & bit == 0 {
            return Cell::Nothing;
        }
        let before = (mask & (bit - 1)).count_ones() as usize;
        self.stack.get(base + before).copied().unwrap_or(Cell::Nothing)
    }

    fn reading(&mut self, bits: &ReadingBits, base: usize, mask: u64) {
        let cell = |bit| self.cell(base, mask, bit);
        let (start, end) = match cell(bits.period) {
            Cell::Period(start, end) => (start, end),
            _ => (NO_TIME, NO_TIME),
        };
        let time = match cell(bits.time) {
            Cell::Time(time) => time,
            _ => end,
        };
        let (mantissa, exponent) = match cell(bits.value) {
            Cell::Number(mantissa, exponent) => (mantissa, exponent),
            _ => (0, NO_VALUE),
        };
        let (kind, quality, reason) = (cell(bits.kind).word(), cell(bits.qualities).word(), cell(bits.reason).word());
        let (source, reported) = (cell(bits.source).word(), cell(bits.reported).time());
        self.rows.push(Row {
            meter: 0,
            usage_point: 0,
            is_interval: bits.is_interval,
            reading_type: kind,
            time,
            start,
            end,
            reported,
            mantissa,
            exponent,
            quality,
            reason,
            source,
        });
        if !bits.is_interval {
            self.untyped = self.rows.len();
        }
    }

    fn made(&mut self, role: Role, base: usize, mask: u64) -> Option<Cell> {
        let made = match role {
            Role::Name(name) | Role::Quality(name) => self.cell(base, mask, name),
            Role::Thing(mrid, names) => match self.cell(base, mask, mrid) {
                Cell::Word(place) if place > 0 => Cell::Word(place),
                _ => self.cell(base, mask, names),
            },
            Role::Period(start, end) => {
                Cell::Period(self.cell(base, mask, start).time(), self.cell(base, mask, end).time())
            }
            Role::Reading(bits) => {
                self.reading(&bits, base, mask);
                Cell::Nothing
            }
            Role::Block(kind) => {
                let kind = self.cell(base, mask, kind).word();
                self.rows.get_mut(self.untyped..)?.iter_mut().for_each(|row| row.reading_type = kind);
                self.untyped = self.rows.len();
                Cell::Nothing
            }
            Role::Meter(meter, usage_point) => {
                let (meter, point) = (self.cell(base, mask, meter).word(), self.cell(base, mask, usage_point).word());
                for row in self.rows.get_mut(self.unmetered..)? {
                    (row.meter, row.usage_point) = (meter, point);
                }
                self.unmetered = self.rows.len();
                Cell::Nothing
            }
            Role::Noun => {
                self.nouns += 1;
                Cell::Nothing
            }
            Role::Left => return None,
        };
        Some(made)
    }
}

impl Sink for Columns<'_> {
    type Value = ();

    fn height(&self) -> usize {
        self.stack.len()
    }

    fn pop(&mut self) -> Option<()> {
        self.stack.pop().map(|_| ())
    }

    #[inline]
    fn leaf(&mut self, field: &Field, text: &str, in_noun: bool) -> Option<()> {
        let cell = match field.kind {
            Kind::DateTime => Cell::Time(self.day.time(field, text.as_bytes())?),
            Kind::Float => number(text)?,
            Kind::Text | Kind::Enum(_) if in_noun => {
                Checker.leaf(field, text, in_noun)?;
                self.field_word(field, text)?
            }
            _ => {
                Checker.leaf(field, text, in_noun)?;
                Cell::Nothing
            }
        };
        self.stack.push(cell);
        Some(())
    }

    fn string(&mut self, _field: &Field, _text: &str) -> Option<()> {
        self.stack.push(Cell::Nothing);
        Some(())
    }

    #[inline]
    fn reference(&mut self, _class: &Class, field: &Field, text: &str) -> Option<()> {
        let cell = self.field_word(field, text)?;
        self.stack.push(cell);
        Some(())
    }

    /// The first text that is not empty; of qualities, all of them.
    fn list(&mut self, field: &Field, base: usize) -> Option<()> {
        let all = matches!(field.kind, Kind::Class(number) if matches!(self.roles.get(number), Some(Some(Role::Quality(_)))));
        let mut texts = self.stack.get(base..)?.iter().map(|cell| cell.word()).filter(|place| *place > 0);
        let cell = match (texts.next(), all) {
            (None, _) => Cell::Nothing,
            (Some(first), false) => Cell::Word(first),
            (Some(first), true) => {
                let mut joined = self.words.get(first as usize)?.to_string();
                for place in texts {
                    joined.push(BETWEEN);
                    joined.push_str(self.words.get(place as usize)?);
                }
                self.word(&joined)?
            }
        };
        self.stack.truncate(base);
        self.stack.push(cell);
        Some(())
    }

    #[inline]
    fn object(&mut self, class: &Class, base: usize, mask: u64) -> Option<()> {
        let cell = match self.roles.get(class.number) {
            Some(Some(role)) => self.made(*role, base, mask)?,
            _ => Cell::Nothing,
        };
        self.stack.truncate(base);
        self.stack.push(cell);
        Some(())
    }

    fn untyped(&mut self, _element: &Untyped<'_, '_>, _base: usize) -> Option<()> {
        None
    }

    fn extension(&mut self, _after: &str) -> Option<()> {
        None
    }
}
