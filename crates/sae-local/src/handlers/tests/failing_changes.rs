//! What a client learns about a change that is failing or has failed.

use sae_transport::encode_json;
use serde_json::{Value, json};

use crate::domain::{InstanceFailure, Pace, State};
use crate::handlers::call::Call;
use crate::handlers::operations::PRODUCTS;
use crate::protocol::parameters::Parameters;

const START: i64 = 1_562_831_689_000;

/// Two running instances, and a deployment in two batches whose instances fail.
struct Fixture {
    state: State,
    application: String,
    order: String,
}

impl Fixture {
    fn new(failure: InstanceFailure) -> Self {
        let mut state = State::new(7, Pace::cloud(), vec!["cn-hangzhou"]);
        state.advance(START);
        let mut fixture = Self { state, application: String::new(), order: String::new() };
        let created = fixture.call(
            "CreateApplication",
            &[("AppName", "demo"), ("PackageType", "Image"), ("ImageUrl", "demo/nginx:1"), ("Replicas", "2")],
        );
        fixture.application = text(&created, "/Data/AppId");
        fixture.pass(60);
        fixture.state.failure = Some(failure);
        let readiness = r#"{"httpGet":{"path":"/","port":80},"initialDelaySeconds":1,"timeoutSeconds":1}"#;
        let id = fixture.application.clone();
        let deployed = fixture.call(
            "DeployApplication",
            &[
                ("AppId", &id),
                ("ImageUrl", "demo/nginx:2"),
                ("Readiness", readiness),
                ("MinReadyInstances", "1"),
            ],
        );
        fixture.order = text(&deployed, "/Data/ChangeOrderId");
        fixture
    }

    fn pass(&mut self, seconds: i64) {
        self.state.advance(self.state.now + seconds * 1000);
    }

    fn call(&mut self, name: &str, parameters: &[(&str, &str)]) -> Value {
        let product = PRODUCTS.iter().find(|product| product.service.product == "sae").unwrap();
        let mut registered = product.registered.iter().copied().flatten();
        let description = registered.find(|one| one.description.name == name).unwrap().description;
        let known = |name: &str| description.parameters.iter().find(|known| known.name == name).unwrap().name;
        let parameters: Parameters =
            parameters.iter().map(|(name, value)| (known(name), (*value).to_owned())).collect();
        let mut call =
            Call { state: &mut self.state, description, region: "cn-hangzhou", regional: true, parameters };
        let output = product.handler(name).unwrap()(&mut call);
        let output = output.unwrap_or_else(|refusal| panic!("{name}: {refusal:?} {:?}", refusal.arguments()));
        serde_json::from_str(&encode_json::to_string(&*output)).unwrap()
    }

    /// The change order, the stages of its pipelines as (name, status, error code), and the condition of the
    /// application.
    fn report(&mut self) -> Value {
        let (application, order) = (self.application.clone(), self.order.clone());
        let order = self.call("DescribeChangeOrder", &[("ChangeOrderId", &order)])["Data"].take();
        let stages: Vec<Value> = (order["Pipelines"].as_array().unwrap().iter())
            .map(|pipeline| {
                let id = text(pipeline, "/PipelineId");
                let pipeline = self.call("DescribePipeline", &[("PipelineId", &id)])["Data"].take();
                let stages = pipeline["StageList"].as_array().unwrap().iter();
                let stages = stages.map(|stage| {
                    let task = &stage["TaskList"][0];
                    json!([stage["StageName"], stage["Status"], task["Status"], task["ErrorCode"]])
                });
                json!([pipeline["PipelineStatus"], stages.collect::<Vec<_>>()])
            })
            .collect();
        let status = self.call("DescribeApplicationStatus", &[("AppId", &application)]);
        json!([
            order["Status"],
            order["SubStatus"],
            order["ErrorMessage"],
            stages,
            status["Data"]["SubStatus"]
        ])
    }
}

fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {value}")).to_owned()
}

#[test]
fn a_change_tells_its_trouble_stage_by_stage() {
    let mut fixture = Fixture::new(InstanceFailure::NeverReady);
    let waiting = json!([0, [["Start instances", 0, 0, null], ["Stop instances", 0, 0, null]]]);
    let cause = "instances start and don't become ready";
    fixture.pass(6);
    let batch = json!([1, [["Start instances", 1, 1, null], ["Stop instances", 2, 2, null]]]);
    assert_eq!(fixture.report(), json!([1, 0, null, [batch, waiting], "NORMAL"]));
    fixture.pass(60);
    let batch = json!([1, [["Start instances", 1, 5, "CrashLoopBackOff"], ["Stop instances", 2, 2, null]]]);
    assert_eq!(fixture.report(), json!([1, 1, cause, [batch, waiting], "RUNNING_BUT_HAS_ERROR"]));
    fixture.pass(1_000);
    let batch = json!([3, [["Start instances", 3, 3, "CrashLoopBackOff"], ["Stop instances", 2, 2, null]]]);
    let never = json!([6, [["Start instances", 6, 6, null], ["Stop instances", 6, 6, null]]]);
    assert_eq!(fixture.report(), json!([3, 1, cause, [batch, never], "RUNNING_BUT_HAS_ERROR"]));
    let id = fixture.application.clone();
    let status = fixture.call("DescribeApplicationStatus", &[("AppId", &id)])["Data"].take();
    assert_eq!(
        (&status["CurrentStatus"], &status["LastChangeOrderStatus"], &status["LastChangeOrderRunning"]),
        (&json!("RUNNING"), &json!("FAIL"), &json!(false))
    );
    let listed = fixture.call("ListChangeOrders", &[("AppId", &id), ("CoStatus", "3")]);
    assert_eq!(listed["Data"]["TotalSize"], 1);
}

#[test]
fn a_change_that_goes_well_tells_nothing_bad() {
    let mut fixture = Fixture::new(InstanceFailure::NeverReady);
    let (application, order) = (fixture.application.clone(), fixture.order.clone());
    fixture.call("AbortAndRollbackChangeOrder", &[("ChangeOrderId", &order)]);
    fixture.pass(1_000);
    let orders = fixture.call("ListChangeOrders", &[("AppId", &application)]);
    fixture.order = text(&orders, "/Data/ChangeOrderList/0/ChangeOrderId");
    fixture.call("RestartApplication", &[("AppId", &application)]);
    fixture.pass(1_000);
    let orders = fixture.call("ListChangeOrders", &[("AppId", &application)]);
    fixture.order = text(&orders, "/Data/ChangeOrderList/0/ChangeOrderId");
    let done = json!([2, [["Start instances", 2, 2, null], ["Stop instances", 2, 2, null]]]);
    assert_eq!(fixture.report(), json!([2, 0, null, [done], "NORMAL"]));
}

#[test]
fn instances_that_fail_tell_why_and_are_listed_first() {
    for (failure, status, health, restarts, log) in [
        (
            InstanceFailure::ImagePull,
            "ImagePullBackOff",
            "WithoutLivenessConfig",
            0,
            "failed to pull demo/nginx:2",
        ),
        (InstanceFailure::NeverReady, "CrashLoopBackOff", "ReadinessUnhealthy", 2, "readiness check failed"),
    ] {
        let mut fixture = Fixture::new(failure);
        fixture.pass(75);
        let id = fixture.application.clone();
        let groups = fixture.call("DescribeApplicationGroups", &[("AppId", &id)]);
        let group = text(&groups, "/Data/0/GroupId");
        let mut listed = |reverse: &str| {
            let query = [("AppId", id.as_str()), ("GroupId", &group), ("Reverse", reverse)];
            fixture.call("DescribeApplicationInstances", &query)["Data"]["Instances"].take()
        };
        let (failing, last) = (listed("false")[0].take(), listed("true"));
        assert_eq!(last.as_array().unwrap().last(), Some(&failing));
        assert_eq!(failing["InstanceContainerStatus"], status);
        assert_eq!(failing["InstanceHealthStatus"], health);
        assert_eq!(failing["InstanceContainerRestarts"], restarts);
        assert_eq!(
            (&failing["FinishTimeStamp"], &failing["UnhealthyMessage"]),
            (&Value::Null, &json!(failure.cause()))
        );
        let name = text(&failing, "/InstanceId");
        let answer = fixture.call("DescribeInstanceLog", &[("InstanceId", &name)]);
        assert!(text(&answer, "/Data").contains(log), "{answer}");
    }
}

#[test]
fn events_are_found_by_what_they_are() {
    let mut fixture = Fixture::new(InstanceFailure::ImagePull);
    fixture.pass(1_000);
    let id = fixture.application.clone();
    for (more, reasons) in [
        (vec![("EventType", "Warning"), ("ObjectKind", "Pod")], vec!["BackOff", "Failed"]),
        (vec![("ObjectKind", "Deployment")], vec!["ProgressDeadlineExceeded"]),
        (vec![("Reason", "Progress")], vec!["ProgressDeadlineExceeded"]),
        (vec![("ObjectName", "nobody")], vec![]),
        (vec![("ObjectKind", "Service")], vec![]),
        (vec![("EventType", "Warning"), ("PageSize", "1"), ("CurrentPage", "2")], vec!["BackOff"]),
    ] {
        let query: Vec<_> = [("Namespace", "cn-hangzhou"), ("AppId", &id)].into_iter().chain(more).collect();
        let page = fixture.call("ListAppEvents", &query)["Data"].take();
        let events = page["AppEventEntity"].as_array().cloned().unwrap_or_default();
        let found: Vec<_> = events.iter().map(|event| event["Reason"].as_str().unwrap()).collect();
        assert_eq!(found, reasons, "{query:?}");
        let bad = events.iter().filter(|event| event["EventType"] == "Warning");
        assert!(bad.into_iter().all(|event| !event["CauseAnalysis"].is_null()));
    }
    let elsewhere = fixture.call("ListAppEvents", &[("Namespace", "cn-hangzhou")]);
    assert!(elsewhere["Data"]["TotalSize"].as_i64() > Some(5));
}
