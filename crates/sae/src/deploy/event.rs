//! What a deployment tells while it waits.

use std::time::Duration;

use sae_transport::Error;

use super::Deployment;

/// What has happened to a deployment that isn't accepted yet, and what it does next: see [`Deploy::on_event`](super::Deploy::on_event).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum DeployEvent<'a> {
    /// The service refused it because another change runs, or a passing fault kept it from being accepted. It is sent again, unless
    /// another caller's deployment with the same token is found first.
    #[non_exhaustive]
    Refused {
        /// Why.
        error: &'a Error,
        /// How long it waits before it is sent again.
        wait: Duration,
        /// How long it will go on trying.
        left: Duration,
    },
    /// Whether the service has accepted it isn't known, so its change orders are looked at until it is. Told for each look.
    #[non_exhaustive]
    Searching {
        /// Why it isn't known, or why the last look failed.
        error: &'a Error,
        /// How long there must be no sign of it from now on before it is sent again.
        settle: Duration,
        /// How long it will go on looking.
        left: Duration,
    },
    /// Nothing was sent, or nothing more: this deployment has the token.
    #[non_exhaustive]
    Adopted {
        /// The deployment that was found.
        found: &'a Deployment,
    },
    /// It was accepted, and so was another caller's deployment with the same token, at the same moment: see
    /// [the window that is left](super::Deploy#the-window-that-is-left).
    #[non_exhaustive]
    Duplicate {
        /// Identifier of the other change order.
        other: &'a str,
    },
}
