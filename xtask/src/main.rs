//! The maintainers' tool: `cargo xtask codegen`, `cargo xtask coverage`, `cargo xtask import`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks through them")]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use sae_transport::text::escape_control;
use xtask::{codegen, coverage, import};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["codegen"] => write(),
        ["codegen", "--check"] => check(),
        ["coverage"] => {
            coverage::report(root()).map(|report| println!("{report}")).map_err(|error| chain(&error))
        }
        ["import", options @ ..] => return import(options),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> Result<(), String> {
    let changed = codegen::write(root()).map_err(|error| chain(&error))?;
    let (written, removed) = (changed.stale.len() + changed.missing.len(), changed.orphans.len());
    println!("{}: {written} files written, {removed} removed", codegen::OUTPUT);
    Ok(())
}

fn check() -> Result<(), String> {
    let difference = codegen::check(root()).map_err(|error| chain(&error))?;
    if difference.is_empty() { Ok(()) } else { Err(codegen::complaint(&difference)) }
}

/// Like `diff`: 1 if there is a difference, 2 if nothing could be compared.
fn import(words: &[&str]) -> ExitCode {
    let Some(options) = import::Options::parse(words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = import::run(root(), &options.meta).and_then(|report| {
        let written = if options.write { import::write(root(), &report.skeletons)? } else { Vec::new() };
        Ok((report, written))
    });
    match done {
        Ok((report, written)) => {
            println!("{report}");
            for path in written {
                println!("written: {}", escape_control(&path));
            }
            if report.is_drift() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
        Err(error) => {
            eprintln!("{}", chain(&error));
            ExitCode::from(2)
        }
    }
}

/// An error with its reasons.
fn chain(error: &dyn Error) -> String {
    match error.source() {
        None => error.to_string(),
        Some(reason) => format!("{error}: {}", chain(reason)),
    }
}

/// The repository that this program was built in.
fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

const USAGE: &str = "\
Usage: cargo xtask <COMMAND>

  codegen          write the generated code of sae-models from api-spec
  codegen --check  fail if the committed code is not what api-spec says
  coverage         show how much of the documents the spec and the local server cover
  import --meta DIR [--write]
                   compare api-spec with DIR, a checkout of aliyun/aliyun-openapi-meta; fail if they differ in more
                   than the recorded deviations; --write: write skeletons for new operations, to be filled in";
