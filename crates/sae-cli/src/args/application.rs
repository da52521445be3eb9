//! Which application a command is about, and in which namespace its name is looked up.

use clap::Args;

use crate::failure::Failure;
use crate::shell;

/// The application that a command is about: a word of the command line or `--app`.
#[derive(Args, Clone, Debug)]
#[group(id = "application", required = true, multiple = true)]
pub struct Application {
    /// Name or ID of the application; NAMESPACE/NAME if the name is ambiguous.
    #[arg(value_name = "APP")]
    named: Option<String>,
    /// Same as APP, as an option.
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

    /// The name or ID as typed; empty if there is none. Fails if two are given.
    pub fn name(&self) -> Result<&str, Failure> {
        match (&self.named, &self.app) {
            (Some(word), Some(option)) if word != option => Err(Failure::usage(format!(
                "{word:?} and --app {option} are two different applications; give only one"
            ))),
            (word, option) => Ok(word.as_ref().or(option.as_ref()).map(String::as_str).unwrap_or_default()),
        }
    }

    /// The options that name this application in a command that is suggested next.
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
