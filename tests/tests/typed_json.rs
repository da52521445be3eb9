//! Structures that travel as strings of JSON: the documents' own examples as types, in and out, and nothing lost on the way.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use sae::model::{
    BindSlb, DeployApplication, DescribeApplicationConfigOutput, DescribeApplicationStatusOutput, EnvVar,
    Probe, SlbListenerPort,
};
use sae::{Any, Json, edas};
use sae_transport::slots::View;
use sae_transport::{Fields, NoteKind, Operation, RequestParts, Scalar, Style, decode_json, encode_json};

/// A parameter's example with a member more in each of its objects; nothing if it holds no object.
fn with_unheard_of(example: &str) -> Option<String> {
    fn add(value: &mut Any) -> bool {
        match value {
            Any::Object(members) => {
                for value in members.values_mut() {
                    add(value);
                }
                // An object, since what looks like a struct may be a map of them.
                let kept = Any::Object([("of".to_owned(), Any::from("kept"))].into());
                members.insert("unheard".to_owned(), kept);
                true
            }
            Any::List(items) => items.iter_mut().filter_map(|item| add(item).then_some(())).count() > 0,
            _ => false,
        }
    }
    let mut value = Any::Null;
    decode_json::value(example, &mut value).ok()?;
    add(&mut value).then(|| value.to_json())
}

#[test]
fn examples_of_the_documents_are_read_as_types_and_sent_as_they_came() {
    let services = [sae_models::sae::OPERATIONS, sae_models::edas::OPERATIONS];
    let mut read = 0;
    for registered in services.into_iter().flatten().copied().flatten() {
        let json = registered.description.parameters.iter().filter(|one| one.style == Style::Json);
        for (parameter, example) in json.filter_map(|one| Some((one, one.example?))) {
            for text in [Some(example.to_owned()), with_unheard_of(example)].into_iter().flatten() {
                let mut request = (registered.request)();
                let slot = request.slot(parameter.name).expect("a slot for each parameter");
                assert!(slot.put(Scalar::Text(&text)), "{}: {text}", parameter.name);
                // The document of 2019 writes arguments as bare text.
                let is_bare = parameter.kind == "[string]" && !text.starts_with('[');
                assert!(
                    is_bare || !slot.is_unread(),
                    "{} {}: {text}",
                    registered.description.name,
                    parameter.name
                );
                match slot.view() {
                    View::Json(sent) => assert_eq!(sent, text, "{}", parameter.name),
                    _ => panic!("{} is no text", parameter.name),
                }
                read += 1;
            }
        }
    }
    assert!(read > 150, "only {read} examples");
}

#[test]
fn what_a_version_does_not_know_survives_the_way_from_an_answer_into_a_request() {
    let probe =
        r#"{"httpGet":{"path":"/","port":18091,"weight":[1,2]},"initialDelaySeconds":10,"newer":{"a":null}}"#;
    let answer = format!(r#"{{"Data":{{"Liveness":{},"Envs":""}}}}"#, Any::from(probe).to_json());
    let mut output = DescribeApplicationConfigOutput::default();
    assert!(decode_json::object(&answer, &mut output).expect("it is JSON").is_empty());
    let liveness = output.data.expect("Data").liveness.expect("Liveness");
    assert_eq!(liveness.value().expect("it is a probe").initial_delay_seconds, Some(10));

    let request = DeployApplication::new("app").liveness(liveness);
    let parts = RequestParts::of(DeployApplication::DESCRIPTION, &request).expect("it is whole");
    let body = parts.body.map(|body| String::from_utf8(body.bytes).expect("a text")).unwrap_or_default();
    let sent = parts.query.iter().any(|(name, value)| name == "Liveness" && value == probe);
    assert!(sent || body.contains(&sae_transport::sign::encode(probe)), "{body}");
}

#[test]
fn a_structure_that_came_in_place_of_its_string_keeps_what_is_not_known() {
    let answer = r#"{"Data":{"ArmsApmInfo":{"appId":"a","newer":{"b":[1,"2"]}},"RunningInstances":1}}"#;
    let mut output = DescribeApplicationStatusOutput::default();
    let notes = decode_json::object(answer, &mut output).expect("it is JSON");
    assert!(notes.iter().all(|note| note.kind == NoteKind::Unknown), "{notes:?}");
    assert_eq!(encode_json::to_string(&output), answer);
    let info = output.data.expect("Data").arms_apm_info.expect("ArmsApmInfo");
    assert_eq!(info.value().expect("it is read").app_id.as_deref(), Some("a"));
    assert_eq!(info.to_text(), r#"{"appId":"a","newer":{"b":[1,"2"]}}"#);
}

#[test]
fn a_value_that_fits_nothing_is_noted_where_it_stands() {
    let answer = r#"{"Data":{"Liveness":{"httpGet":{"path":"/","port":"many"}},"Envs":[{"name":{}}, 7]}}"#;
    let mut output = DescribeApplicationConfigOutput::default();
    let notes = decode_json::object(answer, &mut output).expect("it is JSON");
    let paths: Vec<_> = notes.iter().map(|note| note.path.as_str()).collect();
    assert_eq!(paths, ["Data.Liveness.httpGet.port", "Data.Envs[1]"]);
}

#[test]
fn structures_are_written_by_serde_as_they_travel_and_read_again() {
    let request = DeployApplication::new("app")
        .envs([("MODE", "fast")])
        .readiness(Probe::tcp(8080))
        .labels([("team", "shop")])
        .command_args(["-c", "run"]);
    let text = serde_json::to_string(&request).expect("it is written");
    assert!(text.contains(r#""Envs":"[{\"name\":\"MODE\",\"value\":\"fast\"}]""#), "{text}");
    let again: DeployApplication = serde_json::from_str(&text).expect("it is read");
    assert_eq!(again, request);

    let value: Json<Vec<EnvVar>> =
        serde_json::from_str(r#"[{"name":"A","value":1}]"#).expect("a structure will do");
    assert_eq!(value.value().expect("it is read")[0].value.as_deref(), Some("1"));
    assert_eq!(serde_json::to_string(&value).expect("it is written"), r#"[{"name":"A","value":1}]"#);
    let any: Any = serde_json::from_str(r#"{"a":[1,true,null]}"#).expect("anything will do");
    assert_eq!(serde_json::to_string(&any).expect("it is written"), r#"{"a":[1,true,null]}"#);
}

#[test]
fn lists_and_maps_are_made_from_pairs_and_from_iterators() {
    let pairs = [("A", "1"), ("B", "2")];
    let collected: Json<Vec<EnvVar>> = pairs.into_iter().collect();
    assert_eq!(collected, Json::from(pairs));
    assert_eq!(collected, Json::from([EnvVar::plain("A", "1"), EnvVar::plain("B", "2")]));
    let labels = std::collections::HashMap::from([("team".to_owned(), "shop")]);
    let request = edas::DeployK8sApplication::new("app").labels(labels.into_iter().collect::<Json<_>>());
    assert_eq!(request.labels.expect("labels").to_text(), r#"{"team":"shop"}"#);
}

#[test]
fn one_port_of_the_document_is_a_list_of_one() {
    let example = r#"{"port":80,"targetPort":8080,"protocol":"TCP"}"#;
    let bind = BindSlb::new("app").internet(Json::raw(example));
    let read = bind.internet.expect("a listener").into_value().expect("it is read");
    assert_eq!(read, [SlbListenerPort::tcp(80, 8080)]);
    let own = Json::<Vec<SlbListenerPort>>::from([SlbListenerPort::tcp(80, 8080)]).to_text();
    assert_eq!(own, format!("[{example}]"));
}

#[test]
fn constructors_make_what_the_documents_show() {
    let example = |fields: &dyn Fields| encode_json::to_string(fields);
    assert_eq!(
        example(&Probe::command(["sleep", "5s"]).initial_delay_seconds(10).timeout_seconds(11)),
        r#"{"exec":{"command":["sleep","5s"]},"initialDelaySeconds":10,"timeoutSeconds":11}"#
    );
    assert_eq!(
        example(
            &edas::Probe::command(["ls"]).failure_threshold(3).initial_delay_seconds(5).success_threshold(1)
        ),
        r#"{"exec":{"command":["ls"]},"initialDelaySeconds":5,"successThreshold":1,"failureThreshold":3}"#
    );
    assert_eq!(
        example(&edas::UpdateStrategy::canary(1).then_batches(2).automatic(1)),
        r#"{"type":"GrayBatchUpdate","batchUpdate":{"batch":2,"releaseType":"auto","batchWaitTime":1},"grayUpdate":{"gray":1}}"#
    );
}
