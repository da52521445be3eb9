//! The option of every command that asks before something is lost.

use clap::Args;

/// Whether to ask.
#[derive(Args, Clone, Copy, Debug)]
pub struct Confirmation {
    /// Don't ask; needed where there is no terminal to ask on.
    #[arg(long, short)]
    pub yes: bool,
}
