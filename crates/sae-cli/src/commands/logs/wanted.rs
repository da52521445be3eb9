//! Which lines of logs are wanted.

use std::time::Duration;

use sae::change_order::Follow;

use crate::args::logs::Lines;
use crate::timestamp::Millis;

/// Which lines are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub follow: bool,
    pub since: Option<Millis>,
    pub tail: Option<usize>,
    pub previous: bool,
    pub outage: Duration,
}

impl Wanted {
    /// From the options.
    pub fn of(lines: &Lines) -> Self {
        Self {
            follow: lines.follow,
            since: lines.since,
            tail: lines.tail.map(|tail| usize::try_from(tail).unwrap_or(usize::MAX)),
            previous: lines.previous,
            outage: lines.outage.unwrap_or(Follow::OUTAGE),
        }
    }
}
