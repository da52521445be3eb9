//! Events of a deployment while it waits.

use std::time::Duration;

use sae_transport::Error;

use super::Deployment;

/// An event before a deployment is accepted, and what happens next: see [`Deploy::on_event`](super::Deploy::on_event).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum DeployEvent<'a> {
    /// The service refused the deployment because another change is running, or it wasn't accepted because of a passing fault. It is
    /// sent again, unless a deployment of another caller with the same token is found before.
    #[non_exhaustive]
    Refused {
        /// The error.
        error: &'a Error,
        /// The wait before it is sent again.
        wait: Duration,
        /// How long it is repeated from now on.
        left: Duration,
    },
    /// It isn't known whether the service accepted the deployment, so its change orders are read until it is. Reported for each
    /// look-up.
    #[non_exhaustive]
    Searching {
        /// Why it isn't known, or why the last look-up failed.
        error: &'a Error,
        /// How long no look-up may find it from now on before it is sent again.
        settle: Duration,
        /// How long it is looked up from now on.
        left: Duration,
    },
    /// A deployment with the token exists, so nothing is sent, or nothing more.
    #[non_exhaustive]
    Adopted {
        /// The deployment that was found.
        found: &'a Deployment,
    },
    /// It was accepted, and so was a deployment of another caller with the same token at the same moment: see [the remaining
    /// window](super::Deploy#the-remaining-window).
    #[non_exhaustive]
    Duplicate {
        /// Identifier of the other change order.
        other: &'a str,
    },
}
