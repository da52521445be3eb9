//! What a command wants of a change order.

/// What a command wants of a change order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// That it succeeds.
    #[default]
    Success,
    /// That it ends where it stands.
    Abortion,
    /// That it is taken back.
    Restoration,
}
