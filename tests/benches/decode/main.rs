//! Time to read an answer of 1,000 applications, beside serde's derives over the same bytes into the same fields.
//!
//!     cargo bench --package sae-tests --bench decode
//!
//! All sides take turns within a round, and the medians of the rounds are compared. That all of them read the same is asserted
//! first; how fast they are depends on the machine. Behind `--`, the name of a side (`json-ours`) runs that one alone, for a
//! profiler to look at.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark ends where something is not as it must be, and prints what it measured"
)]

mod derived;

use std::env;
use std::hint::black_box;
use std::time::Instant;

use quick_xml::Reader;
use quick_xml::events::Event;
use sae_models::sae::ListApplicationsOutput;
use sae_transport::{Answer, Envelope, Reply};

fn main() {
    let json = document(
        r#"{"RequestId":"01CF26C7-00A3-4AA6-BA76-7E95F2A3B6FF","Message":"success","TraceId":"0bc3b6e215637275918588187d221e","Data":{"CurrentPage":1,"PageSize":1000,"TotalSize":1000,"Applications":["#,
        [include_str!("application.json"), include_str!("canary.json")],
        ",",
        r#"]},"ErrorCode":"","Code":"200","Success":true}"#,
    );
    let xml = document(
        r#"<?xml version="1.0" encoding="UTF-8"?><ListApplicationsResponse><RequestId>01CF26C7-00A3-4AA6-BA76-7E95F2A3B6FF</RequestId><Message>success</Message><TraceId>0bc3b6e215637275918588187d221e</TraceId><Data><CurrentPage>1</CurrentPage><PageSize>1000</PageSize><TotalSize>1000</TotalSize>"#,
        [include_str!("application.xml"), include_str!("canary.xml")],
        "",
        "</Data><ErrorCode></ErrorCode><Code>200</Code><Success>true</Success></ListApplicationsResponse>",
    );

    let wanted = from_json(&json.body);
    assert_eq!(wanted.data.as_ref().map(|page| page.applications.len()), Some(APPLICATIONS));
    assert!(from_xml(&xml.body) == wanted, "both documents say the same to serde");
    for answer in [&json, &xml] {
        assert!(from_json(ours(answer).to_json().as_bytes()) == wanted, "and to the decoders");
    }

    compare(
        "json",
        json.body.len(),
        &[
            ("derived", &|| drop(black_box(from_json(&json.body)))),
            ("ours", &|| drop(black_box(ours(&json)))),
        ],
    );
    compare(
        "xml",
        xml.body.len(),
        &[
            ("derived", &|| drop(black_box(from_xml(&xml.body)))),
            ("ours", &|| drop(black_box(ours(&xml)))),
            ("events", &|| events(&xml.body)),
        ],
    );
}

/// An answer of many applications; every tenth has a canary.
fn document(head: &str, [application, canary]: [&str; 2], between: &str, tail: &str) -> Answer {
    let applications: Vec<String> = (0..APPLICATIONS)
        .map(|n| {
            let canary = if n % 10 == 0 { canary.trim_end() } else { "" };
            application.trim_end().replace("{children}", canary).replace("{n}", &format!("{n:08}"))
        })
        .collect();
    let body = format!("{head}{}{tail}", applications.join(between));
    Answer::new(200, Vec::new(), body.into_bytes())
}

fn ours(answer: &Answer) -> Reply<ListApplicationsOutput> {
    let mut envelope = Envelope::default();
    let mut output = ListApplicationsOutput::default();
    let notes = answer.read(&mut envelope, &mut output).expect("a document");
    assert!(notes.is_empty(), "every value fits");
    Reply::new(output, envelope, Answer::default())
}

fn from_json(body: &[u8]) -> derived::Answer {
    serde_json::from_slice(body).expect("JSON of these types")
}

fn from_xml(body: &[u8]) -> derived::Answer {
    quick_xml::de::from_str(str::from_utf8(body).expect("UTF-8")).expect("XML of these types")
}

/// What the parser takes by itself, before anything is kept.
fn events(body: &[u8]) {
    let mut reader = Reader::from_str(str::from_utf8(body).expect("UTF-8"));
    while !matches!(black_box(reader.read_event()).expect("XML"), Event::Eof) {}
}

/// Prints the median and the least time of each side, and how many times faster than the first it is by each.
fn compare(format: &str, bytes: usize, sides: &[(&str, &dyn Fn())]) {
    let only = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let sides = sides.iter().map(|(name, run)| (format!("{format}-{name}"), run));
    let sides: Vec<_> = sides.filter(|(name, _)| only.as_ref().is_none_or(|only| name == only)).collect();
    let mut times = vec![Vec::new(); sides.len()];
    for _ in 0..ROUNDS {
        for ((_, run), times) in sides.iter().zip(&mut times) {
            let start = Instant::now();
            run();
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    let mut first = None;
    for ((name, _), mut times) in sides.iter().zip(times) {
        times.sort_by(f64::total_cmp);
        let [median, least] =
            [ROUNDS / 2, 0].map(|at| times.get(at).copied().expect("a time for each round"));
        let (base, best) = *first.get_or_insert((median, least));
        println!(
            "{name:12} {:4} KB   median {median:6.3} ms, {:4.2} x derived   least {least:6.3} ms, {:4.2} x derived",
            bytes / 1000,
            base / median,
            best / least
        );
    }
}

const APPLICATIONS: usize = 1000;
const ROUNDS: usize = 201;
