//! Every parameter of every implemented operation, with invalid values: each is refused with a documented code and the
//! name of the parameter, and no value is taken for another one.

use sae_local::LocalSae;
use sae_models::{edas, sae};
use sae_sign::Scheme;
use sae_transport::{Description, Parameter, Position, Style};

use crate::client::{Answer, Call, control};

/// The implemented operations.
async fn operations(local: &LocalSae) -> Vec<&'static Description> {
    let listed = control(local, "GET", "", "").await.json()["operations"].clone();
    let all = [("sae", sae::OPERATIONS), ("edas", edas::OPERATIONS)].into_iter();
    let all = all.flat_map(|(product, groups)| {
        groups.iter().copied().flatten().map(move |one| (product, one.description))
    });
    let found: Vec<_> = all
        .filter(|(product, one)| listed[product].as_array().unwrap().contains(&one.name.into()))
        .map(|(_, one)| one)
        .collect();
    assert!(found.len() > 50);
    found
}

/// A call with the parameters that the operation needs, and this value.
fn call(description: &'static Description, name: &str, value: &str) -> Call {
    let needed = description.parameters.iter().filter(|one| one.required && one.name != name);
    let needed = needed.map(|one| (one.name, one.example.unwrap_or("1")));
    let all = needed.chain([(name, value)]);
    let (places, query): (Vec<_>, Vec<_>) =
        all.partition(|(name, _)| description.path.contains(&format!("{{{name}}}")));
    let path = places
        .into_iter()
        .fold(description.path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    Call::new(description.method.as_str(), &path, &query)
        .scheme(Scheme::Acs3)
        .header("x-acs-version", description.service.version)
}

/// Whether the answer refuses this parameter, or a place in it.
fn names(answer: &Answer, parameter: &str) -> bool {
    let message = answer.value("Message");
    let code = answer.value("Code");
    let known =
        ["InvalidParameter.Obviously", "InvalidParameter.NotEmpty", "InvalidParameter", "MissingParameter"];
    answer.status == 400
        && known.contains(&code.as_str())
        && [format!("{{{parameter}"), format!("\"{parameter}"), format!(" {parameter}.")]
            .iter()
            .any(|place| message.contains(place.as_str()))
}

async fn refused(local: &LocalSae, wrong: impl Fn(&Parameter) -> Vec<String>) -> usize {
    let mut tried = 0;
    for description in operations(local).await {
        // What stands in the path is a text that the server compares with what it has.
        for parameter in description.parameters.iter().filter(|one| one.position != Position::Path) {
            for value in wrong(parameter) {
                let answer = call(description, parameter.name, &value).send(local).await;
                assert!(
                    names(&answer, parameter.name),
                    "{} {}={value:.60?}: {} {}",
                    description.name,
                    parameter.name,
                    answer.status,
                    answer.body
                );
                tried += 1;
            }
        }
    }
    tried
}

fn all(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

#[tokio::test]
async fn numbers_and_booleans_of_every_operation() {
    let local = LocalSae::start().await.unwrap();
    let tried = refused(&local, |parameter| match (parameter.style, parameter.kind) {
        (Style::Json, _) => Vec::new(),
        (_, "integer" | "long") => all(&[
            "",
            " ",
            "1.0",
            "+1",
            " 1",
            "1 ",
            "1e3",
            "0x1",
            "100000000000000000000",
            "-100000000000000000000",
            "١",
            "1,2",
            "[1]",
            "null",
            "true",
            "NaN",
            "\u{2028}1",
            "1\u{a0}",
        ]),
        (_, "boolean") => all(&["", " ", "0", "1", "yes", " true", "true\n", "null", "\u{a0}false"]),
        _ => Vec::new(),
    })
    .await;
    assert!(tried > 1_500, "{tried}");
}

#[tokio::test]
async fn pages_of_every_list() {
    let local = LocalSae::start().await.unwrap();
    let mut lists = 0;
    for description in operations(&local).await {
        for parameter in
            description.parameters.iter().filter(|one| ["CurrentPage", "PageSize"].contains(&one.name))
        {
            lists += 1;
            let values = ["0", "-0", "-1", "2147483648", "9223372036854775808"];
            // The metadata says that a page of Secrets of size 0 has all of them.
            let documented = if description.name == "ListK8sSecrets" { 2 } else { 0 };
            for value in values.into_iter().skip(documented) {
                let answer = call(description, parameter.name, value).send(&local).await;
                // The object of the call may be missing before the page is checked.
                let code = answer.value("Code");
                let (name, body) = (description.name, &answer.body);
                assert!(
                    !["200", "Success"].contains(&code.as_str()) && answer.status < 500,
                    "{name}: {body}"
                );
            }
        }
    }
    assert!(lists > 10, "{lists}");
}

#[tokio::test]
async fn json_in_a_string_of_every_operation() {
    let local = LocalSae::start().await.unwrap();
    let deep = |open: &str, close: &str| open.repeat(200) + &close.repeat(200);
    let tried = refused(&local, |parameter| {
        if parameter.style != Style::Json {
            return Vec::new();
        }
        let mut wrong =
            vec![deep("[", "]"), deep("{\"a\":", "}"), "[".repeat(10_000), "{\"a\":".repeat(2_000)];
        wrong.extend(all(&[
            "null",
            "[[]]",
            "[null]",
            r#"{"a":1,"a":2}"#,
            r#"[{"a":1,"a":2}]"#,
            r#"[{"x":{"y":1,"\u0079":2}}]"#,
            "{",
            "[1",
            r#"["\ud800"]"#,
            "[1e999]",
            "[] x",
            "\0",
            "\u{1b}[31m",
        ]));
        // Arguments may be plain text.
        if parameter.kind != "[string]" {
            wrong.extend(all(&["1", "true", r#""x""#, "x", " ", "NaN", "[1]", r#"["x"]"#]));
        }
        // The parameter decides whether a single item may stand for a list, or a list for an item; everything else is
        // refused.
        wrong.push(if parameter.kind.starts_with('[') { "{}".to_owned() } else { "[]".to_owned() });
        wrong
    })
    .await;
    assert!(tried > 2_000, "{tried}");
}

#[tokio::test]
async fn texts_of_every_operation() {
    let local = LocalSae::start().await.unwrap();
    let tried = refused(&local, |parameter| match (parameter.style, parameter.kind) {
        (Style::Json, _) | (_, "integer" | "long" | "boolean") => Vec::new(),
        (_, "string") => all(&["\0", "a\0b", "\u{1b}[31m", "a\u{7f}", "\u{85}"]),
        // Values of closed sets: invisible characters aren't ignored.
        _ => all(&["\0", "a\u{1b}", " ", "\u{2028}", "\u{a0}", " Image"]),
    })
    .await;
    assert!(tried > 1_000, "{tried}");
}
