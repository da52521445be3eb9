//! `sae plan`, `drift`, `apply`, `export` and `schema`.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, ValueEnum, ValueHint};
use sae_manifest::Unlisted;

use super::help::with_exit_codes;
use super::{Application, Confirmation, Connection, Limits, Namespace, Output};
use crate::failure::Failure;

/// Which manifest, and whether it is complete.
#[derive(Args, Debug)]
pub struct Manifest {
    /// Manifest in TOML, YAML or JSON; - reads standard input.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: String,
    /// Delete the applications that the manifest doesn't name, in the namespaces that it describes.
    #[arg(long)]
    pub prune: bool,
}

impl Manifest {
    /// What happens to applications that the manifest doesn't name.
    pub const fn unlisted(&self) -> Unlisted {
        if self.prune { Unlisted::Delete } else { Unlisted::Keep }
    }
}

/// The message for a namespace, which a command that reads a manifest doesn't take.
pub fn with_namespace(command: &str, error: &clap::Error) -> Option<Failure> {
    let (ErrorKind::UnknownArgument, Some(ContextValue::String(given))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    else {
        return None;
    };
    let is_namespace = matches!(given.split('=').next(), Some("-n" | "--namespace"));
    let is_of_manifest = matches!(command, "plan" | "apply" | "drift");
    (is_namespace && is_of_manifest).then(|| {
        Failure::usage(format!(
            "sae {command} takes no namespace: the manifest names the namespace of each application\n  \
             leave out -n; `sae export -n NAMESPACE` prints a manifest of one namespace"
        ))
    })
}

/// Compare a manifest with what is running, without changing anything.
#[derive(Args, Debug)]
#[command(long_about = PLAN_ABOUT, after_help = PLAN_EXAMPLES, mut_arg("output", super::output::text))]
pub struct Plan {
    #[command(flatten)]
    pub manifest: Manifest,
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
}

/// Check whether what is running still matches a manifest: exit code 2 if not.
#[derive(Args, Debug)]
#[command(long_about = DRIFT_ABOUT, after_help = DRIFT_EXAMPLES)]
pub struct Drift {
    #[command(flatten)]
    pub plan: Plan,
}

/// Change namespaces and applications to match a manifest, and wait until they do.
#[derive(Args, Debug)]
#[command(
    long_about = APPLY_ABOUT,
    after_help = with_exit_codes(APPLY_EXAMPLES),
    mut_arg("output", super::output::text)
)]
pub struct Apply {
    #[command(flatten)]
    pub manifest: Manifest,
    #[command(flatten)]
    pub confirmation: Confirmation,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
}

/// Print a manifest of the existing namespaces and applications.
#[derive(Args, Debug)]
#[command(
    long_about = EXPORT_ABOUT,
    after_help = EXPORT_EXAMPLES,
    mut_arg("namespace", |it| it.help("Namespace to export, as in cn-hangzhou:shop or shop [default: all]")),
    mut_arg("named", |it| it.help("Export only this application")),
    mut_group("application", |group| group.required(false))
)]
pub struct Export {
    #[command(flatten)]
    pub namespace: Namespace,
    /// Include the values of environment variables, commands and other secrets.
    #[arg(long)]
    pub with_secrets: bool,
    /// Format of the manifest.
    #[arg(id = "output", long = "output", value_name = "FORMAT", value_enum, default_value_t)]
    pub form: Form,
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub connection: Connection,
}

/// How a manifest is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    #[default]
    Toml,
    Yaml,
    Json,
}

/// Print the JSON Schema of manifests, which editors use to complete and check them.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sae schema > manifest.schema.json")]
pub struct Schema {}

const PLAN_ABOUT: &str = "Compare a manifest with what is running, without changing anything.

Settings that the manifest doesn't mention are left unchanged and are no difference. Environment variables are shown, except those that \
the manifest marks as secret ({ value = \"…\", secret = true }), those whose names suggest a secret (PASSWORD, TOKEN, SECRET, KEY and the \
like) and those that it removes. Everything that the service would refuse (a size or region that it doesn't have, an invalid name, no \
image) is reported at once, with lines and the nearest valid values, and the exit code is 2. Rollout settings (update_strategy and the \
like) are sent with a deployment and are no difference by themselves. Keys whose value the service doesn't return, such as enable_ebpf, \
are listed as not compared. An application that is stopped or was never deployed is started, unless the manifest says \
deploy = false. A running rollout is waited for; a failed one is started again. `sae schema` prints all keys of a manifest.";
const PLAN_EXAMPLES: &str = "Examples:
  sae plan -f app.toml
  sae plan -f app.yaml --output json --query 'changes[].name'
  sae export -n shop | sae plan -f -";
const DRIFT_ABOUT: &str = "Check whether what is running still matches a manifest.

Prints what `sae plan` prints. Exit codes: 0 no difference, 2 a difference, anything else an error; an invalid manifest ends with 1.";
const DRIFT_EXAMPLES: &str = "Example:\n  sae drift -f app.toml; test $? -eq 2 && notify";
const APPLY_ABOUT: &str = "Change namespaces and applications to match a manifest, and wait until they do.

Checks the manifest as `sae plan` does, and changes nothing if any of it would be refused. Shows the plan, asks for confirmation, and \
makes one change after the other: first the namespaces, then the applications in the order of the manifest. Waits for each change \
order, including those that are already running; stops at the first failure and lists what is not done. Settings that the manifest \
doesn't mention are left unchanged. Applications are deleted only with --prune, and namespaces never.";
const APPLY_EXAMPLES: &str = "Examples:
  sae apply -f app.toml
  sae apply -f app.toml --yes --wait-timeout 900
  sae apply -f app.toml --prune";
const EXPORT_ABOUT: &str = "Print a manifest of the existing namespaces and applications, to which `sae plan` finds no difference.

Secrets (environment variables, commands, keys, credentials in the URL of a package) are replaced by `{ unchanged = true }`, which \
keeps their value. --with-secrets writes them, as far as the service returns them. Settings that the service doesn't return, such as \
enable_ebpf, are missing from the manifest. An application that isn't running is written with deploy = false.";
const EXPORT_EXAMPLES: &str = "Examples:
  sae export -n shop > shop.toml
  sae export --app web --output yaml
  sae export --with-secrets > everything.toml";
