//! Answers made by chance: however their XML is spelled, it says what the JSON says, and what is broken is refused.
//!
//! `GENERATED_ANSWERS` sets how many.

use std::env;

use sae_transport::{Answer, Envelope, Note, Registered, Reply};
use serde_json::Value;

use super::generator::{Generator, JSON_MISTAKES, XML_MISTAKES};
use super::{operations, paths, read};

#[test]
fn a_generated_answer_reads_the_same_in_json_and_in_every_spelling_of_xml() {
    for (operation, seed) in cases() {
        let name = operation.description.name;
        let mut generator = Generator::new(seed);
        let wanted = generator.answer(operation.description, &mut *(operation.output)());
        let from_json = read(operation, &wanted.to_string());
        let text = generator.xml(&wanted);
        let from_xml = read(operation, &text);
        assert_eq!(difference(&from_xml.to_json(), &from_json.to_json()), None, "{name}, {seed}");
        assert_eq!(from_xml.envelope, from_json.envelope, "{name}, {seed}");
        let mut noted = (paths(&from_xml.notes), paths(&from_json.notes));
        noted.0.sort_unstable();
        noted.1.sort_unstable();
        assert_eq!(noted.0, noted.1, "{name}, {seed}");
    }
}

#[test]
fn an_odd_answer_reads_the_same_in_two_spellings_of_xml() {
    for (operation, seed) in cases() {
        let name = operation.description.name;
        let mut generator = Generator::odd(seed);
        let odd = generator.answer(operation.description, &mut *(operation.output)());
        let [first, second] = [generator.xml(&odd), generator.xml(&odd)];
        let (one, other) = (read(operation, &first), read(operation, &second));
        assert_eq!(difference(&one.to_json(), &other.to_json()), None, "{name}, {seed}");
        assert_eq!(paths(&one.notes), paths(&other.notes), "{name}, {seed}");
    }
}

#[test]
fn xml_that_ends_too_early_is_refused_and_what_is_broken_ends_the_reading_in_order() {
    let mut refused = 0;
    let mut count = 0;
    for (operation, seed) in cases() {
        let name = operation.description.name;
        let mut generator = Generator::odd(seed);
        let odd = generator.answer(operation.description, &mut *(operation.output)());
        let text = generator.xml(&odd);
        let root = text.rfind("</Response").expect("a root that isn't empty");
        let cut = generator.boundary(&text[..root]);
        assert!(!is_read(operation, &text[..cut]), "{name}, {seed}: {}", &text[..cut]);
        count += 1;
        // It may still be XML. What matters is that nothing ends the program.
        refused += usize::from(!is_read(operation, &generator.broken(&text, &XML_MISTAKES)));
    }
    assert!(refused > count / 3 && refused < count, "{refused} of {count}");
}

/// JSON that is plain is read in one step, all other by serde_json: the same text with an escape in its first name, for example.
#[test]
fn json_says_the_same_whether_it_is_read_in_one_step_or_by_serde_json() {
    let mut refused = 0;
    let mut count = 0;
    for (operation, seed) in cases() {
        let mut generator = if seed % 3 == 0 { Generator::new(seed) } else { Generator::odd(seed) };
        let answer = generator.answer(operation.description, &mut *(operation.output)());
        let text = generator.json(&answer);
        let broken = generator.broken(&text, &JSON_MISTAKES);
        for text in [text, broken] {
            let Some(escaped) = with_escape(&text) else { continue };
            let [one, other] = [&text, &escaped].map(|text| outcome(operation, text));
            assert_eq!(one, other, "{}, {seed}: {text}", operation.description.name);
            count += 1;
            refused += usize::from(one.is_none());
        }
    }
    assert!(refused > count / 6 && refused < count / 2, "{refused} of {count}");
}

/// The document with the first letter of its first name as an escape.
fn with_escape(json: &str) -> Option<String> {
    let (before, rest) = json.split_once('"').filter(|(before, _)| before.trim() == "{")?;
    let letter = rest.chars().next().filter(char::is_ascii_alphanumeric)?;
    Some(format!("{before}\"\\u{:04x}{}", u32::from(letter), &rest[1..]))
}

/// All that is made of an answer, if it is read.
fn outcome(operation: &Registered, body: &str) -> Option<(String, Envelope, Vec<Note>)> {
    let answer = Answer::new(200, Vec::new(), body.as_bytes().to_vec());
    let mut envelope = Envelope::of(operation.description.envelope);
    let mut output = (operation.output)();
    let notes = answer.read(&mut envelope, &mut *output).ok()?;
    let json = Reply::new(output, Envelope::default(), answer).to_json();
    Some((json, envelope, notes))
}

fn is_read(operation: &Registered, body: &str) -> bool {
    let answer = Answer::new(200, Vec::new(), body.as_bytes().to_vec());
    answer.read(&mut Envelope::of(operation.description.envelope), &mut *(operation.output)()).is_ok()
}

/// The first place where they differ, with both values.
fn difference(one: &str, other: &str) -> Option<String> {
    let [one, other] = [one, other].map(|json| serde_json::from_str(json).expect("JSON"));
    (one != other).then(|| first_difference(&one, &other, ""))
}

fn first_difference(one: &Value, other: &Value, path: &str) -> String {
    let found = match (one, other) {
        (Value::Object(own), Value::Object(others)) => own.iter().find_map(|(name, value)| {
            let other = others.get(name).filter(|other| *other != value)?;
            Some(first_difference(value, other, &format!("{path}.{name}")))
        }),
        (Value::Array(own), Value::Array(others)) => {
            let at = own.iter().zip(others).position(|(one, other)| one != other);
            at.map(|at| first_difference(&own[at], &others[at], &format!("{path}[{at}]")))
        }
        _ => None,
    };
    found.unwrap_or_else(|| format!("{path}: {one} and {other}"))
}

/// Operations in turn, each with another seed.
fn cases() -> impl Iterator<Item = (&'static Registered, u64)> {
    let count = env::var("GENERATED_ANSWERS").map_or(3_000, |count| count.parse().expect("a number"));
    let operations: Vec<_> = operations().collect();
    operations.into_iter().cycle().zip(0..count)
}
