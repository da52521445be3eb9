//! The option of every command that asks before something is lost.

use clap::Args;

/// Whether to ask.
#[derive(Args, Clone, Copy, Debug)]
pub struct Confirmation {
    /// Don't ask for confirmation; required without a terminal.
    #[arg(long, short)]
    pub yes: bool,
}
