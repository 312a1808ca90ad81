//! Hashes of short texts: a bad one costs time and nothing else, since all tables are bounded.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

const K: u64 = 0x517c_c1b7_2722_0a95;

/// FxHash: octets by eights, each turned and multiplied.
#[inline(always)]
pub fn hash(start: u64, text: &[u8]) -> u64 {
    let mut chunks = text.chunks_exact(8);
    let mut hash = start;
    for chunk in &mut chunks {
        let word = chunk.iter().rev().fold(0, |sum, octet| sum << 8 | u64::from(*octet));
        hash = mixed(hash, word);
    }
    chunks.remainder().iter().fold(hash, |hash, octet| mixed(hash, u64::from(*octet)))
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
