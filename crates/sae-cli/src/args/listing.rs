//! Options of every list.

use clap::Args;

use super::value::at_least;

/// How much of a list is printed.
#[derive(Args, Clone, Debug)]
pub struct Listing {
    /// Print at most N items [default: all]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = at_least::<1>)]
    limit: Option<i64>,
    /// Print only IDs, one per line.
    #[arg(long, short, conflicts_with_all = ["output", "query"])]
    pub quiet: bool,
}

impl Listing {
    /// How many to print at most.
    pub fn limit(&self) -> usize {
        self.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
    }
}
