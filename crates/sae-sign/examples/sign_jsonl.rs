//! Signs requests given as lines of JSON on stdin: see the module `jsonl` of sae-sign.

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        writeln!(out, "{}", sae_sign::jsonl::answer(&line?))?;
        out.flush()?;
    }
    Ok(())
}
