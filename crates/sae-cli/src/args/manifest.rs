//! `sae plan`, `drift`, `apply`, `export` and `schema`.

use clap::{Args, ValueEnum, ValueHint};

use super::help::with_exit_codes;
use super::{Application, Confirmation, Connection, Limits, Namespace, Output};

/// Which manifest, and how much of the service it speaks for.
#[derive(Args, Debug)]
pub struct Manifest {
    /// Manifest in TOML, YAML or JSON; - reads standard input.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: String,
    /// Delete the applications that the manifest doesn't name, in the namespaces that it describes.
    #[arg(long)]
    pub prune: bool,
}

/// Show what differs between a manifest and what there is, without changing it.
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

/// See whether what there is still is as a manifest says: exit code 2 if not.
#[derive(Args, Debug)]
#[command(long_about = DRIFT_ABOUT, after_help = DRIFT_EXAMPLES)]
pub struct Drift {
    #[command(flatten)]
    pub plan: Plan,
}

/// Make namespaces and applications as a manifest says, and wait until they are.
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

/// Print a manifest of the namespaces and applications that there are.
#[derive(Args, Debug)]
#[command(
    long_about = EXPORT_ABOUT,
    after_help = EXPORT_EXAMPLES,
    mut_arg("namespace", |it| it.help("Namespace to export, as in cn-hangzhou:shop or shop [default: all]")),
    mut_arg("named", |it| it.help("Export this application alone")),
    mut_group("application", |group| group.required(false))
)]
pub struct Export {
    #[command(flatten)]
    pub namespace: Namespace,
    /// Write the values of environment variables, commands and other secrets, too.
    #[arg(long)]
    pub with_secrets: bool,
    /// How to write the manifest.
    #[arg(id = "output", long = "output", value_name = "FORM", value_enum, default_value_t)]
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

/// Print the JSON Schema of manifests, with which editors complete and check them.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sae schema > manifest.schema.json")]
pub struct Schema {}

const PLAN_ABOUT: &str = "Show what differs between a manifest and what there is, without changing it.

Settings that the manifest doesn't mention are left unchanged and are no difference. Environment variables are shown, except those that \
the manifest marks ({ value = \"…\", secret = true }), those whose names say so (PASSWORD, TOKEN, SECRET, KEY and the like) and those \
that it removes. What the service would refuse (a size or region that it doesn't have, a name that is none, no image) is reported all at \
once with lines and the nearest valid values, and ends with exit code 2. How to roll out (update_strategy and the \
like) is sent along with a deployment and makes no difference by itself. Nor do keys that the service doesn't tell the value of, such as \
enable_ebpf: the plan names them as not compared. An application that is stopped or was never deployed is to run, unless the manifest \
says deploy = false. A roll-out that goes on is to be waited for, one that failed to be made again. `sae schema` prints all keys that a \
manifest can have.";
const PLAN_EXAMPLES: &str = "Examples:
  sae plan -f app.toml
  sae plan -f app.yaml --output json --query 'changes[].name'
  sae export -n shop | sae plan -f -";
const DRIFT_ABOUT: &str = "See whether what there is still is as a manifest says.

Prints what `sae plan` prints. Exit codes: 0 nothing differs, 2 something does, anything else it couldn't be seen; a manifest that can't be applied ends with 1.";
const DRIFT_EXAMPLES: &str = "Example:\n  sae drift -f app.toml; test $? -eq 2 && notify";
const APPLY_ABOUT: &str = "Make namespaces and applications as a manifest says, and wait until they are.

Checks the manifest as `sae plan` does and changes nothing if something in it would be refused. Shows the plan, asks, and makes the changes one after the other: namespaces first, then applications as the manifest has them. Each \
change order is waited for, those that went on already too; the first failure ends it and says what is not done. What the manifest doesn't \
say stays as it is. Nothing is deleted without --prune, and a namespace never.";
const APPLY_EXAMPLES: &str = "Examples:
  sae apply -f app.toml
  sae apply -f app.toml --yes --wait-timeout 900
  sae apply -f app.toml --prune";
const EXPORT_ABOUT: &str = "Print a manifest of the namespaces and applications that there are: `sae plan` finds no difference to it.

Secrets (environment variables, commands, keys, credentials in the address of a package) are left out: `{ unchanged = true }` stands in \
their place, which leaves them as they are. --with-secrets writes them, as far as the service shows them. What it doesn't tell at all, such as \
enable_ebpf, is not in the manifest. Of an application that doesn't run, it says deploy = false.";
const EXPORT_EXAMPLES: &str = "Examples:
  sae export -n shop > shop.toml
  sae export --app web --output yaml
  sae export --with-secrets > everything.toml";
