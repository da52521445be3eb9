//! What goes wrong when somebody asks for it.

use serde::{Deserialize, Serialize};

/// What happens to the instances that a change order starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mishap {
    /// Their image or package can't be fetched.
    ImagePull,
    /// They start and never become ready.
    NeverReady,
}
