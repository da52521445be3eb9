//! What a command wants of a change order.

/// What a command wants of a change order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Success.
    #[default]
    Success,
    /// An abort.
    Abort,
    /// A rollback.
    Rollback,
}
