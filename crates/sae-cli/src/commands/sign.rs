//! `sae sign`: signatures as text, and why one was refused.

use std::io::BufRead as _;

use sae::transport::sign::jsonl;

use crate::args::sign::{Sign, SignExplain, SignVerb};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::refusal;
use crate::output::{render, stdout};

pub fn run(args: &Sign) -> Result<Exit, Failure> {
    match &args.explain {
        Some(SignVerb::Explain(args)) => explain_refusal(args)?,
        None => answer_lines()?,
    }
    Ok(Exit::DONE)
}

/// Prints one answer per line, flushed at once: the caller may wait for it before writing the next line.
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

fn explain_refusal(args: &SignExplain) -> Result<(), Failure> {
    let given = args.own.as_deref();
    if given == Some("-") && args.server == "-" {
        return Err(Failure::usage(
            "--own and --server can't both be read from standard input; give one of them as @FILE or as text",
        ));
    }
    let own = given.map(|given| input::text_or_file(given, "--own")).transpose()?;
    let server = input::text_or_file(&args.server, "--server")?;
    let is_typed = given.is_some_and(|own| own != "-" && !own.starts_with('@'));
    render::write(&match own {
        Some(own) if is_typed => refusal::compared(&own, &server),
        Some(own) => refusal::compared_file(&own, &server),
        None => refusal::server_alone(server.trim_end_matches('\n'))?,
    })
}
