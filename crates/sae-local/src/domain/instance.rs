//! Instances: what runs an application.

use std::net::Ipv4Addr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::configuration::{Configuration, by_version};
use crate::domain::{Millis, time};

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
    /// What has happened to it.
    pub history: Vec<(Millis, Happening)>,
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
    /// It stops, and is gone then.
    Stopping {
        /// When it will be gone.
        gone: Millis,
    },
}

/// What happens to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Happening {
    /// It got its place and its address.
    Scheduled,
    /// What it runs was fetched and started.
    Started,
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
        (now, ready): (Millis, Millis),
    ) -> Self {
        Self {
            id,
            pipeline,
            configuration,
            address,
            created: now,
            phase: Phase::Starting { ready },
            history: vec![(now, Happening::Scheduled)],
        }
    }

    /// When something happens to it by itself.
    pub const fn due(&self) -> Option<Millis> {
        match self.phase {
            Phase::Starting { ready } => Some(ready),
            Phase::Running => None,
            Phase::Stopping { gone } => Some(gone),
        }
    }

    /// Starts its end.
    pub fn stop(&mut self, now: Millis, gone: Millis) {
        self.phase = Phase::Stopping { gone };
        self.history.push((now, Happening::Stopping));
    }

    /// It has started.
    pub fn run(&mut self, now: Millis) {
        self.phase = Phase::Running;
        self.history.push((now, Happening::Started));
    }

    /// Whether it runs.
    pub const fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running)
    }

    /// Whether it runs, or ran before it was told to stop.
    pub fn has_run(&self) -> bool {
        self.history.iter().any(|(_, happening)| *happening == Happening::Started)
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
            Phase::Stopping { .. } => "Terminating",
        }
    }

    /// Its log: a line for each thing that has happened to it.
    pub fn log(&self) -> String {
        let mut log = String::new();
        for (at, happening) in &self.history {
            for line in self.lines(*happening) {
                log.push_str(&time::text(*at));
                log.push(' ');
                log.push_str(&line);
                log.push('\n');
            }
        }
        log
    }

    fn lines(&self, happening: Happening) -> Vec<String> {
        let configuration = &self.configuration;
        match happening {
            Happening::Scheduled => vec![
                format!("scheduled with address {}", self.address),
                format!("pulling {}", configuration.source().unwrap_or("nothing")),
            ],
            Happening::Started => vec![
                format!(
                    "started version {} with {} millicores and {} MB",
                    configuration.package_version(),
                    configuration.cpu,
                    configuration.memory
                ),
                "ready".to_owned(),
            ],
            Happening::Stopping => vec!["stopping: received SIGTERM".to_owned()],
        }
    }
}
