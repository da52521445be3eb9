//! What goes out again is what came in: names, types, members that no version knows, and nothing else.

use sae_transport::{EnvelopedRef, NoteKind, encode_json};
use serde_json::{Value, json};

use super::shapes::{Filling, document, xml};
use super::{operations, paths, read};

const PLAIN: Filling = Filling { unknown: false, empty_items: false };

fn printed(reply: &sae_transport::Reply<Box<dyn sae_transport::DynFields>>) -> Value {
    serde_json::from_str(&reply.to_json()).expect("JSON")
}

#[test]
fn every_answer_goes_out_as_it_came() {
    for operation in operations() {
        let name = operation.description.name;
        for unknown in [false, true] {
            let filling = Filling { unknown, ..PLAIN };
            let wanted = document(operation.description, &mut *(operation.output)(), filling);
            let reply = read(operation, &wanted.to_string());
            assert_eq!(printed(&reply), wanted, "{name}");
            assert!(
                reply.notes.iter().all(|note| note.kind == NoteKind::Unknown),
                "{name}: {:?}",
                reply.notes
            );
            assert_eq!(reply.notes.is_empty(), !unknown, "{name}");
            let debug = format!("{:?}", EnvelopedRef { envelope: &reply.envelope, payload: &*reply.output });
            assert!(!debug.contains("hush"), "{name}: an unknown member may be a secret");
        }
    }
}

#[test]
fn every_answer_survives_serde() {
    let wanted = json!({"Data":{"New":[1],"Applications":[{"AppId":"a","Newer":{"x":null}}]}});
    let output: sae_models::sae::ListApplicationsOutput =
        serde_json::from_value(wanted.clone()).expect("an answer");
    assert_eq!(serde_json::to_value(&output).expect("JSON"), wanted);
    assert_eq!(output.data.as_ref().expect("Data").unknown_members.names(), ["New"]);
}

#[test]
fn every_answer_reads_the_same_in_json_and_xml() {
    for operation in operations() {
        let name = operation.description.name;
        for filling in [PLAIN, Filling { empty_items: true, ..PLAIN }, Filling { unknown: true, ..PLAIN }] {
            let wanted = document(operation.description, &mut *(operation.output)(), filling);
            let text = xml(&wanted);
            let (from_json, from_xml) = (read(operation, &wanted.to_string()), read(operation, &text));
            assert_eq!(printed(&from_xml), printed(&from_json), "{name}: {text}");
            assert_eq!(from_xml.envelope, from_json.envelope, "{name}");
            let mut noted = (paths(&from_xml.notes), paths(&from_json.notes));
            noted.0.sort_unstable();
            noted.1.sort_unstable();
            assert_eq!(noted.0, noted.1, "{name}");
        }
    }
}

#[test]
fn a_sparse_answer_gains_nothing() {
    for operation in operations() {
        let name = operation.description.name;
        let mut wanted = document(operation.description, &mut *(operation.output)(), PLAIN);
        let fields = operation.description.envelope.fields;
        let message = fields.iter().find(|field| field.eq_ignore_ascii_case("Message"));
        thin_out(&mut wanted);
        if let Some(field) = message {
            wanted[*field] = json!("success");
        } else if wanted == json!({}) {
            assert_eq!(name, "OpenSaeService", "its only word on success is what it announces");
            continue;
        }
        let mut printed = printed(&read(operation, &wanted.to_string()));
        // An empty list in its wrapper and an empty map are as good as none.
        drop_empty(&mut wanted);
        drop_empty(&mut printed);
        assert_eq!(printed, wanted, "{name}");
    }
    let body = r#"{"Data":{"RevisionConfig":{"Containers":[{"Resources":{}}]}}}"#;
    let operation = operations()
        .find(|it| it.description.name == "DescribeWebApplicationRevision")
        .expect("it is in the spec");
    assert_eq!(printed(&read(operation, body)), serde_json::from_str::<Value>(body).expect("JSON"));
}

/// Leaves of every object nothing but its structures.
fn thin_out(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| member.is_object() || member.is_array() && member[0].is_object());
            members.values_mut().for_each(thin_out);
        }
        Value::Array(items) => items.iter_mut().for_each(thin_out),
        _ => {}
    }
}

fn drop_empty(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(drop_empty);
            members.retain(|_, member| !member.as_object().is_some_and(serde_json::Map::is_empty));
        }
        Value::Array(items) => items.iter_mut().for_each(drop_empty),
        _ => {}
    }
}

#[test]
fn the_announced_member_of_a_wrapper_is_the_list_wherever_it_stands() {
    let operation = operations().find(|it| it.description.name == "ListVpc").expect("it is in the spec");
    for body in [
        r#"{"VpcList":{"VpcEntity":[{"VpcId":"a"},{"VpcId":"b"}],"More":1}}"#,
        r#"{"VpcList":{"More":1,"VpcEntity":[{"VpcId":"a"},{"VpcId":"b"}]}}"#,
        "<R><VpcList><VpcEntity><VpcId>a</VpcId></VpcEntity><More>1</More><VpcEntity><VpcId>b</VpcId></VpcEntity></VpcList></R>",
        "<R><VpcList><More>1</More><VpcEntity><VpcId>a</VpcId></VpcEntity><VpcEntity><VpcId>b</VpcId></VpcEntity></VpcList></R>",
    ] {
        let reply = read(operation, body);
        let printed = printed(&reply);
        assert_eq!(printed["VpcList"]["VpcEntity"], json!([{"VpcId":"a"},{"VpcId":"b"}]), "{body}");
        assert_eq!(printed["VpcList"]["More"].to_string().trim_matches('"'), "1", "{body}");
        assert_eq!(paths(&reply.notes), ["VpcList.More"], "{body}");
    }
}

#[test]
fn what_cannot_be_told_is_noted_and_kept_and_never_guessed() {
    let operation =
        operations().find(|it| it.description.name == "DescribeNamespaceList").expect("it is in the spec");
    for data in [
        // A wrapper with a second member, or an item of which only new members are there?
        r#"{"Items":[{"NamespaceId":"a"}],"Total":1}"#,
        r#"{"New":{"a":1}}"#,
        r#"{"New":[{"a":1}]}"#,
        "{}",
        "7",
        r#"["x",7]"#,
    ] {
        let wanted: Value = serde_json::from_str(&format!(r#"{{"Data":{data}}}"#)).expect("JSON");
        let reply = read(operation, &wanted.to_string());
        assert_eq!(printed(&reply), wanted, "{data}");
        assert!(!reply.notes.is_empty(), "{data}");
        assert!(reply.notes.iter().all(|note| note.kind == NoteKind::Misfit), "{data}: {:?}", reply.notes);
        assert_eq!(encode_json::to_string_with_empty(&*reply.output), wanted.to_string(), "{data}");
    }
    let wanted = json!({"Data":["x",{"NamespaceId":"a"},null,{"NamespaceId":7},9]});
    let reply = read(operation, &wanted.to_string());
    let mut typed = wanted;
    typed["Data"][3]["NamespaceId"] = json!("7");
    assert_eq!(printed(&reply), typed, "items that fit nothing stay where they stood");
    assert_eq!(paths(&reply.notes), ["Data[0]", "Data[2]", "Data[4]"]);
}

#[test]
fn empty_elements_of_a_list_are_items() {
    let operation =
        operations().find(|it| it.description.name == "DescribeNamespaceList").expect("it is in the spec");
    let id = |id: &str| format!("<Data><NamespaceId>{id}</NamespaceId></Data>");
    for (body, wanted) in [
        (format!("<Data/>{}", id("5")), json!([{}, {"NamespaceId":"5"}])),
        (
            format!("{}<Data></Data>{}", id("5"), id("6")),
            json!([{"NamespaceId":"5"}, {}, {"NamespaceId":"6"}]),
        ),
        (format!("<Data/><Code>200</Code><Data/>{}", id("5")), json!([{}, {}, {"NamespaceId":"5"}])),
        ("<Data/><Data> </Data>".to_owned(), json!([{}, {}])),
        // By itself it is an empty list, as the gateway writes one.
        ("<Data/>".to_owned(), Value::Null),
    ] {
        let reply = read(operation, &format!("<R>{body}</R>"));
        assert_eq!(printed(&reply)["Data"], wanted, "{body}");
        assert_eq!(paths(&reply.notes), [""; 0], "{body}");
    }
}
