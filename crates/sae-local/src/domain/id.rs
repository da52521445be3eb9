//! Identifiers. The same seed and the same commands give the same identifiers.

use serde::{Deserialize, Serialize};

/// Generates identifiers (SplitMix64).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    seed: u64,
}

impl Ids {
    /// A generator with this seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.seed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A UUID (version 4) in lower case.
    pub fn uuid(&mut self) -> String {
        uuid(self.number(), self.number())
    }

    /// A prefix followed by this many letters and digits: `vpc-2ze0i263cnn311nvji7jj`.
    pub fn tagged(&mut self, prefix: &str, length: usize) -> String {
        let mut id = String::with_capacity(prefix.len() + length);
        id.push_str(prefix);
        let mut bits = 0;
        for at in 0..length {
            if at % 12 == 0 {
                bits = self.number();
            }
            let digit = u32::try_from(bits % 36).unwrap_or_default();
            id.push(char::from_digit(digit, 36).unwrap_or('0'));
            bits /= 36;
        }
        id
    }
}

/// A UUID (version 4) made of these bits.
pub fn uuid(high: u64, low: u64) -> String {
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xFFFF,
        high & 0xFFF,
        0x8000 | (low >> 48 & 0x3FFF),
        low & 0xFFFF_FFFF_FFFF
    )
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn a_seed_gives_its_identifiers() {
        let (mut one, mut two) = (Ids::new(7), Ids::new(7));
        let id = one.uuid();
        assert_eq!(id, two.uuid());
        assert_ne!(id, one.uuid());
        assert_eq!(id.len(), 36);
        assert_eq!(id.as_bytes()[14], b'4');
        assert_eq!(one.tagged("vpc-", 21).len(), 25);
    }
}
