//! Instructions of a call in user mode: counted by the processor where it may be asked, else by valgrind, which runs the program on
//! a processor of its own that has no instructions for hashes.

use std::env;
use std::net::SocketAddr;
use std::process::Command;

use crate::meter::Meter;
use crate::{ROLE, Side};

/// Of a typed and of a bare call, or why they can't be counted.
pub fn both(address: SocketAddr) -> Result<[f64; 2], String> {
    let mut both = [0.0; 2];
    for (side, counted) in ["sae", "bare"].into_iter().zip(&mut both) {
        // What the start of a program takes cancels out.
        let [few, many] = [FEW, MANY].map(|calls| count(side, address, calls));
        *counted = (many? - few?) / f64::from(MANY - FEW);
    }
    Ok(both)
}

/// What a process does whose instructions are counted.
pub fn caller(side: &str) {
    let [address, calls] = [ADDRESS, CALLS].map(|name| env::var(name).expect("it is told"));
    let address = address.parse().expect("an address");
    let side = if side == "sae" { Side::sae(address) } else { Side::bare(address) };
    Meter::new(side).calls(1, calls.parse().expect("a number"));
}

fn count(side: &str, address: SocketAddr, calls: u32) -> Result<f64, String> {
    let mut refused = Vec::new();
    for (counter, read) in COUNTERS {
        let output = Command::new(counter[0])
            .args(&counter[1..])
            .arg(env::current_exe().expect("the path of this program"))
            .env(ROLE, side)
            .env(ADDRESS, address.to_string())
            .env(CALLS, calls.to_string())
            .output();
        let told = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
        match told.as_deref().map(read) {
            Ok(Some(number)) => return Ok(number),
            Ok(None) => refused.push(format!("{} gives no number", counter[0])),
            Err(error) => refused.push(format!("{}: {error}", counter[0])),
        }
    }
    Err(refused.join(", "))
}

type Read = fn(&str) -> Option<f64>;

/// What counts, and how its report is read.
const COUNTERS: [(&[&str], Read); 2] = [
    (&["perf", "stat", "-x,", "-e", "instructions:u"], |told| {
        told.lines().find(|line| line.contains("instructions"))?.split(',').next()?.parse().ok()
    }),
    (&["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"], |told| {
        told.lines().find_map(|line| line.split_once("Collected :"))?.1.trim().parse().ok()
    }),
];

const ADDRESS: &str = "SAE_BENCH_ADDRESS";
const CALLS: &str = "SAE_BENCH_CALLS";
const FEW: u32 = 200;
const MANY: u32 = 1200;
