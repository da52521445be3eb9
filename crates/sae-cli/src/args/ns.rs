//! `sae ns`.

use clap::{Args, Subcommand};

use super::{Confirmation, Connection, Listing, Output};

/// Namespaces, which contain applications.
#[derive(Args, Debug)]
#[command(
    visible_alias = "namespace",
    after_help = "Examples:\n  sae ns list\n  sae ns create cn-hangzhou:shop",
    mut_arg("output", super::output::table)
)]
pub struct Ns {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
    #[command(subcommand)]
    pub verb: NsVerb,
}

/// The verbs of `sae ns`.
#[derive(Debug, Subcommand)]
pub enum NsVerb {
    /// List the namespaces of the region.
    #[command(visible_alias = "ls", after_help = "Examples:\n  sae ns list\n  sae ns list -q")]
    List(NsList),
    /// Show a namespace.
    #[command(after_help = "Example:\n  sae ns show shop --output json")]
    Show(NsShow),
    /// Create a namespace and print its ID.
    #[command(after_help = "Example:\n  sae ns create cn-hangzhou:shop --name Shop")]
    Create(NsCreate),
    /// Delete a namespace that has no applications.
    #[command(visible_alias = "rm", after_help = "Example:\n  sae ns delete cn-hangzhou:shop --yes")]
    Delete(NsDelete),
}

/// `sae ns list`.
#[derive(Args, Debug)]
pub struct NsList {
    #[command(flatten)]
    pub listing: Listing,
}

/// `sae ns show`.
#[derive(Args, Debug)]
pub struct NsShow {
    /// Namespace, as in cn-hangzhou:shop or shop.
    #[arg(value_name = "NAMESPACE")]
    pub id: String,
}

/// `sae ns create`.
#[derive(Args, Debug)]
pub struct NsCreate {
    /// REGION:NAME, as in cn-hangzhou:shop; or only the name, in the region of the call.
    #[arg(value_name = "NAMESPACE")]
    pub id: String,
    /// Display name [default: the name in the ID]
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// Description, at most 100 characters.
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
}

/// `sae ns delete`.
#[derive(Args, Debug)]
pub struct NsDelete {
    /// Namespace, as in cn-hangzhou:shop or shop.
    #[arg(value_name = "NAMESPACE")]
    pub id: String,
    #[command(flatten)]
    pub confirmation: Confirmation,
}
