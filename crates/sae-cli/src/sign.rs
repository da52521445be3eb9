//! `sae sign`: signatures as text, and why one was refused.

use std::io::{BufRead as _, Write as _};

use clap::ArgMatches;
use sae::transport::sign::{explain, jsonl};

use crate::failure::Failure;
use crate::{parameters, render};

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("explain", matches)) => explain_refusal(matches),
        _ => answer_lines(),
    }
}

/// One answer for each line, flushed at once: the caller may wait for it before it writes the next.
fn answer_lines() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| Failure::other(format!("standard input can't be read: {error}")))?;
        if line.trim().is_empty() {
            continue;
        }
        let written = writeln!(out, "{}", jsonl::answer(&line)).and_then(|()| out.flush());
        written.map_err(|error| Failure::other(format!("standard output can't be written: {error}")))?;
    }
    Ok(())
}

fn explain_refusal(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name: &str| {
        let value = matches.get_one::<String>(name).map(String::as_str).unwrap_or_default();
        parameters::text(value, &format!("--{name}"))
    };
    let (own, server) = (text("own")?, text("server")?);
    render::write(&format!(
        "{}\n",
        explain::explain(own.trim_end_matches('\n'), server.trim_end_matches('\n'))
    ))
}
