//! The maintainers' tool: `cargo xtask help` lists its commands.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program speaks through them")]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use sae_transport::text::escape_control;
use xtask::{api, codegen, coverage, format, import, new, schema, spec};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["codegen"] => write(),
        ["codegen", "--check"] => check(),
        ["fmt"] => reformat(),
        ["fmt", "--check"] => check_format(),
        ["new", words @ ..] => match new::Options::parse(words) {
            Some(options) => create(&options),
            None => return usage(),
        },
        ["api"] => write_api(),
        ["api", "--check"] => check_api(),
        ["coverage"] => cover(),
        ["import", options @ ..] => return import(options),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => return usage(),
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
    println!("{written} files written, {removed} removed in {} and {}", codegen::OUTPUT, schema::folder());
    Ok(())
}

fn check() -> Result<(), String> {
    let difference = codegen::check(root()).map_err(|error| chain(&error))?;
    if difference.is_empty() { Ok(()) } else { Err(codegen::complaint(&difference)) }
}

fn reformat() -> Result<(), String> {
    let changed = format::write(root()).map_err(|error| chain(&error))?;
    println!("{} files changed in {}", changed.stale.len(), spec::FOLDER);
    Ok(())
}

fn check_format() -> Result<(), String> {
    let difference = format::check(root()).map_err(|error| chain(&error))?;
    if difference.is_empty() { Ok(()) } else { Err(format::complaint(&difference)) }
}

fn create(options: &new::Options) -> Result<(), String> {
    let path = new::write(root(), options).map_err(|error| escape_control(&chain(&error)).into_owned())?;
    println!("{path}: fill it in, then run `cargo xtask codegen`");
    Ok(())
}

fn write_api() -> Result<(), String> {
    let written = api::write(root()).map_err(|error| chain(&error))?;
    println!("{} files written: crates/*/{}", written.len(), api::FILE);
    Ok(())
}

fn check_api() -> Result<(), String> {
    let stale = api::check(root()).map_err(|error| chain(&error))?;
    if stale.is_empty() { Ok(()) } else { Err(api::complaint(&stale)) }
}

fn cover() -> Result<(), String> {
    let server = coverage::ask(root()).map_err(|error| chain(&error))?;
    println!("{}", coverage::report(root(), &server).map_err(|error| chain(&error))?);
    Ok(())
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

/// Like `diff`: 1 if there is a difference, 2 if nothing could be compared.
fn import(words: &[&str]) -> ExitCode {
    let Some(options) = import::Options::parse(words) else { return usage() };
    let done = import::run(root(), &options.source).and_then(|report| {
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

  codegen          write the code of sae-models and the schemas of api-spec's files
  codegen --check  fail if what is committed is not what api-spec says
  new OPERATION --service SERVICE --group GROUP
                   write the file of a new operation, to be filled in
  fmt              bring the keys of api-spec's files into one order
  fmt --check      fail if a file isn't in that order
  api              write crates/*/public-api.txt, the public items of the libraries
  api --check      fail if what is committed is not what the libraries have
  coverage         show how much of the documents the spec and the local server cover
  import --meta DIR [--write]
                   compare api-spec with DIR, a checkout of aliyun/aliyun-openapi-meta; fail if they differ in more
                   than the recorded deviations; --write: write skeletons for new operations, to be filled in
  import --docs FILE [--docs FILE] [--write]
                   compare it, answers too, with api-docs.json as it is published, a file of each service";
