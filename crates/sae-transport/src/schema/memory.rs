//! How much memory an answer may take while it is read.

use std::fmt;

/// What reading a document may take and has taken. Opaque: the codecs count with it.
#[derive(Debug)]
pub struct MemoryBudget {
    used: usize,
    limit: usize,
}

/// A document would take more memory than its limit.
#[derive(Debug)]
pub struct OverBudget {
    limit: usize,
}

impl MemoryBudget {
    pub(crate) const fn new(limit: usize) -> Self {
        Self { used: OUTERMOST, limit }
    }

    /// The limit of a document that nobody has set one for: 8 times its bytes and 1 MiB.
    pub(crate) const fn usual(bytes: usize) -> usize {
        bytes.saturating_mul(TIMES).saturating_add(FREE)
    }

    /// Counts memory that is about to be taken.
    #[inline]
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), OverBudget> {
        self.used = self.used.saturating_add(bytes);
        if self.used > self.limit { Err(OverBudget { limit: self.limit }) } else { Ok(()) }
    }

    /// Counts a piece of memory of its own, a text for example.
    #[inline]
    pub(crate) fn take_piece(&mut self, bytes: usize) -> Result<(), OverBudget> {
        self.take(bytes.saturating_add(PIECE))
    }

    /// Counts the move into a larger piece: while it lasts both are there.
    pub(crate) fn take_growth(&mut self, (old, new): (usize, usize)) -> Result<(), OverBudget> {
        self.take(new)?;
        self.give_back(old);
        Ok(())
    }

    /// Memory that has become free again.
    pub(crate) const fn give_back(&mut self, bytes: usize) {
        self.used = self.used.saturating_sub(bytes);
    }

    pub(crate) const fn used(&self) -> usize {
        self.used
    }

    /// Checks that there is room for what is needed for a moment.
    pub(crate) const fn check(&self, bytes: usize) -> Result<(), OverBudget> {
        if self.used.saturating_add(bytes) > self.limit {
            Err(OverBudget { limit: self.limit })
        } else {
            Ok(())
        }
    }

    /// The limit, if more was wanted.
    pub(crate) fn exceeded(&self) -> Option<OverBudget> {
        (self.used > self.limit).then_some(OverBudget { limit: self.limit })
    }
}

impl OverBudget {
    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }
}

impl fmt::Display for OverBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "decoded, it would take more memory than its limit of {} bytes", self.limit)
    }
}

impl std::error::Error for OverBudget {}

/// What a piece of a list or of a text grows to when it is full: twice its size while it is small.
pub(crate) const fn grown(count: usize, size: usize) -> usize {
    if count == 0 {
        // Most lists of structures are short, and most structures are large.
        return if size > LARGE_ITEM { 1 } else { 4 };
    }
    if count.saturating_mul(size) < LARGE { count * 2 } else { count + count / 2 }
}

/// How many times its own bytes a document may take, decoded.
const TIMES: usize = 8;
/// And what any document may take beyond that.
const FREE: usize = 1 << 20;
/// What the outermost struct takes, and an error that ends the reading.
const OUTERMOST: usize = 8192;
/// What a piece of memory costs beside its bytes.
const PIECE: usize = 24;
/// Documents that are nested deeper are refused, as serde_json refuses them.
pub(crate) const MAX_DEPTH: usize = 128;
const LARGE_ITEM: usize = 128;
const LARGE: usize = 1 << 16;
