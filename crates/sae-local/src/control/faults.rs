//! Faults that tests ask for: the calls that they apply to, and what they do.

mod applied;
mod effect;
mod error;
mod fault;
mod rule;
mod rules;
mod targets;

pub use self::applied::AppliedFault;
pub use self::effect::Effect;
pub use self::error::FaultError;
pub use self::fault::Fault;
pub use self::rule::FaultReport;
pub use self::rules::Faults;
