//! Used nonces.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::mem;

use crate::domain::Millis;

/// Remembers used nonces for as long as a request with one could be sent again.
///
/// A request is accepted for 15 minutes before and after its date, so for half an hour at most. Two generations of 31
/// minutes hold the nonces as keyed hashes, which takes a few bytes for each.
#[derive(Debug, Default)]
pub struct Nonces {
    hasher: RandomState,
    recent: HashSet<u64>,
    former: HashSet<u64>,
    since: Millis,
}

impl Nonces {
    /// Marks a nonce as used; returns false if it was used before.
    pub fn use_once(&mut self, nonce: &str, now: Millis) -> bool {
        if now - self.since >= GENERATION {
            let idle = now - self.since >= 2 * GENERATION;
            self.former = if idle { HashSet::new() } else { mem::take(&mut self.recent) };
            self.recent = HashSet::new();
            self.since = now;
        }
        let nonce = self.hasher.hash_one(nonce);
        !self.former.contains(&nonce) && self.recent.insert(nonce)
    }

    /// Makes a nonce usable again.
    pub fn forget(&mut self, nonce: &str) {
        let nonce = self.hasher.hash_one(nonce);
        self.recent.remove(&nonce);
        self.former.remove(&nonce);
    }
}

const GENERATION: Millis = 31 * 60 * 1000;

#[cfg(test)]
mod tests {
    use super::{GENERATION, Nonces};

    #[test]
    fn a_nonce_counts_once_for_half_an_hour() {
        let mut nonces = Nonces::default();
        let start = 1_000_000_000;
        for (nonce, at, fresh) in [
            ("a", 0, true),
            ("a", 1, false),
            ("b", GENERATION - 1, true),
            ("b", GENERATION + 10, false),
            ("a", GENERATION + 20, false),
            ("b", 2 * GENERATION + 5, false),
            ("b", 2 * GENERATION + 20, true),
            ("a", 9 * GENERATION, true),
        ] {
            assert_eq!(nonces.use_once(nonce, start + at), fresh, "{nonce} at {at}");
        }
    }
}
