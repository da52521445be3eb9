//! Cost of signing a typical GET, as a ratio to the keyed HMAC of the same bytes.
//!
//! Run it with `cargo bench -p sae-sign`, or `cargo bench -p sae-sign -- roa` for the lines that have `roa` in their name.
//!
//! The two sides are measured in turns, and the medians are compared.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints, and may stop")]

use std::hint::black_box;
use std::time::Instant;

use hmac::{Hmac, KeyInit, Mac};
use sae_sign::{Credentials, Request, Scheme, encode, sign, verify};
use sha1::Sha1;

#[path = "../tests/typical/mod.rs"]
mod typical;

fn main() {
    let path = "/pop/v1/sam/app/listApplications";
    let (query, headers) = typical::get(Scheme::Roa);
    let request = Request { method: "GET", path, query: &query, headers: &headers, body: b"" };
    let (_, acs3_headers) = typical::get(Scheme::Acs3);
    let acs3 = Request { headers: &acs3_headers, ..request };
    let credentials = Credentials::new("LTAI4FoLmvQ9urWXgSRpDvh1", "k3yk3yk3yk3yk3yk3yk3yk3yk3yk3y");
    let secret = credentials.access_key_secret();
    let roa = sign(Scheme::Roa, &request, &credentials).expect("it can be signed");
    let text = &roa.string_to_sign;
    let base = || {
        let mut mac =
            Hmac::<Sha1>::new_from_slice(black_box(secret).as_bytes()).expect("any length is right");
        mac.update(black_box(text).as_bytes());
        black_box(mac.finalize());
    };

    println!("string-to-sign of {} bytes, {} parameters, {} headers", text.len(), query.len(), headers.len());
    report("sign roa", base, || drop(black_box(sign(Scheme::Roa, black_box(&request), &credentials))));
    report("sign acs3", base, || drop(black_box(sign(Scheme::Acs3, black_box(&acs3), &credentials))));
    report("verify roa", base, || drop(black_box(verify(black_box(&request), &roa.authorization, secret))));
    report("encode", base, || drop(black_box(encode(black_box(text)))));
}

fn report(name: &str, base: impl Fn(), measured: impl Fn()) {
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if !wanted.is_empty() && !wanted.iter().any(|part| name.contains(part)) {
        return;
    }
    let (mut bases, mut costs): (Vec<f64>, Vec<f64>) =
        (0..ROUNDS).map(|_| (time(&base), time(&measured))).unzip();
    bases.sort_by(f64::total_cmp);
    costs.sort_by(f64::total_cmp);
    let (base, cost) =
        (bases.get(ROUNDS / 2).copied().unwrap_or(1.0), costs.get(ROUNDS / 2).copied().unwrap_or(0.0));
    println!(
        "{name:12} {cost:8.0} ns   {:5.2} x HMAC-SHA1 of the string-to-sign ({base:.0} ns)",
        cost / base
    );
}

/// Nanoseconds a call.
fn time(call: impl Fn()) -> f64 {
    let start = Instant::now();
    (0..CALLS).for_each(|_| call());
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

const ROUNDS: usize = 201;
const CALLS: u32 = 500;
