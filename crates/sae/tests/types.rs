//! The main types are what programs expect of them. What can't be compiled here is a break of a promise.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use sae::model::{
    ChangeOrderStatus, CreateApplication, DeployApplication, DescribeApplicationConfigOutput, EnvVar,
    ListApplicationsOutput, PackageType, Probe, SlbListenerPort, UpdateStrategy,
};
use sae::testing::{Fake, Recorder, Replay, Script, ScriptError};
use sae::{
    Answer, Any, Builder, Client, Credentials, Endpoint, Envelope, Error, ErrorCode, ErrorKind, Format, Json,
    Note, Reply, Scheme, edas,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// May go anywhere: to another task, into a struct that is shown.
fn value<T: Clone + Debug + Send + Sync + Unpin + 'static>() {}

/// Is data: can be written and read in any format of serde, compared, and made from nothing.
fn data<T: Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static>() {}

fn shown<T: Debug>() {}

fn written<T: Serialize>() {}

fn read<T: DeserializeOwned>() {}

fn key<T: Eq + Hash + Clone>() {}

fn named<T: Display>() {}

fn spawned<F: Future + Send + 'static>(_: F) {}

fn failure<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn requests_answers_and_shapes_are_data() {
    data::<DeployApplication>();
    data::<CreateApplication>();
    data::<ListApplicationsOutput>();
    data::<DescribeApplicationConfigOutput>();
    data::<edas::DeployK8sApplication>();
    data::<edas::DeployK8sApplicationOutput>();
    data::<EnvVar>();
    data::<Probe>();
    data::<UpdateStrategy>();
    data::<SlbListenerPort>();
    data::<PackageType>();
    data::<ChangeOrderStatus>();
    data::<Envelope>();
    data::<Json<Vec<EnvVar>>>();
    data::<Any>();
}

#[test]
fn what_clients_are_made_of_may_go_anywhere() {
    value::<Client>();
    value::<sae::blocking::Client>();
    value::<Builder>();
    value::<Credentials>();
    value::<Endpoint>();
    value::<Answer>();
    value::<Note>();
    value::<Reply<ListApplicationsOutput>>();
    value::<ErrorCode>();
    value::<ErrorKind>();
    value::<Format>();
    value::<Scheme>();
    value::<Fake>();
    value::<Recorder>();
    value::<Replay>();
    value::<ScriptError>();
    shown::<Script<'_, DeployApplication>>();
}

#[test]
fn codes_and_replies_can_be_written_down() {
    written::<ErrorCode>();
    read::<ErrorCode>();
    written::<Reply<ListApplicationsOutput>>();
}

#[test]
fn failures_are_errors_and_names_can_be_keys() {
    failure::<Error>();
    failure::<ScriptError>();
    key::<ErrorCode>();
    key::<ErrorKind>();
    key::<PackageType>();
    key::<Endpoint>();
    named::<ErrorCode>();
    named::<PackageType>();
    named::<Endpoint>();
}

#[test]
fn a_call_can_be_spawned() {
    let fake = Fake::new();
    if let Ok(client) = fake.client() {
        spawned(async move { client.send(DeployApplication::new("app")).await });
    }
}

#[test]
fn a_request_is_deserialized_with_what_it_needs_and_nothing_unknown() {
    let read = serde_json::from_str::<DeployApplication>;
    let request = read(r#"{"AppId":"a","ImageUrl":"repo/a:1"}"#).expect("a request");
    assert_eq!((request.app_id.as_str(), request.image_url.as_deref()), ("a", Some("repo/a:1")));
    for (json, expected) in [
        ("{}", "AppId"),
        (r#"{"AppId":""}"#, "AppId"),
        (r#"{"AppId":"a","ImageUlr":"repo/a:1"}"#, "DeployApplication has no parameter ImageUlr"),
        (r#"{"AppId":"a","ImageUrl":"b","AppId":"c"}"#, "AppId is given twice"),
        (r#"{"AppId":"a","KafkaConfigs":{"region":1,"region":2}}"#, "KafkaConfigs.region is given twice"),
        (r#"{"AppId":"a","MinReadyInstances":"many"}"#, "MinReadyInstances fits no reading"),
    ] {
        let error = read(json).expect_err(json).to_string();
        assert!(error.contains(expected), "{json}: {error}");
    }
}
