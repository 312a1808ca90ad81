//! Octets: white space, names, comparing, searching. Nothing here knows XML beyond its characters.

/// White space of XML (XML 1.0, 2.3).
#[inline(always)]
pub fn is_space(octet: u8) -> bool {
    // one comparison for most octets
    octet <= b' ' && matches!(octet, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a name may begin so. XML allows letters of all scripts; the names of CIM are ASCII.
#[inline(always)]
pub fn begins_name(octet: u8) -> bool {
    octet.is_ascii_alphabetic() || octet == b'_'
}

/// Whether a name without a colon may go on so.
#[inline(always)]
pub fn continues_name(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'.' | b'-')
}

/// A character of XML 1.0 (2.2).
pub fn is_char(code: u32) -> bool {
    matches!(code, 0x9 | 0xa | 0xd | 0x20..=0xd7ff | 0xe000..=0xfffd | 0x10000..=0x10ffff)
}

/// Eight octets as one number, None beyond the end.
#[inline(always)]
fn eight(octets: &[u8], at: usize) -> Option<u64> {
    let found = octets.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(found.try_into().ok()?))
}

/// A mask of the lowest `count` octets.
#[inline(always)]
fn lowest(count: usize) -> u64 {
    if count >= 8 {
        u64::MAX
    } else {
        (1 << (count * 8)) - 1
    }
}

/// The name of an element as tables have it. Names are short, so they are compared as numbers and without a call.
pub struct Word {
    pub octets: Box<[u8]>,
    head: u64,
    /// The octets of a number that `head` has.
    mask: u64,
}

impl Word {
    pub fn new(text: &str) -> Word {
        let mut padded = [0; 8];
        for (to, from) in padded.iter_mut().zip(text.as_bytes()) {
            *to = *from;
        }
        Word { octets: text.as_bytes().into(), head: u64::from_le_bytes(padded), mask: lowest(text.len()) }
    }

    pub fn len(&self) -> usize {
        self.octets.len()
    }

    /// The place of the first of `words` that stands at a place of `octets`.
    #[inline(always)]
    pub fn first_of(words: &[Word], octets: &[u8], at: usize) -> Option<usize> {
        match eight(octets, at) {
            Some(found) => words.iter().position(|word| word.is(found, octets, at)),
            None => words.iter().position(|word| word.stands(octets, at)),
        }
    }

    /// The same as `stands`, for whom the first eight octets are there.
    #[inline(always)]
    fn is(&self, found: u64, octets: &[u8], at: usize) -> bool {
        (found ^ self.head) & self.mask == 0 && (self.len() <= 8 || self.rest_stands(octets, at))
    }

    /// Whether the word stands at a place of `octets`; what follows it is not looked at.
    #[inline(always)]
    pub fn stands(&self, octets: &[u8], at: usize) -> bool {
        match eight(octets, at) {
            Some(found) => self.is(found, octets, at),
            None => octets.get(at..).is_some_and(|rest| rest.starts_with(&self.octets)),
        }
    }

    #[inline(always)]
    fn rest_stands(&self, octets: &[u8], at: usize) -> bool {
        match octets.get(at..at + self.len()) {
            Some(found) => equal(found, &self.octets),
            None => false,
        }
    }
}

/// Equality of short texts, eight octets at a time; the last eight may overlap those before them.
#[inline(always)]
pub fn equal(left: &[u8], right: &[u8]) -> bool {
    let length = left.len();
    if length != right.len() {
        return false;
    }
    if length < 8 {
        return left.iter().zip(right).all(|(one, other)| one == other);
    }
    let mut at = 0;
    while at + 8 <= length {
        if eight(left, at) != eight(right, at) {
            return false;
        }
        at += 8;
    }
    eight(left, length - 8) == eight(right, length - 8)
}

/// The place of the first `<` at or after `at`. Texts are short: a search function's set-up would cost more.
#[inline(always)]
pub fn find_tag(octets: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TAGS: u64 = ONES * b'<' as u64;
    while let Some(word) = eight(octets, at) {
        // the highest bit of each octet that is zero once all `<` are (Hacker's Delight, 6-1)
        let zeroed = word ^ TAGS;
        let found = zeroed.wrapping_sub(ONES) & !zeroed & (ONES << 7);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = octets.get(at..)?;
    rest.iter().position(|octet| *octet == b'<').map(|ahead| at + ahead)
}

/// The place of the first octet at or after `at` that is one of `ends` or a control character.
#[inline(always)]
pub fn find_end<const N: usize>(octets: &[u8], mut at: usize, ends: [u8; N]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = ONES << 7;
    while let Some(word) = eight(octets, at) {
        // as in `find_tag`; below 0x20: the same with another subtrahend (Bit Twiddling Hacks, "hasless")
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHEST;
        let found = ends.iter().fold(control, |found, end| {
            let zeroed = word ^ (ONES * u64::from(*end));
            found | (zeroed.wrapping_sub(ONES) & !zeroed & HIGHEST)
        });
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = octets.get(at..)?;
    rest.iter().position(|octet| ends.contains(octet) || *octet < 0x20).map(|ahead| at + ahead)
}

/// A text without the white space around it.
pub fn trimmed(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text {
        if !is_space(*first) {
            break;
        }
        text = rest;
    }
    while let [rest @ .., last] = text {
        if !is_space(*last) {
            break;
        }
        text = rest;
    }
    text
}

/// What is known of a document from one look at all its octets.
pub struct Survey {
    /// It may hold a character that XML does not allow (XML 1.0, 2.2).
    pub illegal: bool,
    /// It has no `&`, no `]` and no carriage return, so that a text is just what stands between two tags.
    pub plain: bool,
}

impl Survey {
    pub fn of(octets: &[u8]) -> Survey {
        let (mut low, mut special, mut high) = (false, false, false);
        for block in octets.chunks(4096) {
            for &octet in block {
                // without branches, so that the compiler takes 16 or 32 octets at once
                low |= (octet < b' ') & (octet != b'\n');
                special |= (octet == b'&') | (octet == b']');
                high |= octet == 0xef;
            }
        }
        let illegal = (low && has_controls(octets)) || (high && has_noncharacters(octets));
        let returns = low && memchr::memchr(b'\r', octets).is_some();
        Survey { illegal, plain: !special && !returns }
    }
}

/// Whether a control character is there that XML does not allow.
#[cold]
fn has_controls(octets: &[u8]) -> bool {
    let control = |octet: &u8| (*octet < b' ') & !matches!(*octet, b'\n' | b'\t' | b'\r');
    octets.iter().any(control)
}

/// Whether U+FFFE or U+FFFF is there: EF BF BE and EF BF BF in UTF-8.
#[cold]
pub fn has_noncharacters(octets: &[u8]) -> bool {
    octets.windows(3).any(|w| w[0] == 0xef && w[1] == 0xbf && w[2] >= 0xbe)
}

/// Whether a JSON document has more values than allowed, counted as `Limits.check_size` counts them.
pub fn has_more_values(octets: &[u8], most: usize) -> bool {
    octets.len() > most && {
        // blocks of 255 octets, of which a count fits into one octet: 16 or 32 of them are added at once
        let block = |octets: &[u8]| octets.iter().fold(0u8, |sum, octet| sum + u8::from(matches!(octet, b',' | b':' | b'[')));
        octets.chunks(255).map(|octets| usize::from(block(octets))).sum::<usize>() > most
    }
}

/// Whether a document has more nodes than allowed, counted as `Limits.check_size` counts them.
pub fn has_more_nodes(octets: &[u8], most: usize) -> bool {
    let count = |octet| memchr::memchr_iter(octet, octets).count();
    octets.len() > most && count(b'<') + count(b'=') > most
}
