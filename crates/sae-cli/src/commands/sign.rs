//! `sae sign`: signatures as text, and why one was refused.

pub mod refusal;

use std::io::BufRead as _;

use clap::{Arg, ArgAction, ArgMatches, Command};
use sae::transport::sign::jsonl;

use crate::failure::Failure;
use crate::{parameters, render, stdout};

/// The command line.
pub fn command() -> Command {
    let text = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("TEXT|@FILE|-").allow_hyphen_values(true).help(help)
    };
    Command::new("sign")
        .about("Sign requests, or explain why a signature was refused")
        .arg_required_else_help(true)
        .after_help("Examples:\n  sae sign --jsonl < requests.jsonl\n  sae sign explain < refusal.txt")
        .args_conflicts_with_subcommands(true)
        .disable_help_subcommand(true)
        .arg(Arg::new("jsonl").long("jsonl").action(ArgAction::SetTrue).help(
            "Read requests on standard input, one JSON object a line, and answer each with its signature",
        ))
        .subcommand(
            Command::new("explain")
                .about("Name the cause of a refused signature, from the server's message and the own string-to-sign")
                .long_about(
                    "Name the cause of a refused signature. The server's string-to-sign stands in the message of its refusal, which may \
                     be given as it is or in the words of an SDK, as JSON or as XML. The own one is what the signing program had; both \
                     are shown, with the first difference. Without it, the likely causes are named. Values that may be secret are not \
                     shown.\n\n\
                     A call of this program that is refused shows all that by itself.",
                )
                .after_help(
                    "Examples:\n  sae sign explain < refusal.txt\n  \
                     sae sign explain --own @string-to-sign.txt --server @refusal.json",
                )
                .arg(text("own", "The own string-to-sign; for ACS3 the canonical request"))
                .arg(text("server", "The server's string-to-sign, or the message that holds it").default_value("-")),
        )
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("explain", matches)) => explain_refusal(matches),
        _ => answer_lines(),
    }
}

/// One answer for each line, flushed at once: the caller may wait for it before it writes the next.
fn answer_lines() -> Result<(), Failure> {
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        match read {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(Failure::other(format!("standard input can't be read: {error}"))),
        }
        let answer = match std::str::from_utf8(&line) {
            Ok(text) if text.trim().is_empty() => continue,
            Ok(text) => jsonl::answer(text),
            Err(_) => NOT_TEXT.to_owned(),
        };
        if !stdout::write_and_look(format!("{answer}\n").as_bytes())? {
            return Ok(());
        }
    }
}

const NOT_TEXT: &str = r#"{"error":"the line is not UTF-8"}"#;

fn explain_refusal(matches: &ArgMatches) -> Result<(), Failure> {
    let given = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    if given("own") == Some("-") && given("server") == Some("-") {
        return Err(Failure::usage(
            "--own and --server can't both be read from standard input; give one of them as @FILE or as text",
        ));
    }
    let text =
        |name: &str| given(name).map(|given| parameters::text(given, &format!("--{name}"))).transpose();
    let (own, server) = (text("own")?, text("server")?.unwrap_or_default());
    let is_typed = given("own").is_some_and(|own| own != "-" && !own.starts_with('@'));
    render::write(&match own {
        Some(own) if is_typed => refusal::compared(&own, &server),
        Some(own) => refusal::compared_file(&own, &server),
        None => refusal::server_alone(server.trim_end_matches('\n'))?,
    })
}
