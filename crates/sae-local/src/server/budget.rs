//! How many bytes of strangers a server holds at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that a server takes, of all its connections together, of requests that nobody has signed for yet.
#[derive(Debug)]
pub struct Budget {
    limit: usize,
    held: AtomicUsize,
}

/// The part of one request; it goes back when it is dropped.
#[derive(Debug)]
pub struct Share {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Budget {
    /// Nothing is held yet.
    pub fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, held: AtomicUsize::new(0) })
    }

    /// A share without bytes.
    pub fn share(self: &Arc<Self>) -> Share {
        Share { budget: Arc::clone(self), bytes: 0 }
    }
}

impl Share {
    /// Takes more; false, and nothing taken, if there is no more.
    pub fn grow(&mut self, bytes: usize) -> bool {
        let Budget { limit, held } = &*self.budget;
        let more = |held: usize| held.checked_add(bytes).filter(|all| all <= limit);
        let taken = held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok();
        if taken {
            self.bytes += bytes;
        }
        taken
    }

    /// What it has taken.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn a_share_gives_back_what_it_took() {
        let budget = Budget::new(10);
        let (mut one, mut other) = (budget.share(), budget.share());
        assert!(one.grow(6) && other.grow(4) && !one.grow(1) && one.bytes() == 6);
        drop(other);
        assert!(one.grow(4) && !budget.share().grow(1) && !one.grow(usize::MAX));
        drop(one);
        assert!(budget.share().grow(10));
    }
}
