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
    /// Read requests on standard input, one JSON object per line, and print a signature for each.
    #[arg(long)]
    // It isn't read: signing is all that `sae sign` does without a verb.
    jsonl: bool,
    #[command(subcommand)]
    pub explain: Option<SignVerb>,
}

/// The verbs of `sae sign`.
#[derive(Debug, Subcommand)]
pub enum SignVerb {
    /// Explain why a signature was refused, from the message of the server and the own string-to-sign.
    #[command(long_about = EXPLAIN_ABOUT, after_help = EXPLAIN_EXAMPLES)]
    Explain(SignExplain),
}

/// `sae sign explain`.
#[derive(Args, Debug)]
pub struct SignExplain {
    /// String-to-sign of the client; for ACS3 the canonical request.
    #[arg(long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true)]
    pub own: Option<String>,
    /// String-to-sign of the server, or the message that contains it.
    #[arg(long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true, default_value = "-")]
    pub server: String,
}

const EXPLAIN_ABOUT: &str = "Explain why a signature was refused. The message of the server contains its string-to-sign; give it as it is or as an SDK prints it, in \
JSON or in XML. Give the string-to-sign of the client with --own: both are shown, with the first difference. Without it, the likely \
causes are listed. Values that may be secret are not shown.

If a call of this program is refused, it shows all this by itself.";
const EXPLAIN_EXAMPLES: &str = "Examples:
  sae sign explain < refusal.txt
  sae sign explain --own @string-to-sign.txt --server @refusal.json";
