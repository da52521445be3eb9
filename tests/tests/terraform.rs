//! What Terraform's provider sends, and what it has to find: the files in `tests/conformance/terraform`, over real HTTP.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is not as it must be")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use sae::transport::{Exchange as _, Http, HttpRequest, Method};
use sae_local::{LocalSae, Pace};
use sae_sign::{Credentials, Request, Scheme, sign};
use serde::Deserialize;
use serde_json::Value;

/// What the provider does with one resource.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    step: Vec<Step>,
}

/// One request, and what its answer must have; `README.md` beside the files says what the keys mean.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    does: String,
    call: String,
    #[serde(default)]
    query: BTreeMap<String, String>,
    answer: Option<Value>,
    until: Option<Value>,
    same_as: Option<String>,
    #[serde(default)]
    set: Vec<String>,
    #[serde(default)]
    empty: Vec<String>,
    refused: Option<String>,
    until_refused: Option<String>,
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

/// An answer.
struct Answer {
    status: u16,
    body: Value,
}

#[tokio::test]
async fn terraform_finds_what_it_has_made() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/terraform");
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "toml")).collect();
    files.sort();
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        let text = fs::read_to_string(&file).expect("a text");
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let scenario: Scenario = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        if let Err(wrong) = play(&scenario).await {
            panic!("{name}: {wrong}");
        }
    }
}

/// Plays a scenario on a server of its own. Tells in which step what is wrong.
async fn play(scenario: &Scenario) -> Result<(), String> {
    let pace = Pace::brisk().prepare(MOMENT).start(MOMENT).stop(MOMENT).bind(MOMENT).batch_wait(MOMENT);
    let local = LocalSae::builder().pace(pace).start().await.expect("a server");
    let mut kept = BTreeMap::new();
    let mut before: BTreeMap<&str, Value> = BTreeMap::new();
    for step in &scenario.step {
        let answer = ended(&local, step, &kept).await.map_err(|wrong| format!("{}: {wrong}", step.does))?;
        for (name, path) in &step.keep {
            let value = place(&answer.body, path).ok_or_else(|| format!("{}: no {path}", step.does))?;
            kept.insert(name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
        let data = answer.body.get("Data").cloned().unwrap_or_default();
        if let Some(former) = &step.same_as {
            let former = before.get(former.as_str()).expect("a former step");
            if data != *former {
                return Err(format!("{}: {data} is not what it was, {former}", step.does));
            }
        }
        before.insert(&step.does, data);
    }
    Ok(())
}

/// Asks, again where the step waits for something, and checks the answer.
async fn ended(local: &LocalSae, step: &Step, kept: &BTreeMap<String, String>) -> Result<Answer, String> {
    let waits = step.until.is_some() || step.until_refused.is_some();
    let began = Instant::now();
    loop {
        let answer = asked(local, step, kept).await;
        answer.check_any()?;
        match answer.check(step, kept) {
            Ok(()) => return Ok(answer),
            Err(_) if waits && began.elapsed() < PATIENCE => tokio::time::sleep(MOMENT).await,
            Err(wrong) => return Err(format!("{wrong} (HTTP status {}): {}", answer.status, answer.body)),
        }
    }
}

/// Sends the request of a step: all parameters in the query string, signed by ROA.
async fn asked(local: &LocalSae, step: &Step, kept: &BTreeMap<String, String>) -> Answer {
    let (method, path) = step.call.split_once(' ').expect("method and path");
    let query: Vec<_> =
        step.query.iter().map(|(name, value)| (name.as_str().into(), filled(value, kept).into())).collect();
    let mut headers = Scheme::Roa.fresh_headers(b"").expect("a date");
    headers.extend([
        ("accept".into(), "application/json".into()),
        ("x-acs-version".into(), "2019-05-06".into()),
        ("x-acs-region-id".into(), "cn-hangzhou".into()),
    ]);
    let request = Request { method, path, query: &query, headers: &headers, body: b"" };
    let credentials = Credentials::new("local", "local-secret");
    let signed = sign(Scheme::Roa, &request, &credentials).expect("it can be signed");
    let method = match method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        other => panic!("{other} is no method of the service"),
    };
    let url = format!("{}{path}?{}", local.endpoint(), sae_transport::query_string(&query));
    let mut http = HttpRequest::new(method, url);
    headers.push(("authorization".into(), signed.authorization.into()));
    http.headers = headers;
    let answer = Http::new().exchange(http).await.expect("an answer");
    let body = serde_json::from_slice(&answer.body).expect("JSON");
    Answer { status: answer.status, body }
}

impl Answer {
    /// What holds for every answer.
    fn check_any(&self) -> Result<(), String> {
        let Self { status, body } = self;
        if *status >= 500 || self.code().contains("Throttling") {
            return Err(format!("the provider would try {status} again for minutes: {body}"));
        }
        if body.get("Data").is_some_and(has_null) {
            return Err(format!("something is null: {body}"));
        }
        Ok(())
    }

    /// Checks what the step asks for.
    fn check(&self, step: &Step, kept: &BTreeMap<String, String>) -> Result<(), String> {
        if let Some(code) = step.refused.as_ref().or(step.until_refused.as_ref()) {
            let is_gone = self.status == 404
                || self.body.to_string().contains("NotFound")
                || code == "InvalidParameter.WithMessage";
            let is_it = self.code() == code && (400..500).contains(&self.status) && is_gone;
            return if is_it { Ok(()) } else { Err(format!("not refused by {code}")) };
        }
        if self.status != 200 || self.body.get("Success") == Some(&Value::Bool(false)) {
            return Err("refused".to_owned());
        }
        for expected in step.answer.iter().chain(&step.until) {
            differs("", &self.body, expected, kept)?;
        }
        for path in &step.set {
            if place(&self.body, path).is_none_or(is_empty) {
                return Err(format!("{path} is not set"));
            }
        }
        for path in &step.empty {
            if !place(&self.body, path).is_none_or(is_empty) {
                return Err(format!("{path} is set"));
            }
        }
        Ok(())
    }

    fn code(&self) -> &str {
        self.body.get("Code").and_then(Value::as_str).unwrap_or_default()
    }
}

/// Fails where a value hasn't all that is expected. Objects may have more members.
fn differs(
    path: &str,
    found: &Value,
    expected: &Value,
    kept: &BTreeMap<String, String>,
) -> Result<(), String> {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => expected.iter().try_for_each(|(name, value)| {
            let path = format!("{path}.{name}");
            differs(&path, found.get(name).unwrap_or(&Value::Null), value, kept)
        }),
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => {
            let mut pairs = found.iter().zip(expected);
            pairs.try_for_each(|(found, expected)| differs(path, found, expected, kept))
        }
        (Value::String(found), Value::String(expected)) if *found == filled(expected, kept) => Ok(()),
        _ if found == expected => Ok(()),
        _ => Err(format!("{}: {found} is not {expected}", path.trim_start_matches('.'))),
    }
}

/// The member at a path, in which numbers are places in a list.
fn place<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, step| match step.parse::<usize>() {
        Ok(at) => value.get(at),
        Err(_) => value.get(step),
    })
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A text with what was kept in the place of `${name}`.
fn filled(text: &str, kept: &BTreeMap<String, String>) -> String {
    kept.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${{{name}}}"), value))
}

/// How long each part of a change takes, and how often it is looked at.
const MOMENT: Duration = Duration::from_millis(2);
/// How long a step may wait.
const PATIENCE: Duration = Duration::from_secs(20);
