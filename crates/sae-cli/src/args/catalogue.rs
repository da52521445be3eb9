//! `sae region` and `sae spec`: what the service offers.

use clap::{Args, Subcommand};

use super::{Connection, Listing, Output};

/// Regions in which SAE is available.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sae region list", mut_arg("output", super::output::table))]
pub struct Region {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
    #[command(subcommand)]
    pub verb: RegionVerb,
}

/// The verbs of `sae region`.
#[derive(Debug, Subcommand)]
pub enum RegionVerb {
    /// List the regions.
    #[command(visible_alias = "ls", after_help = REGION_EXAMPLES)]
    List(CatalogueList),
}

/// Available sizes of instances.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sae spec list", mut_arg("output", super::output::table))]
pub struct Spec {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
    #[command(subcommand)]
    pub verb: SpecVerb,
}

/// The verbs of `sae spec`.
#[derive(Debug, Subcommand)]
pub enum SpecVerb {
    /// List the available sizes of instances.
    #[command(visible_alias = "ls", after_help = SPEC_EXAMPLES)]
    List(CatalogueList),
}

/// `sae region list` and `sae spec list`.
#[derive(Args, Debug)]
pub struct CatalogueList {
    #[command(flatten)]
    pub listing: Listing,
}

const REGION_EXAMPLES: &str = "Examples:
  sae region list
  sae region list --output json --query '[*].RegionId'";
const SPEC_EXAMPLES: &str = "Examples:
  sae spec list
  sae spec list --output json --query '[?Cpu == `1000`].Memory'";
