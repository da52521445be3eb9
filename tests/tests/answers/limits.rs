//! How much memory an answer takes, whatever it holds.

use allocation_counter::measure;
use sae_transport::slots::Open;
use sae_transport::{Answer, Envelope, Fields, Slot};

use super::operations;
use super::shapes::names;

/// Where hostile content goes: what stands before and after it.
struct Place {
    before: String,
    after: String,
    /// XML: the element that a list repeats.
    element: String,
}

/// `cargo test --package sae-tests --test answers no_answer -- --nocapture` shows the largest ratio of each operation.
#[test]
fn no_answer_takes_more_than_eight_times_its_bytes_and_a_mebibyte() {
    let mut worst = [(0.0, String::new()), (0.0, String::new())];
    let mut count = 0;
    for operation in operations() {
        let name = operation.description.name;
        let mut own = [0.0_f64; 2];
        for ((form, worst), own) in [Form::Json, Form::Xml].into_iter().zip(&mut worst).zip(&mut own) {
            for place in places(&mut *(operation.output)(), form) {
                for body in hostile(&place, form) {
                    let answer = Answer::new(200, Vec::new(), body.into_bytes());
                    let bytes = answer.body.len();
                    let info = measure(|| {
                        let (mut envelope, mut output) = (Envelope::default(), (operation.output)());
                        let _ = answer.read(&mut envelope, &mut *output);
                    });
                    let start: String = String::from_utf8_lossy(&answer.body).chars().take(200).collect();
                    let most = u64::try_from(8 * bytes + (1 << 20)).expect("a size");
                    assert!(info.bytes_max <= most, "{name}: {} bytes of {bytes}: {start}", info.bytes_max);
                    count += 1;
                    #[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
                    let ratio = info.bytes_max.saturating_sub(1 << 20) as f64 / bytes as f64;
                    *own = own.max(ratio);
                    if ratio > worst.0 {
                        *worst = (ratio, format!("{name}: {start}"));
                    }
                }
            }
        }
        println!("{name:50} JSON {:4.1} XML {:4.1} times its bytes beyond 1 MiB", own[0], own[1]);
    }
    assert!(count > 5000, "{count} answers");
    assert!(worst.iter().all(|(ratio, _)| *ratio > 4.0), "some come near the limit: {worst:?}");
}

#[test]
fn texts_that_grow_while_they_are_read_count_too() {
    let escaped = "\\u0041".repeat(50_000);
    let long = "a\\n".repeat(100_000);
    let sections = "<![CDATA[a]]>".repeat(30_000);
    let references = "&#65;".repeat(60_000);
    let items = "<Applications><Cpu>1</Cpu></Applications>".repeat(1_800);
    let name = "n".repeat(60_000);
    let operation = operations().find(|it| it.description.name == "ListApplications").expect("it is there");
    for body in [
        format!(r#"{{"Data":{{"Applications":[{}{{"AppName":"{escaped}"}}]}}}}"#, "{},".repeat(20_000)),
        format!(r#"{{"Message":"{long}"}}"#),
        format!(r#"{{"New":"{long}","Newer":{{"{long}":["{long}"]}}}}"#),
        format!("<R><Message>{sections}</Message></R>"),
        format!("<R><Message>{references}</Message><New>{references}</New></R>"),
        format!("<R>{}</R>", "<a>".repeat(100_000)),
        // What the parser of XML keeps, behind a list that takes all that it may.
        format!("<R><Data>{items}{}", format!("<{} a=''>", "n".repeat(63)).repeat(120)),
        format!("<R><Data>{items}<{name} a=''><x/></{name}></Data></R>"),
        format!("<R><Data>{items}</Data {name}></R>"),
        format!("<R><Data>{items}</{name}></Data></R>"),
        format!("<R><Data>{items}<a\"{name}>\"></a></Data></R>"),
        format!("{{\"a\":{}", "[".repeat(300_000)),
    ] {
        let answer = Answer::new(200, Vec::new(), body.into_bytes());
        let most = u64::try_from(8 * answer.body.len() + (1 << 20)).expect("a size");
        let info = measure(|| {
            let _ = answer.read(&mut Envelope::default(), &mut *(operation.output)());
        });
        assert!(info.bytes_max <= most, "{} of {most}", info.bytes_max);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Xml,
}

/// Every place of an answer where a list, a map or anything at all can stand, and the root.
fn places(output: &mut dyn Fields, form: Form) -> Vec<Place> {
    let (before, after) = match form {
        Form::Json => ("{\"New\":", "}"),
        Form::Xml => ("<R>", "</R>"),
    };
    let place = Place { before: before.to_owned(), after: after.to_owned(), element: "New".to_owned() };
    let mut places = vec![place];
    let (before, after) = if form == Form::Json { ("", "") } else { ("<R>", "</R>") };
    of_object(output, before, after, form, &mut places, 7);
    places
}

fn of_object(
    fields: &mut dyn Fields,
    before: &str,
    after: &str,
    form: Form,
    places: &mut Vec<Place>,
    depth: usize,
) {
    for (name, wrapper) in names(fields) {
        let slot = fields.slot(name).expect("a field");
        let (mut before, mut after, mut element) = (before.to_owned(), after.to_owned(), name);
        if form == Form::Json {
            before.push_str(&format!("{{\"{name}\":"));
            after.insert(0, '}');
            if let Some(wrapper) = wrapper {
                before.push_str(&format!("{{\"{wrapper}\":"));
                after.insert(0, '}');
            }
        } else if let Some(wrapper) = wrapper {
            before.push_str(&format!("<{name}>"));
            after.insert_str(0, &format!("</{name}>"));
            element = wrapper;
        }
        of_slot(slot, &before, &after, element, form, places, depth);
    }
}

fn of_slot(
    slot: &mut dyn Slot,
    before: &str,
    after: &str,
    element: &str,
    form: Form,
    places: &mut Vec<Place>,
    depth: usize,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let (open, close) = match form {
        Form::Json => (String::new(), String::new()),
        Form::Xml => (format!("<{element}>"), format!("</{element}>")),
    };
    let inside = |text: &str| (format!("{before}{open}{text}"), text.len());
    let place = || Place { before: before.to_owned(), after: after.to_owned(), element: element.to_owned() };
    match slot.open() {
        Open::Scalar => {}
        Open::Object(fields) => {
            of_object(fields, &inside("").0, &format!("{close}{after}"), form, places, depth);
        }
        Open::List(list) => {
            places.push(place());
            let (open, close) = match form {
                Form::Json => ("[", "]"),
                Form::Xml => ("", ""),
            };
            let (before, after) = (format!("{before}{open}"), format!("{close}{after}"));
            of_slot(list.push(), &before, &after, element, form, places, depth);
        }
        Open::Map(_) | Open::Any(_) | Open::Inline(_) => places.push(place()),
    }
}

/// Bodies that cost few bytes and might cost much memory.
fn hostile(place: &Place, form: Form) -> Vec<String> {
    let Place { before, after, element } = place;
    match form {
        Form::Json => ["{}", "null", "\"\"", "[]", "{\"x\":1}"]
            .into_iter()
            .map(|item| format!("[{}]", vec![item; BYTES / (item.len() + 1)].join(",")))
            .chain([
                format!(
                    "{{{}}}",
                    (0..BYTES / 10).map(|n| format!("\"{n:x}\":{{}}")).collect::<Vec<_>>().join(",")
                ),
                format!("\"{}\"", "[{},{}]".repeat(BYTES / 7)),
            ])
            .map(|content| format!("{before}{content}{after}"))
            .collect(),
        Form::Xml => [
            format!("<{element}/>"),
            format!("<{element}>1</{element}>"),
            format!("<{element}><x/></{element}>"),
        ]
        .into_iter()
        .map(|item| format!("{before}{}{after}", item.repeat(BYTES / item.len())))
        .chain([
            format!("{before}<{element}>{}</{element}>{after}", "<x/>".repeat(BYTES / 4)),
            format!(
                "{before}<{element}>{}</{element}>{after}",
                (0..BYTES / 8).map(|n| format!("<x{n:x}/>")).collect::<Vec<_>>().concat()
            ),
        ])
        .collect(),
    }
}

/// Enough for a thousand times as much memory to be far beyond the limit.
const BYTES: usize = 40_000;
