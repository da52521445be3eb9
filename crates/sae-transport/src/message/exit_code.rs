//! Exit codes of programs that call the service, as the program `sae` ends with them.
//!
//! ```
//! use sae_transport::{Error, ErrorKind, exit_code};
//!
//! assert_eq!(Error::new(ErrorKind::OutcomeUnknown, "the connection broke").exit_code(), exit_code::OUTCOME_UNKNOWN);
//! ```

/// The service did what was asked for.
pub const SUCCESS: u8 = 0;
/// Any other failure: no connection, no credentials, an answer that can't be read.
pub const FAILURE: u8 = 1;
/// The request, the command line or the configuration is wrong, or a name is ambiguous.
pub const USAGE: u8 = 2;
/// The service refused, or knows nothing of that name.
pub const REFUSED: u8 = 3;
/// The service may have accepted the request or not.
pub const OUTCOME_UNKNOWN: u8 = 4;
/// The rollout failed or is stuck.
pub const ROLLOUT_FAILED: u8 = 5;
/// The rollout was aborted or rolled back.
pub const ROLLOUT_UNDONE: u8 = 6;
/// The rollout waits for a person to confirm or approve it.
pub const WAITING: u8 = 7;
/// Waiting timed out; what was started goes on.
pub const TIMED_OUT: u8 = 8;
