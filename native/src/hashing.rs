//! Hashes of short texts: a bad one costs time and nothing else, since all tables are bounded.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

const K: u64 = 0x517c_c1b7_2722_0a95;

/// FxHash: octets by eights, each turned and multiplied; the last eight may overlap those before them.
#[inline(always)]
pub fn hash(start: u64, text: &[u8]) -> u64 {
    let start = start ^ text.len() as u64;
    let Some(last) = text.last_chunk() else {
        return text.iter().fold(start, |hash, octet| mixed(hash, u64::from(*octet)));
    };
    let eights = text.chunks_exact(8).filter_map(<[u8]>::first_chunk);
    eights.chain([last]).fold(start, |hash, eight| mixed(hash, u64::from_le_bytes(*eight)))
}

#[inline(always)]
pub fn mixed(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(K)
}

/// A map by names.
pub type Names<V> = HashMap<Box<[u8]>, V, BuildHasherDefault<NameHasher>>;

#[derive(Default)]
pub struct NameHasher(u64);

impl Hasher for NameHasher {
    #[inline]
    fn write(&mut self, octets: &[u8]) {
        self.0 = hash(self.0, octets);
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.0 = mixed(self.0, number as u64);
    }

    /// The highest bits are the best, and the map wants good lowest ones.
    #[inline]
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}
