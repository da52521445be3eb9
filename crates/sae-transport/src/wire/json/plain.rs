//! The first reading of a text: plain JSON, in one step from the bytes to the slots.
//!
//! What services write is nearly all objects, lists, whole numbers, and texts without escapes. Through serde_json, half of the
//! instructions of a decoding go into handing these from one of its layers to the next. A value that isn't plain is given to
//! serde_json as it stands. Whatever is malformed, comes twice or is nested deeply ends this reading, and serde_json reads the
//! whole text. So nothing is refused here: it is serde_json that says what is wrong with a text.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::long_numbers;
use super::scan::{is_deeper, longest_escaped, plain_length, text_length};
use super::seed::fill_part;
use crate::schema::fields::{Fields, List, Map, Open, Scalar, Slot};
use crate::schema::memory::OverBudget;
use crate::wire::reading::{Left, LeftItems, LeftParts, Reading, inside};

/// Fills the fields from an object, as far as it is plain.
pub(super) fn read_object(text: &str, fields: &mut dyn Fields, reading: &mut Reading) -> Result<(), Stop> {
    // Texts with escapes are put together in a piece of memory that grows to the longest of them.
    reading.budget.take(3 * longest_escaped(text))?;
    let mut plain = Plain { text, at: 0, depth: 0, reading };
    plain.expect(b'{')?;
    plain.object(fields)?;
    match plain.peek() {
        None => Ok(()),
        Some(_) => Err(Stop),
    }
}

/// Why the reading ended: the text is to be read by serde_json, or it takes too much memory, which the budget knows.
pub(super) struct Stop;

impl From<OverBudget> for Stop {
    fn from(_: OverBudget) -> Self {
        Self
    }
}

/// A text while it is read.
struct Plain<'t, 'r> {
    text: &'t str,
    at: usize,
    depth: usize,
    reading: &'r mut Reading,
}

impl<'t> Plain<'t, '_> {
    /// The members of an object whose brace has been read.
    fn object(&mut self, fields: &mut dyn Fields) -> Result<(), Stop> {
        if self.enter(b'}')? {
            return Ok(());
        }
        // A request, which keeps nothing else, has fields that always hold a value.
        let is_once = fields.unknown_members().is_some();
        loop {
            let name = self.name()?;
            self.member(name, is_once, fields)?;
            if self.leave(b'}')? {
                return Ok(());
            }
        }
    }

    fn member(&mut self, name: &str, is_once: bool, fields: &mut dyn Fields) -> Result<(), Stop> {
        let wrapper = fields.wrapper(name);
        let before = self.reading.notes.count();
        let Some(slot) = fields.slot(name) else { return self.unknown(name, fields) };
        if is_once && slot.has_value() {
            return Err(Stop);
        }
        let left = self.value(slot, wrapper, false)?;
        if left.is_none() && self.reading.notes.count() == before {
            return Ok(());
        }
        Ok(self.reading.leave_member(before, name, left, fields)?)
    }

    #[cold]
    fn unknown(&mut self, name: &str, fields: &mut dyn Fields) -> Result<(), Stop> {
        let found = self.peek();
        let begin = self.at;
        let is_plain = match found {
            Some(b'"') => self.plain_text().is_some(),
            Some(b'0'..=b'9' | b'-') => self.whole_number().is_some(),
            _ => false,
        };
        let json = if is_plain {
            self.text.get(begin..self.at).ok_or(Stop)?
        } else {
            // serde_json says whether it is JSON.
            serde_json::from_str::<&RawValue>(self.skip()?).map_err(|_| Stop)?.get()
        };
        Ok(self.reading.unknown(name, json, fields)?)
    }

    /// The items of a list whose bracket has been read.
    fn list(&mut self, list: &mut dyn List) -> Result<Left, Stop> {
        let mut left_over = LeftItems::default();
        if self.enter(b']')? {
            return Ok(None);
        }
        let first = self.reading.notes.count();
        loop {
            let (index, before) = (list.len() + left_over.count(), self.reading.notes.count());
            let slot = self.reading.push(list)?;
            let left = self.value(slot, None, true)?;
            left_over.leave(index, left, first..before, list, self.reading)?;
            if self.leave(b']')? {
                return Ok(left_over.into_left(list));
            }
        }
    }

    /// The entries of a map whose brace has been read.
    fn map(&mut self, map: &mut dyn Map) -> Result<Left, Stop> {
        let mut left_over = LeftParts::default();
        if self.enter(b'}')? {
            return Ok(None);
        }
        let mut count = 0;
        loop {
            let name = self.name()?;
            let before = self.reading.notes.count();
            let (slot, was_there) = self.reading.entry(map, count, name)?;
            if was_there {
                return Err(Stop);
            }
            count += 1;
            let left = self.value(slot, None, true)?;
            left_over.leave(name, left, before, map, self.reading)?;
            if self.leave(b'}')? {
                return Ok(left_over.into_left());
            }
        }
    }

    /// A value, into its slot; `wrapper` and `is_item` as for [`fill_part`].
    fn value(
        &mut self,
        slot: &mut dyn Slot,
        wrapper: Option<&'static str>,
        is_item: bool,
    ) -> Result<Left, Stop> {
        let unescaped;
        let scalar = match self.peek() {
            Some(b'"') => {
                let text = if let Some(text) = self.plain_text() {
                    text
                } else {
                    unescaped = self.unescaped()?;
                    &unescaped
                };
                self.reading.budget.take_piece(text.len())?;
                Scalar::Text(text)
            }
            Some(b'0'..=b'9' | b'-') => match self.whole_number() {
                Some(number) => Scalar::Int(number),
                None => return self.part(slot, wrapper, is_item),
            },
            Some(b't') => {
                self.word("true")?;
                Scalar::Bool(true)
            }
            Some(b'f') => {
                self.word("false")?;
                Scalar::Bool(false)
            }
            Some(b'n') if !is_item => {
                self.word("null")?;
                return Ok(None);
            }
            Some(b'{') => {
                self.reading.budget.take(slot.opening_size())?;
                match slot.open() {
                    Open::Object(fields) => {
                        self.at += 1;
                        self.object(fields)?;
                        return Ok(None);
                    }
                    Open::Map(map) => {
                        self.at += 1;
                        return self.map(map);
                    }
                    _ => return self.part(slot, wrapper, is_item),
                }
            }
            Some(b'[') => {
                let Open::List(list) = slot.open() else { return self.part(slot, wrapper, is_item) };
                self.at += 1;
                let left = self.list(list)?;
                return Ok(inside(left, wrapper, &mut self.reading.budget)?);
            }
            _ => return self.part(slot, wrapper, is_item),
        };
        if slot.put(scalar) { Ok(None) } else { Ok(self.reading.misfit(scalar)?) }
    }

    /// A value that is left to serde_json.
    #[cold]
    fn part(
        &mut self,
        slot: &mut dyn Slot,
        wrapper: Option<&'static str>,
        is_item: bool,
    ) -> Result<Left, Stop> {
        let json = self.skip()?;
        fill_part(json, slot, wrapper, is_item, self.reading).map_err(|_| Stop)
    }

    /// The text that begins here, which has escapes. serde_json is to say whether it is one.
    #[cold]
    fn unescaped(&mut self) -> Result<String, Stop> {
        let length = text_length(self.rest());
        let json = self.text.get(self.at..self.at + length).ok_or(Stop)?;
        self.at += length;
        serde_json::from_str(json).map_err(|_| Stop)
    }

    /// Passes over a value. serde_json is to say whether it is one.
    fn skip(&mut self) -> Result<&'t str, Stop> {
        self.peek();
        let (began, mut depth) = (self.at, 0_usize);
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => self.at += text_length(self.rest()) - 1,
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth > 0 => depth -= 1,
                b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        let json = self.text.get(began..self.at).ok_or(Stop)?;
        let is_odd = is_deeper(json, MAX_DEPTH) || matches!(long_numbers::quoted(json), Cow::Owned(_));
        if is_odd { Err(Stop) } else { Ok(json) }
    }

    /// The name of a member, with the colon behind it.
    fn name(&mut self) -> Result<&'t str, Stop> {
        if self.peek() != Some(b'"') {
            return Err(Stop);
        }
        let name = self.plain_text().ok_or(Stop)?;
        self.expect(b':')?;
        Ok(name)
    }

    /// The text that begins here, unless it has an escape or what mustn't stand in a text.
    #[inline]
    fn plain_text(&mut self) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        let begin = self.at + 1;
        let end = begin + plain_length(bytes.get(begin..)?);
        if bytes.get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(begin..end)
    }

    /// The number that begins here, if it is a whole one of at most 18 digits.
    #[inline]
    fn whole_number(&mut self) -> Option<i64> {
        let rest = self.rest();
        let (sign, digits) = match rest.split_first() {
            Some((b'-', digits)) => (-1, digits),
            _ => (1, rest),
        };
        let mut number = 0;
        let mut count = 0;
        for digit in
            digits.iter().map(|byte| byte.wrapping_sub(b'0')).take_while(|digit| *digit <= 9).take(18)
        {
            number = number * 10 + i64::from(digit);
            count += 1;
        }
        let is_plain = match digits {
            // JSON has no number that begins so, but the number nought, and none with a sign.
            [b'0', ..] => count == 1 && sign == 1,
            _ => count > 0,
        };
        if !is_plain || matches!(digits.get(count), Some(b'0'..=b'9' | b'.' | b'e' | b'E')) {
            return None;
        }
        self.at += rest.len() - digits.len() + count;
        Some(sign * number)
    }

    fn word(&mut self, word: &str) -> Result<(), Stop> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(Stop);
        }
        self.at += word.len();
        Ok(())
    }

    /// Begins an object or a list; says whether it ends at once.
    fn enter(&mut self, end: u8) -> Result<bool, Stop> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Stop);
        }
        let is_over = self.peek() == Some(end);
        if is_over {
            self.at += 1;
            self.depth -= 1;
        }
        Ok(is_over)
    }

    /// What follows a member or an item: its object or list ends, or another one comes.
    #[inline]
    fn leave(&mut self, end: u8) -> Result<bool, Stop> {
        let found = self.peek();
        self.at += 1;
        if found == Some(b',') {
            return Ok(false);
        }
        self.depth -= 1;
        if found == Some(end) { Ok(true) } else { Err(Stop) }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        let is_there = self.peek() == Some(byte);
        self.at += 1;
        if is_there { Ok(()) } else { Err(Stop) }
    }

    /// The next byte that is no white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        let byte = self.byte();
        if byte > Some(b' ') { byte } else { self.behind_space() }
    }

    #[cold]
    fn behind_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}

/// Objects and lists that lie deeper are left to serde_json, which reads 127; a value that it is handed may be as deep again.
const MAX_DEPTH: usize = 60;
