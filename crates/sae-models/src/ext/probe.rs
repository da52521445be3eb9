//! Health checks and what runs at a turn in the life of a container.

use crate::sae::{ExecAction, HttpGetAction, LifecycleHook, Probe, TcpSocketAction};

impl Probe {
    /// A check that sends an HTTP request to a port of the container.
    ///
    /// ```
    /// use sae_models::sae::{DeployApplication, Probe};
    ///
    /// let deploy = DeployApplication::new("app")
    ///     .readiness(Probe::http("/health", 8080).initial_delay_seconds(10))
    ///     .liveness(Probe::command(["sleep", "5s"]).timeout_seconds(11));
    /// assert_eq!(
    ///     deploy.readiness.unwrap_or_default().to_text(),
    ///     r#"{"httpGet":{"path":"/health","port":8080},"initialDelaySeconds":10}"#,
    /// );
    /// assert_eq!(
    ///     deploy.liveness.unwrap_or_default().to_text(),
    ///     r#"{"exec":{"command":["sleep","5s"]},"timeoutSeconds":11}"#,
    /// );
    /// ```
    pub fn http(path: impl Into<String>, port: u16) -> Self {
        Self::new().http_get(HttpGetAction::new(path, port))
    }

    /// A check that opens a TCP connection to a port of the container.
    pub fn tcp(port: u16) -> Self {
        Self::new().tcp_socket(TcpSocketAction::new(port))
    }

    /// A check that runs a command in the container.
    pub fn command<A: Into<String>>(command: impl IntoIterator<Item = A>) -> Self {
        Self::new().exec(ExecAction::of(command))
    }
}

impl ExecAction {
    /// Program and arguments.
    pub fn of<A: Into<String>>(command: impl IntoIterator<Item = A>) -> Self {
        Self::new(command.into_iter().map(Into::into).collect::<Vec<_>>())
    }
}

impl LifecycleHook {
    /// Runs a command in the container.
    ///
    /// ```
    /// use sae_models::sae::LifecycleHook;
    ///
    /// let drain = LifecycleHook::command(["sh", "-c", "drain"]);
    /// assert_eq!(drain.exec.command, ["sh", "-c", "drain"]);
    /// ```
    pub fn command<A: Into<String>>(command: impl IntoIterator<Item = A>) -> Self {
        Self::new(ExecAction::of(command))
    }
}

#[cfg(feature = "edas-kubernetes-application")]
mod kubernetes {
    use crate::edas::{ExecAction, HttpGetAction, LifecycleHook, Probe, TcpSocketAction};

    impl Probe {
        /// A check that sends an HTTP request to a port of the container.
        ///
        /// ```
        /// use sae_models::edas::{DeployK8sApplication, Probe};
        ///
        /// let deploy = DeployK8sApplication::new("app")
        ///     .readiness(Probe::http("/consumer", 8080).initial_delay_seconds(5))
        ///     .liveness(Probe::tcp(8080));
        /// assert_eq!(
        ///     deploy.readiness.unwrap_or_default().to_text(),
        ///     r#"{"httpGet":{"path":"/consumer","port":8080},"initialDelaySeconds":5}"#,
        /// );
        /// ```
        pub fn http(path: impl Into<String>, port: u16) -> Self {
            Self::new().http_get(HttpGetAction::new(port).path(path))
        }

        /// A check that opens a TCP connection to a port of the container.
        pub fn tcp(port: u16) -> Self {
            Self::new().tcp_socket(TcpSocketAction::new(port))
        }

        /// A check that runs a command in the container.
        pub fn command<A: Into<String>>(command: impl IntoIterator<Item = A>) -> Self {
            Self::new().exec(ExecAction::of(command))
        }
    }

    impl ExecAction {
        /// Program and arguments.
        pub fn of<A: Into<String>>(command: impl IntoIterator<Item = A>) -> Self {
            Self::new(command.into_iter().map(Into::into).collect::<Vec<_>>())
        }
    }

    impl LifecycleHook {
        /// Runs a command in the container.
        pub fn command<A: Into<String>>(command: impl IntoIterator<Item = A>) -> Self {
            Self::new().exec(ExecAction::of(command))
        }
    }
}
