//! Instances of applications.

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
    /// Identifier of the pipeline that started it.
    pub pipeline: String,
    /// The version of the configuration that it runs.
    #[serde(with = "by_version")]
    pub configuration: Arc<Configuration>,
    /// Its address.
    pub address: Ipv4Addr,
    /// When it was created.
    pub created: Millis,
    /// The phase of its life.
    pub phase: Phase,
    /// How it fails once it has started, if a test asked for that.
    #[serde(rename = "mishap")]
    pub failure: Option<InstanceFailure>,
    /// Everything that has happened to it, oldest first.
    pub history: Vec<(Millis, InstanceEvent)>,
}

/// The phase of an instance's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// It is starting.
    Starting {
        /// When it runs, or fails.
        ready: Millis,
    },
    /// It runs.
    Running,
    /// It has failed to start and is retried.
    Failing {
        /// Since when.
        since: Millis,
    },
    /// It is stopping.
    Stopping {
        /// When it is removed.
        gone: Millis,
    },
}

/// Something that happens to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InstanceEvent {
    /// It was scheduled and got its address.
    Scheduled,
    /// Its image or package was fetched and started.
    Started,
    /// It failed to start.
    Failed,
    /// It was told to stop.
    Stopping,
}

impl Instance {
    /// An instance that starts now and is ready at the second of the two times.
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

    /// When its phase changes without a command.
    pub const fn due(&self) -> Option<Millis> {
        match self.phase {
            Phase::Starting { ready } => Some(ready),
            Phase::Running | Phase::Failing { .. } => None,
            Phase::Stopping { gone } => Some(gone),
        }
    }

    /// Tells it to stop; it is removed at `gone`.
    pub fn stop(&mut self, now: Millis, gone: Millis) {
        self.phase = Phase::Stopping { gone };
        self.history.push((now, InstanceEvent::Stopping));
    }

    /// Ends its start: it runs, or fails if a failure was planned.
    pub fn run(&mut self, now: Millis) {
        let (phase, event) = match self.failure {
            None => (Phase::Running, InstanceEvent::Started),
            Some(_) => (Phase::Failing { since: now }, InstanceEvent::Failed),
        };
        self.phase = phase;
        self.history.push((now, event));
    }

    /// Since when it has been failing, and how; none if it isn't failing.
    pub const fn failing(&self) -> Option<(Millis, InstanceFailure)> {
        match (self.phase, self.failure) {
            (Phase::Failing { since }, Some(failure)) => Some((since, failure)),
            _ => None,
        }
    }

    /// How often its container was restarted: after 10 seconds, then each time after twice as long, up to 5 minutes.
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
        self.running_since().is_some()
    }

    /// When it began to run.
    pub fn running_since(&self) -> Option<Millis> {
        self.history.iter().find(|(_, event)| *event == InstanceEvent::Started).map(|(at, _)| *at)
    }

    /// Whether it is starting.
    pub const fn is_starting(&self) -> bool {
        matches!(self.phase, Phase::Starting { .. })
    }

    /// Whether it is stopping.
    pub const fn is_stopping(&self) -> bool {
        matches!(self.phase, Phase::Stopping { .. })
    }

    /// The service's word for its status.
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

    /// Its log: some lines for each event.
    pub fn log(&self) -> String {
        self.history.iter().map(|(at, event)| self.log_entry(*at, *event)).collect()
    }

    /// What its container logged before the last restart; none if it was never restarted.
    pub fn previous_log(&self, now: Millis) -> Option<String> {
        let (since, _) = self.failing().filter(|_| self.restarts(now) > 0)?;
        Some(self.log_entry(since, InstanceEvent::Failed))
    }

    fn log_entry(&self, at: Millis, event: InstanceEvent) -> String {
        let at = time::text(at);
        self.lines(event).iter().map(|line| [&at, " ", line, "\n"].concat()).collect()
    }

    fn lines(&self, event: InstanceEvent) -> Vec<String> {
        let configuration = &self.configuration;
        match event {
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
