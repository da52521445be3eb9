//! `sae sign`.

use clap::{Args, Subcommand};

/// Sign requests, or explain why a signature was refused.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  sae sign --jsonl < requests.jsonl\n  sae sign explain < refusal.txt"
)]
pub struct Sign {
    /// Read requests on standard input, one JSON object a line, and answer each with its signature.
    #[arg(long)]
    // Without a subcommand there is nothing else to do.
    jsonl: bool,
    #[command(subcommand)]
    pub explain: Option<SignVerb>,
}

/// What is done besides signing.
#[derive(Debug, Subcommand)]
pub enum SignVerb {
    /// Name the cause of a refused signature, from the server's message and the own string-to-sign.
    #[command(long_about = EXPLAIN_ABOUT, after_help = EXPLAIN_EXAMPLES)]
    Explain(SignExplain),
}

/// `sae sign explain`.
#[derive(Args, Debug)]
pub struct SignExplain {
    /// The own string-to-sign; for ACS3 the canonical request.
    #[arg(long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true)]
    pub own: Option<String>,
    /// The server's string-to-sign, or the message that holds it.
    #[arg(long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true, default_value = "-")]
    pub server: String,
}

const EXPLAIN_ABOUT: &str = "Name the cause of a refused signature. The server's string-to-sign stands in the message of its refusal, which may \
be given as it is or in the words of an SDK, as JSON or as XML. The own one is what the signing program had; both \
are shown, with the first difference. Without it, the likely causes are named. Values that may be secret are not \
shown.

A call of this program that is refused shows all that by itself.";
const EXPLAIN_EXAMPLES: &str = "Examples:
  sae sign explain < refusal.txt
  sae sign explain --own @string-to-sign.txt --server @refusal.json";
