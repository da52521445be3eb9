//! Instances: what runs an application.

use std::net::Ipv4Addr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::configuration::{Configuration, by_version};
use crate::domain::{InstanceFailure, Millis, time};

/// An instance of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// Identifier: name and identifier of the application, then five characters.
    pub id: String,
    /// The pipeline that started it.
    pub pipeline: String,
    /// What it runs.
    #[serde(with = "by_version")]
    pub configuration: Arc<Configuration>,
    /// Its address.
    pub address: Ipv4Addr,
    /// When it was created.
    pub created: Millis,
    /// Where it stands in its life.
    pub phase: Phase,
    /// What goes wrong when it starts.
    #[serde(rename = "mishap")]
    pub failure: Option<InstanceFailure>,
    /// What has happened to it.
    pub history: Vec<(Millis, InstanceEvent)>,
}

/// Where an instance stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// It starts, and runs from then on.
    Starting {
        /// When it will run.
        ready: Millis,
    },
    /// It runs.
    Running,
    /// It has met with its mishap and tries again and again.
    Failing {
        /// Since when.
        since: Millis,
    },
    /// It stops, and is gone then.
    Stopping {
        /// When it will be gone.
        gone: Millis,
    },
}

/// What happens to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InstanceEvent {
    /// It got its place and its address.
    Scheduled,
    /// What it runs was fetched and started.
    Started,
    /// It should have run, and did not.
    Failed,
    /// It was told to stop.
    Stopping,
}

impl Instance {
    /// An instance that has just been created.
    pub fn new(
        id: String,
        pipeline: String,
        configuration: Arc<Configuration>,
        address: Ipv4Addr,
        failure: Option<InstanceFailure>,
        (now, ready): (Millis, Millis),
    ) -> Self {
        Self {
            id,
            pipeline,
            configuration,
            address,
            created: now,
            phase: Phase::Starting { ready },
            failure,
            history: vec![(now, InstanceEvent::Scheduled)],
        }
    }

    /// When something happens to it by itself.
    pub const fn due(&self) -> Option<Millis> {
        match self.phase {
            Phase::Starting { ready } => Some(ready),
            Phase::Running | Phase::Failing { .. } => None,
            Phase::Stopping { gone } => Some(gone),
        }
    }

    /// Starts its end.
    pub fn stop(&mut self, now: Millis, gone: Millis) {
        self.phase = Phase::Stopping { gone };
        self.history.push((now, InstanceEvent::Stopping));
    }

    /// It has started, unless its mishap keeps it from that.
    pub fn run(&mut self, now: Millis) {
        let (phase, happening) = match self.failure {
            None => (Phase::Running, InstanceEvent::Started),
            Some(_) => (Phase::Failing { since: now }, InstanceEvent::Failed),
        };
        self.phase = phase;
        self.history.push((now, happening));
    }

    /// Since when it has been failing, and of what.
    pub const fn failing(&self) -> Option<(Millis, InstanceFailure)> {
        match (self.phase, self.failure) {
            (Phase::Failing { since }, Some(failure)) => Some((since, failure)),
            _ => None,
        }
    }

    /// How often its container was restarted: after 10 s, then after twice the time before, up to 5 minutes.
    pub fn restarts(&self, now: Millis) -> i64 {
        let Some((since, InstanceFailure::NeverReady)) = self.failing() else { return 0 };
        let seconds = ((now - since) / 1000).max(0);
        let doubling = (1..=5).take_while(|step| 10 * ((1 << step) - 1) <= seconds).count();
        i64::try_from(doubling).unwrap_or_default() + (seconds - 310).max(0) / 300
    }

    /// Whether it runs.
    pub const fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running)
    }

    /// Whether it runs, or ran before it was told to stop.
    pub fn has_run(&self) -> bool {
        self.ran().is_some()
    }

    /// Since when it has run.
    pub fn ran(&self) -> Option<Millis> {
        self.history.iter().find(|(_, happening)| *happening == InstanceEvent::Started).map(|(at, _)| *at)
    }

    /// Whether it is starting.
    pub const fn is_starting(&self) -> bool {
        matches!(self.phase, Phase::Starting { .. })
    }

    /// Whether it is stopping.
    pub const fn is_stopping(&self) -> bool {
        matches!(self.phase, Phase::Stopping { .. })
    }

    /// Its status, in the service's words.
    pub const fn status(&self, now: Millis) -> &'static str {
        match self.phase {
            Phase::Starting { ready } if now - self.created < (ready - self.created) / 3 => "Pending",
            Phase::Starting { .. } => "PodInitializing",
            Phase::Running => "Running",
            Phase::Failing { .. } => match self.failure {
                Some(failure) => failure.status(),
                None => "Error",
            },
            Phase::Stopping { .. } => "Terminating",
        }
    }

    /// Its log: some lines for each thing that has happened to it.
    pub fn log(&self) -> String {
        self.history.iter().map(|(at, happening)| self.written(*at, *happening)).collect()
    }

    /// What its container wrote before it was restarted last; nothing if it never was.
    pub fn former_log(&self, now: Millis) -> Option<String> {
        let (since, _) = self.failing().filter(|_| self.restarts(now) > 0)?;
        Some(self.written(since, InstanceEvent::Failed))
    }

    fn written(&self, at: Millis, happening: InstanceEvent) -> String {
        let at = time::text(at);
        self.lines(happening).iter().map(|line| [&at, " ", line, "\n"].concat()).collect()
    }

    fn lines(&self, happening: InstanceEvent) -> Vec<String> {
        let configuration = &self.configuration;
        match happening {
            InstanceEvent::Scheduled => vec![
                format!("scheduled with address {}", self.address),
                format!("pulling {}", configuration.source().unwrap_or("nothing")),
            ],
            InstanceEvent::Started => vec![
                format!(
                    "started version {} with {} millicores and {} MB",
                    configuration.package_version(),
                    configuration.cpu,
                    configuration.memory
                ),
                "ready".to_owned(),
            ],
            InstanceEvent::Failed => match self.failure {
                Some(InstanceFailure::ImagePull) => vec![
                    format!("failed to pull {}: not found", configuration.source().unwrap_or("nothing")),
                    "back-off pulling".to_owned(),
                ],
                _ => vec![
                    format!("started version {}", configuration.package_version()),
                    "readiness check failed: connection refused".to_owned(),
                    "exited with code 1".to_owned(),
                    "back-off restarting".to_owned(),
                ],
            },
            InstanceEvent::Stopping => vec!["stopping: received SIGTERM".to_owned()],
        }
    }
}
