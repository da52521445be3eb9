//! Which application a command is about, and in which namespace its name is looked up.

use clap::Args;

use crate::failure::Failure;
use crate::shell;

/// The application that a command is about: a word of the command line or `--app`.
#[derive(Args, Clone, Debug)]
#[group(id = "application", required = true, multiple = true)]
pub struct Application {
    /// Name or identifier of the application; NAMESPACE/NAME where the name alone is not enough.
    #[arg(value_name = "APP")]
    named: Option<String>,
    /// The same as an option.
    #[arg(long, value_name = "APP")]
    app: Option<String>,
}

impl Application {
    /// The application that this option names.
    pub fn of_option(app: &str) -> Self {
        Self { named: None, app: Some(app.to_owned()) }
    }

    /// Whether the command line names one.
    pub fn is_given(&self) -> bool {
        self.named.is_some() || self.app.is_some()
    }

    /// Its name or identifier as the command line has it; empty if it has none. Fails if it names two.
    pub fn name(&self) -> Result<&str, Failure> {
        match (&self.named, &self.app) {
            (Some(word), Some(option)) if word != option => Err(Failure::usage(format!(
                "{word:?} and --app {option} are two applications: leave out one of them"
            ))),
            (word, option) => Ok(word.as_ref().or(option.as_ref()).map(String::as_str).unwrap_or_default()),
        }
    }

    /// How the next command names the application that this one names.
    pub fn repeated(&self, namespace: &Namespace) -> String {
        let namespace = namespace.namespace.as_deref();
        let namespace = namespace.map(|name| format!(" -n {}", shell::word(name))).unwrap_or_default();
        format!("--app {}{namespace}", shell::word(self.name().unwrap_or_default()))
    }
}

/// The namespace in which names are looked up.
#[derive(Args, Clone, Debug, Default)]
pub struct Namespace {
    /// Namespace, as in cn-hangzhou:shop or shop.
    #[arg(long, short, value_name = "NAMESPACE", global = true, overrides_with = "namespace")]
    pub namespace: Option<String>,
}
