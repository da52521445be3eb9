//! `sae slb`.

use clap::{Args, Subcommand};

use super::help::with_exit_codes;
use super::{Application, Confirmation, Connection, Following, Namespace, Output};

/// Load balancers of applications.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  sae slb show shop\n  sae slb bind shop --internet 80:8080",
    mut_arg("output", super::output::table)
)]
pub struct Slb {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub namespace: Namespace,
    #[command(subcommand)]
    pub verb: SlbVerb,
}

/// The verbs of `sae slb`.
#[derive(Debug, Subcommand)]
pub enum SlbVerb {
    /// Show the load balancers of an application with their listeners.
    #[command(after_help = "Example:\n  sae slb show shop")]
    Show(SlbShow),
    /// Bind load balancers to an application.
    #[command(after_help = with_exit_codes(BIND_EXAMPLES))]
    Bind(SlbBind),
    /// Unbind the load balancers of an application.
    #[command(after_help = with_exit_codes("Example:\n  sae slb unbind shop --internet --yes"))]
    Unbind(SlbUnbind),
}

/// `sae slb show`.
#[derive(Args, Debug)]
pub struct SlbShow {
    #[command(flatten)]
    pub application: Application,
}

/// `sae slb bind`.
#[derive(Args, Debug)]
pub struct SlbBind {
    /// Listener for the internet; may be repeated.
    #[arg(long, value_name = "PORT:TARGET[/PROTOCOL]")]
    pub internet: Vec<String>,
    /// Listener for the VPC; may be repeated.
    #[arg(long, value_name = "PORT:TARGET[/PROTOCOL]")]
    pub intranet: Vec<String>,
    /// Existing load balancer to use for the internet, instead of a new one.
    #[arg(long, value_name = "ID")]
    pub internet_slb: Option<String>,
    /// Existing load balancer to use for the VPC, instead of a new one.
    #[arg(long, value_name = "ID")]
    pub intranet_slb: Option<String>,
    /// Certificate of the HTTPS listeners.
    #[arg(long, value_name = "ID")]
    pub certificate: Option<String>,
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub following: Following,
}

/// `sae slb unbind`.
#[derive(Args, Debug)]
pub struct SlbUnbind {
    /// Unbind the load balancer for the internet.
    #[arg(long)]
    pub internet: bool,
    /// Unbind the load balancer for the VPC.
    #[arg(long)]
    pub intranet: bool,
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub following: Following,
    #[command(flatten)]
    pub confirmation: Confirmation,
}

const BIND_EXAMPLES: &str = "Examples:
  sae slb bind shop --internet 80:8080
  sae slb bind shop --internet 443:8080/https --certificate 1234_cn-hangzhou
  sae slb bind shop --intranet 80:8080 --intranet-slb lb-bp1example";
