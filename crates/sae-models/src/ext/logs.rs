//! Which logs are collected, and where to.

use crate::sae::{KafkaLogConfig, SlsConfig};

impl SlsConfig {
    /// The standard output of the container, to a log store of a project. At most one of these.
    ///
    /// ```
    /// use sae_models::sae::{DeployApplication, SlsConfig};
    ///
    /// let deploy = DeployApplication::new("app").sls_configs([
    ///     SlsConfig::stdout().project_name("test-sls").logstore_name("out"),
    ///     SlsConfig::files("/tmp/a.log"),
    /// ]);
    /// assert_eq!(
    ///     deploy.sls_configs.unwrap_or_default().to_text(),
    ///     concat!(
    ///         r#"[{"projectName":"test-sls","logstoreName":"out","logDir":"","logType":"stdout"},"#,
    ///         r#"{"logDir":"/tmp/a.log"}]"#,
    ///     ),
    /// );
    /// ```
    ///
    /// Without a project, SAE makes one and deletes it together with the application.
    pub fn stdout() -> Self {
        Self::new().log_type("stdout").log_dir("")
    }

    /// The log files of this path.
    pub fn files(path: impl Into<String>) -> Self {
        Self::new().log_dir(path)
    }
}

impl KafkaLogConfig {
    /// The standard output of the container, to a topic.
    ///
    /// ```
    /// use sae_models::sae::{KafkaConfigs, KafkaLogConfig};
    ///
    /// let logs = KafkaConfigs::new("10.0.0.1:9092", "alikafka_pre-cn-7pp2l8kr")
    ///     .kafka_configs([KafkaLogConfig::stdout("out"), KafkaLogConfig::files("test2", "/tmp/a.log")]);
    /// assert_eq!(logs.kafka_configs.len(), 2);
    /// ```
    pub fn stdout(topic: impl Into<String>) -> Self {
        Self::new(topic).log_type("stdout").log_dir("")
    }

    /// The log files of this path, to a topic.
    pub fn files(topic: impl Into<String>, path: impl Into<String>) -> Self {
        Self::new(topic).log_type("file_log").log_dir(path)
    }
}

#[cfg(feature = "edas-kubernetes-application")]
mod kubernetes {
    use crate::edas::{LogSource, SlsConfig};

    impl SlsConfig {
        /// The standard output of the container, to a log store.
        ///
        /// ```
        /// use sae_models::edas::{DeployK8sApplication, SlsConfig};
        ///
        /// let deploy = DeployK8sApplication::new("app")
        ///     .sls_configs([SlsConfig::files("thisisafilelog", "/var/log/*"), SlsConfig::stdout("out")]);
        /// assert_eq!(
        ///     deploy.sls_configs.unwrap_or_default().to_text(),
        ///     concat!(
        ///         r#"[{"type":"file","logstore":"thisisafilelog","logDir":"/var/log/*"},"#,
        ///         r#"{"type":"stdout","logstore":"out","logDir":"stdout.log"}]"#,
        ///     ),
        /// );
        /// ```
        pub fn stdout(logstore: impl Into<String>) -> Self {
            Self::new(LogSource::Stdout, "stdout.log").logstore(logstore)
        }

        /// The log files of this path, to a log store.
        pub fn files(logstore: impl Into<String>, path: impl Into<String>) -> Self {
            Self::new(LogSource::File, path).logstore(logstore)
        }
    }
}
