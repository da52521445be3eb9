//! Change orders: how they end, how they are watched and steered, and why they failed.

use std::sync::Arc;
use std::time::Duration;

use sae::ErrorKind;
use sae::change_order::{ChangeOrder, Diagnosis, Finished, Outcome};
use sae::model::{
    BatchReleaseType, BatchUpdate, ChangeOrderStatus, DeployApplication, ListChangeOrders, StopApplication,
    UpdateStrategy, UpdateStrategyType,
};

use crate::world::{Fault, Said, Script, World, client_of, create, fine, ms};

fn batches(count: i64, release: BatchReleaseType) -> UpdateStrategy {
    UpdateStrategy::new()
        .r#type(UpdateStrategyType::BatchUpdate)
        .batch_update(BatchUpdate::new(count).release_type(release))
}

async fn ended(order: &ChangeOrder) -> Finished {
    order.wait().poll(ms(2)).timeout(Duration::from_secs(30)).await.expect("the service answers")
}

/// A deployment of three batches that are confirmed by hand, and waits for the first confirmation.
async fn waiting(world: &World) -> ChangeOrder {
    let app = world.application().await;
    let deploy = DeployApplication::new(&app)
        .image_url("repo/app:2")
        .update_strategy(batches(3, BatchReleaseType::Manual));
    let order = world.client().submit(deploy).await.expect("it is accepted");
    assert_eq!(order.app_id(), Some(app.as_str()));
    assert_eq!(ended(&order).await.outcome, Outcome::WaitingForConfirmation);
    order
}

#[tokio::test]
async fn a_rollout_is_confirmed_batch_by_batch_until_it_succeeds() {
    let world = World::new().await;
    let order = waiting(&world).await;
    let mut confirmed = 0;
    let finished = loop {
        let finished = ended(&order).await;
        if finished.outcome != Outcome::WaitingForConfirmation {
            break finished;
        }
        order.confirm().await.expect("a batch waits");
        confirmed += 1;
    };
    assert_eq!(confirmed, 2);
    assert!(finished.is_success());
    assert_eq!(finished.success().expect("it is").status, Some(ChangeOrderStatus::Succeeded));
    let error = order.confirm().await.expect_err("nothing waits any more");
    assert_eq!(error.kind(), ErrorKind::Request);
}

#[tokio::test]
async fn what_waits_for_a_confirmation_is_no_success() {
    let world = World::new().await;
    let order = waiting(&world).await;
    let diagnosis = ended(&order).await.success().expect_err("two batches are left");
    assert!(diagnosis.to_string().contains("waits for a confirmation"), "{diagnosis}");
    assert!(diagnosis.to_string().contains(order.id()), "{diagnosis}");
}

#[tokio::test]
async fn an_aborted_order_and_one_that_was_rolled_back_are_told_apart() {
    let world = World::new().await;
    let order = waiting(&world).await;
    order.abort().await.expect("it can be aborted");
    assert_eq!(ended(&order).await.outcome, Outcome::Aborted);

    let world = World::new().await;
    let order = waiting(&world).await;
    order.roll_back().await.expect("it can be rolled back");
    let finished = ended(&order).await;
    let Outcome::RolledBack { by } = &finished.outcome else { panic!("{:?}", finished.outcome) };
    assert_ne!(by, order.id());
    let found = world.client().change_order(order.id()).find_rollback().await.expect("it is listed");
    assert_eq!(found.expect("there is one").id(), by);
    let rollback = world.client().change_order(by).read().await.expect("it is there");
    assert_eq!(rollback.status, Some(ChangeOrderStatus::Succeeded), "it was waited for");
}

#[tokio::test]
async fn a_deadline_ends_the_waiting_and_not_the_order() {
    let world = World::with(sae_local::Pace::brisk().prepare(Duration::from_hours(1))).await;
    let client = world.client();
    client
        .send(sae::model::CreateNamespace::new("Test").namespace_id(crate::world::NAMESPACE))
        .await
        .expect("a namespace");
    let order = client.submit(create("app")).await.expect("it is accepted");
    let finished = order.wait().timeout(ms(30)).poll(ms(5)).await.expect("the service answers");
    assert_eq!(finished.outcome, Outcome::TimedOut);
    assert!(!finished.outcome.is_final());
    assert_eq!(order.read().await.expect("it is there").status, Some(ChangeOrderStatus::Preparing));
}

#[tokio::test]
async fn a_call_that_starts_no_change_order_says_so() {
    let answer = r#"{"Code":"200","Data":{"AppId":"app"},"RequestId":"R-1"}"#;
    let script = Arc::new(Script::default().says("CreateApplication", [fine(answer)]));
    let error = client_of(&script).submit(create("app")).await.expect_err("there is none");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.operation(), Some("CreateApplication"));
    assert_eq!(error.answer().expect("it is kept").body, answer.as_bytes());
}

#[tokio::test]
async fn progress_shows_batches_and_instances_until_the_end() {
    let world = World::new().await;
    let app = world.application().await;
    let deploy = DeployApplication::new(&app)
        .image_url("repo/app:2")
        .update_strategy(batches(3, BatchReleaseType::Auto));
    let order = world.client().submit(deploy).await.expect("it is accepted");
    let mut progress = order.progress().poll(ms(1));
    let mut seen = Vec::new();
    while let Some(snapshot) = progress.next().await {
        seen.push(snapshot.expect("a snapshot"));
    }
    let last = seen.last().expect("at least one");
    assert!(last.is_final());
    assert_eq!((last.batches_done(), last.batches(), last.instances_running()), (3, 3, 3), "{last}");
    assert!(last.instances.iter().all(|instance| instance.image_url.as_deref() == Some("repo/app:2")));
    assert_eq!(last.pipelines.len(), 3);
    assert!(last.pipelines.iter().all(|pipeline| !pipeline.stage_list.is_empty()), "with their stages");
    assert!(last.gaps.is_empty(), "{:?}", last.gaps);
    let done: Vec<_> = seen.iter().map(sae::change_order::Snapshot::batches_done).collect();
    assert!(done.is_sorted(), "{done:?}");
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]), "each one is new");
    assert!(progress.next().await.is_none());
}

#[tokio::test]
async fn faults_that_pass_disturb_neither_waiting_nor_watching() {
    let world = World::new().await;
    let app = world.application().await;
    let client = world.client();
    let order = client.submit(StopApplication::new(&app)).await.expect("it is accepted");
    // More than the attempts of one call.
    world.way.fails("DescribeChangeOrder", &[Fault::LostAfter; 5]);
    assert!(ended(&order).await.is_success());
    world.way.fails("DescribeChangeOrder", &[Fault::LostBefore; 5]);
    let mut progress = order.progress().poll(ms(2));
    let mut next = async || progress.next().await.expect("a snapshot").expect("no error");
    let silent = next().await;
    assert!(silent.fault.is_some() && !silent.is_final(), "{silent}");
    let answered = next().await;
    assert!(answered.fault.is_none() && answered.is_final(), "{answered}");
}

#[tokio::test]
async fn an_order_that_does_not_exist_is_an_error_at_once() {
    let world = World::new().await;
    let order = world.client().change_order("nothing");
    assert!(order.wait().await.expect_err("there is none").is_not_found());
    assert!(order.progress().next().await.expect("an error").expect_err("there is none").is_not_found());
}

/// A change order in JSON.
fn order(status: i64) -> Said {
    fine(format!(
        r#"{{"Code":"200","Data":{{"ChangeOrderId":"order","AppId":"app","Status":{status},"ErrorMessage":"1 batch failed",
        "Pipelines":[{{"PipelineId":"p1","Status":2}},{{"PipelineId":"p2","Status":{status}}},{{"PipelineId":"p3","Status":0}}]}}}}"#
    ))
}

fn pipeline(id: &str, status: i64, message: &str) -> Said {
    fine(format!(
        r#"{{"Code":"200","Data":{{"PipelineId":"{id}","PipelineStatus":{status},"StageList":[{{"StageName":"start","Status":{status},
        "TaskList":[{{"TaskName":"start instances","Status":{status},"ErrorMessage":"{message}"}}]}}]}}}}"#
    ))
}

/// An application whose second pipeline fails, because of one instance of two.
fn failing() -> Script {
    Script::default()
        .says("DescribePipeline", [pipeline("p2", 3, "image can't be fetched")])
        .says("DescribeApplicationGroups", [fine(r#"{"Code":"200","Data":[{"GroupId":"group"}]}"#)])
        .says(
            "DescribeApplicationInstances",
            [fine(
                r#"{"Code":"200","Data":{"TotalSize":2,"Instances":[
                {"InstanceId":"good","InstanceContainerStatus":"Running","InstanceHealthStatus":"Healthy"},
                {"InstanceId":"bad","InstanceContainerStatus":"CrashLoopBackOff","InstanceContainerRestarts":4,
                 "UnhealthyMessage":"probe failed"}]}}"#,
            )],
        )
        .says("ListChangeOrders", [fine(r#"{"Code":"200","Data":{"ChangeOrderList":[{"ChangeOrderId":"order"}]}}"#)])
        .says("DescribeInstanceLog", [fine(r#"{"Code":"200","Data":"starting\npanic: no database\u001b[31m\n"}"#)])
        .says("DescribeApplicationConfig", [fine(r#"{"Code":"200","Data":{"NamespaceId":"cn-hangzhou:test"}}"#)])
        .says(
            "ListAppEvents",
            [fine(
                r#"{"Code":"200","Data":{"TotalSize":1,"AppEventEntity":[{"Reason":"BackOff","Message":"restarting container"}]}}"#,
            )],
        )
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_diagnosed_from_tasks_instances_logs_and_events() {
    let script = Arc::new(failing().says("DescribeChangeOrder", [order(1), order(3)]));
    let finished = client_of(&script).change_order("order").wait().await.expect("the service answers");
    assert_eq!(finished.outcome, Outcome::Failed);
    let diagnosis = finished.success().expect_err("it failed");
    assert_eq!(
        diagnosis.causes,
        ["start instances: image can't be fetched", "1 batch failed", "probe failed"]
    );
    assert_eq!(diagnosis.instances.len(), 1);
    assert_eq!(diagnosis.instances[0].log.len(), 2);
    assert_eq!(diagnosis.events.len(), 1);
    assert!(diagnosis.gaps.is_empty(), "{:?}", diagnosis.gaps);
    let text = diagnosis.to_string();
    for part in [
        "change order order failed",
        "bad: CrashLoopBackOff, restarted 4 times",
        "panic: no database",
        "BackOff",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains('\u{1b}'), "nothing steers the terminal");
    assert!(
        script.urls("DescribeInstanceLog")[0].contains("Previous=true"),
        "the log from before the restart"
    );
}

#[tokio::test(start_paused = true)]
async fn a_diagnosis_tells_each_cause_once_and_nothing_from_before_the_order() {
    let order = fine(
        r#"{"Code":"200","Data":{"ChangeOrderId":"order","AppId":"app","Status":3,"ErrorMessage":"image can't be fetched",
        "CreateTime":"2026-11-22 10:00:00","Pipelines":[{"PipelineId":"p1","Status":3}]}}"#,
    );
    let events = fine(
        r#"{"Code":"200","Data":{"AppEventEntity":[
        {"Reason":"Later","LastTimestamp":"2026-11-22 10:00:05"},
        {"Reason":"Meanwhile","LastTimestamp":"2026-11-22 10:00:00"},
        {"Reason":"Earlier","LastTimestamp":"2026-11-22 09:59:59"},
        {"Reason":"InAnotherLayout","LastTimestamp":"2026-11-22T01:59:59Z"},
        {"Reason":"WithoutTime"}]}}"#,
    );
    let script = failing()
        .says("DescribeChangeOrder", [order])
        .says("DescribePipeline", [pipeline("p1", 3, "image can't be fetched")])
        .says("ListAppEvents", [events]);
    let finished = client_of(&Arc::new(script)).change_order("order").wait().await.expect("it answers");
    let diagnosis = finished.success().expect_err("it failed");
    assert_eq!(diagnosis.causes, ["start instances: image can't be fetched", "probe failed"]);
    let reasons: Vec<_> = diagnosis.events.iter().filter_map(|event| event.reason.as_deref()).collect();
    assert_eq!(
        reasons,
        ["Later", "Meanwhile", "InAnotherLayout", "WithoutTime"],
        "what can't be compared stays"
    );
}

#[tokio::test(start_paused = true)]
async fn a_diagnosis_holds_nothing_of_other_instances_and_change_orders() {
    let order = fine(
        r#"{"Code":"200","Data":{"ChangeOrderId":"order","AppId":"app","Status":3,"CreateTime":"2026-11-22 10:00:00",
        "Pipelines":[{"PipelineId":"p1","Status":3,"StartTime":1000}]}}"#,
    );
    // A service that doesn't know the filter by pipeline.
    let instances = fine(
        r#"{"Code":"200","Data":{"TotalSize":2,"Instances":[
        {"InstanceId":"former","InstanceContainerStatus":"Error","CreateTimeStamp":999,"UnhealthyMessage":"old"},
        {"InstanceId":"own","InstanceContainerStatus":"Error","CreateTimeStamp":1000,"UnhealthyMessage":"new"}]}}"#,
    );
    // All in the second in which both change orders were created.
    let event = |kind: &str, name: &str, reason: &str, message: &str| {
        format!(
            r#"{{"ObjectKind":"{kind}","ObjectName":"{name}","Reason":"{reason}","Message":"{message}",
            "FirstTimestamp":"2026-11-22 10:00:00","LastTimestamp":"2026-11-22 10:00:00"}}"#
        )
    };
    let events = [
        event("Pod", "own", "Own", "its image"),
        event("Pod", "former", "Former", "another image"),
        event("Pod", "gone", "Gone", "another image"),
        event("Deployment", "app", "OwnOrder", "rollout order failed"),
        event("Deployment", "app", "OtherOrder", "rollout before failed"),
        event("Deployment", "app", "Untold", "something failed"),
        r#"{"Reason":"BegunBefore","FirstTimestamp":"2026-11-22 09:00:00","LastTimestamp":"2026-11-22 10:00:00"}"#.to_owned(),
    ];
    let events = fine(format!(r#"{{"Code":"200","Data":{{"AppEventEntity":[{}]}}}}"#, events.join(",")));
    let script = failing()
        .says("DescribeChangeOrder", [order])
        .says("DescribeApplicationInstances", [instances])
        .says(
            "ListChangeOrders",
            [fine(
                r#"{"Code":"200","Data":{"ChangeOrderList":[{"ChangeOrderId":"order"},{"ChangeOrderId":"before"}]}}"#,
            )],
        )
        .says("ListAppEvents", [events]);
    let script = Arc::new(script);
    let finished = client_of(&script).change_order("order").wait().await.expect("it answers");
    let diagnosis = finished.success().expect_err("it failed");
    let reasons: Vec<_> = diagnosis.events.iter().filter_map(|event| event.reason.as_deref()).collect();
    assert_eq!(reasons, ["Own", "OwnOrder", "Untold"]);
    let failing: Vec<_> =
        diagnosis.instances.iter().filter_map(|it| it.instance.instance_id.as_deref()).collect();
    assert_eq!(failing, ["own"]);
    assert!(!diagnosis.causes.contains(&"old".to_owned()), "{:?}", diagnosis.causes);
    let asked = script.urls("DescribeApplicationInstances");
    assert!(asked.iter().all(|url| url.contains("PipelineId=p1")), "{asked:?}");
    assert!(script.urls("DescribeInstanceLog").iter().all(|url| url.contains("InstanceId=own")));
}

/// Three change orders at ten, eleven and twelve, with an event each, and sixty more in the afternoon.
fn a_busy_day(order: &str) -> Script {
    let described = fine(format!(
        r#"{{"Code":"200","Data":{{"ChangeOrderId":"{order}","AppId":"app","Status":3,"CreateTime":"2026-11-22 10:00:00"}}}}"#
    ));
    let events = fine(
        r#"{"Code":"200","Data":{"AppEventEntity":[
        {"Reason":"Afternoon","FirstTimestamp":"2026-11-22 13:00:01","LastTimestamp":"2026-11-22 13:00:01"},
        {"Reason":"Eleven","FirstTimestamp":"2026-11-22 11:00:01","LastTimestamp":"2026-11-22 11:00:01"},
        {"Reason":"NamesEleven","Message":"rollout at-11 failed","FirstTimestamp":"2026-11-22 10:00:02","LastTimestamp":"2026-11-22 10:00:02"},
        {"Reason":"Own","FirstTimestamp":"2026-11-22 10:00:01","LastTimestamp":"2026-11-22 10:00:01"},
        {"Reason":"NamesOwn","Message":"rollout at-10 failed","FirstTimestamp":"2026-11-22 10:00:01","LastTimestamp":"2026-11-22 10:00:01"}]}}"#,
    );
    let at =
        |id: &str, time: &str| format!(r#"{{"ChangeOrderId":"{id}","CreateTime":"2026-11-22 {time}:00"}}"#);
    let mut listed: Vec<_> =
        (0..60).rev().map(|minute| at(&format!("at-13-{minute}"), &format!("13:{minute:02}"))).collect();
    listed.extend([at("at-12", "12:00"), at("at-11", "11:00"), at("at-10", "10:00")]);
    let pages = listed.chunks(50).map(|page| {
        fine(format!(
            r#"{{"Code":"200","Data":{{"TotalSize":{},"ChangeOrderList":[{}]}}}}"#,
            listed.len(),
            page.join(",")
        ))
    });
    failing()
        .says("DescribeChangeOrder", [described])
        .says("ListChangeOrders", pages)
        .says("ListAppEvents", [events])
}

async fn reasons(script: Script) -> (Vec<String>, Diagnosis) {
    let finished = client_of(&Arc::new(script)).change_order("at-10").wait().await.expect("it answers");
    let diagnosis = finished.success().expect_err("it failed");
    (diagnosis.events.iter().filter_map(|event| event.reason.clone()).collect(), *diagnosis)
}

#[tokio::test(start_paused = true)]
async fn an_old_failure_is_not_blamed_on_any_of_sixty_that_came_later() {
    let (reasons, diagnosis) = reasons(a_busy_day("at-10")).await;
    assert_eq!(reasons, ["Own", "NamesOwn"]);
    assert!(
        diagnosis.instances.is_empty() && diagnosis.gaps.iter().any(|gap| gap.contains("at-11")),
        "{diagnosis}"
    );
}

#[tokio::test(start_paused = true)]
async fn where_no_change_orders_can_be_listed_only_what_is_surely_its_own_is_told() {
    let gone = Said::Refused(403, r#"{"Code":"Forbidden.RAM","Message":"no"}"#.to_owned(), None);
    let (reasons, diagnosis) = reasons(a_busy_day("at-10").says("ListChangeOrders", [gone])).await;
    assert_eq!(reasons, ["NamesOwn"]);
    assert!(diagnosis.gaps.iter().any(|gap| gap.contains("ListChangeOrders")), "{diagnosis}");
}

#[tokio::test(start_paused = true)]
async fn a_change_order_that_is_listed_late_has_no_successor() {
    let others = fine(
        r#"{"Code":"200","Data":{"ChangeOrderList":[{"ChangeOrderId":"at-09","CreateTime":"2026-11-22 09:00:00"}]}}"#,
    );
    let (reasons, diagnosis) = reasons(a_busy_day("at-10").says("ListChangeOrders", [others])).await;
    assert!(reasons.contains(&"Own".to_owned()), "{reasons:?}");
    assert!(!diagnosis.gaps.iter().any(|gap| gap.contains("at-09")), "{diagnosis}");
}

#[tokio::test(start_paused = true)]
async fn what_a_diagnosis_cannot_read_is_a_gap_and_no_error() {
    let script = Arc::new(Script::default().says("DescribeChangeOrder", [order(10)]));
    let finished = client_of(&script).change_order("order").wait().await.expect("the service answers");
    let diagnosis = finished.success().expect_err("it failed");
    assert_eq!(diagnosis.causes, ["1 batch failed"]);
    assert!(diagnosis.gaps.iter().any(|gap| gap.contains("InvalidApi.NotFound")), "{:?}", diagnosis.gaps);
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_holds_the_stages_of_pipelines_that_have_begun() {
    let script = failing()
        .says("DescribeChangeOrder", [order(1), order(2)])
        .says("DescribePipeline", [pipeline("p1", 2, ""), pipeline("p2", 1, "")]);
    let script = Arc::new(script);
    let mut progress = client_of(&script).change_order("order").progress();
    let snapshot = progress.next().await.expect("a snapshot").expect("no error");
    assert_eq!(snapshot.pipelines.len(), 2, "the third has not begun");
    assert_eq!(snapshot.instances.len(), 2);
    assert_eq!(snapshot.to_string(), "running, 1 of 3 batches done, 1 of 2 instances running");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stays_away_ends_the_waiting_with_its_error() {
    let script = Arc::new(Script::default().says("DescribeChangeOrder", [order(1), Said::Broken]));
    let error = client_of(&script).change_order("order").wait().await.expect_err("nobody answers");
    assert_eq!(error.kind(), ErrorKind::Transport);
    let script = Arc::new(Script::default().says("DescribeChangeOrder", [Said::Broken]));
    let wait = client_of(&script).change_order("order").wait().timeout(Duration::from_secs(10));
    assert_eq!(wait.await.expect_err("nobody answers").kind(), ErrorKind::Transport);
}

/// A change order that runs and reports that it is abnormal.
fn abnormal() -> Said {
    fine(r#"{"Code":"200","Data":{"ChangeOrderId":"order","AppId":"app","Status":1,"SubStatus":1}}"#)
}

#[tokio::test(start_paused = true)]
async fn a_rollout_in_trouble_is_not_waited_out() {
    let script = Arc::new(failing().says("DescribeChangeOrder", [order(1), abnormal()]));
    let started = tokio::time::Instant::now();
    let finished = client_of(&script).change_order("order").wait().await.expect("the service answers");
    assert_eq!(finished.outcome, Outcome::Stuck);
    assert!(started.elapsed() >= Duration::from_secs(30), "it had its time to recover");
    assert!(!finished.outcome.is_final());
    assert_eq!(finished.success().expect_err("it isn't over").instances.len(), 1, "it is looked into");
}

#[tokio::test(start_paused = true)]
async fn a_rollout_that_recovers_or_fails_by_itself_within_the_patience_is_not_stuck() {
    for (last, expected) in [(2, Outcome::Succeeded), (3, Outcome::Failed)] {
        // It recovers in between, and the time starts anew.
        let states = [abnormal(), abnormal(), order(1), abnormal(), order(last)];
        let script = Arc::new(failing().says("DescribeChangeOrder", states));
        let wait = client_of(&script).change_order("order").wait().poll(Duration::from_secs(10));
        let finished = wait.patience(Duration::from_mins(1)).await.expect("the service answers");
        assert_eq!(finished.outcome, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn patience_ends_on_time_however_seldom_the_order_is_looked_at() {
    let script = Arc::new(failing().says("DescribeChangeOrder", [abnormal()]));
    let order = client_of(&script).change_order("order");
    for patience in [0, 5, 30, 100] {
        let patience = Duration::from_secs(patience);
        let started = tokio::time::Instant::now();
        let wait = order.wait().poll(Duration::from_mins(1)).patience(patience);
        assert_eq!(wait.await.expect("the service answers").outcome, Outcome::Stuck);
        let took = started.elapsed();
        assert!(took >= patience && took < patience + Duration::from_secs(1), "{patience:?}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_order_whose_time_is_over_before_the_patience_is_not_stuck() {
    let script = Arc::new(failing().says("DescribeChangeOrder", [abnormal()]));
    let wait = client_of(&script).change_order("order").wait().timeout(Duration::from_secs(10));
    assert_eq!(wait.await.expect("the service answers").outcome, Outcome::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn times_without_end_are_times_like_any_other() {
    let script = Arc::new(failing().says("DescribeChangeOrder", [abnormal()]));
    let order = client_of(&script).change_order("order");
    for (every, patience, timeout, expected) in [
        (Duration::MAX, Duration::MAX, Duration::from_secs(10), Outcome::TimedOut),
        (Duration::MAX, Duration::from_secs(10), Duration::MAX, Outcome::Stuck),
        (Duration::from_secs(10), Duration::ZERO, Duration::MAX, Outcome::Stuck),
    ] {
        let wait = order.wait().poll(every).patience(patience).timeout(timeout).outage(Duration::MAX);
        assert_eq!(wait.await.expect("the service answers").outcome, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_says_when_the_order_has_become_stuck() {
    let script = Arc::new(failing().says("DescribeChangeOrder", [abnormal()]));
    let mut progress = client_of(&script).change_order("order").progress().patience(Duration::from_secs(10));
    let mut next = async || progress.next().await.expect("a snapshot").expect("no error");
    let first = next().await;
    assert!(first.is_abnormal() && !first.is_stuck);
    assert!(next().await.is_stuck, "nothing else has changed");
}

#[tokio::test(start_paused = true)]
async fn how_long_an_outage_is_waited_out_can_be_set() {
    let script = Arc::new(Script::default().says("DescribeChangeOrder", [order(1), Said::Broken]));
    let started = tokio::time::Instant::now();
    let wait = client_of(&script).change_order("order").wait().outage(Duration::from_secs(20));
    assert_eq!(wait.await.expect_err("nobody answers").kind(), ErrorKind::Transport);
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_rollback_that_is_listed_late_or_fails_is_seen() {
    let orders = |first: &str| {
        fine(format!(
            r#"{{"Code":"200","Data":{{"TotalSize":2,"ChangeOrderList":[{first}{{"ChangeOrderId":"order"}}{}]}}}}"#,
            if first.is_empty() { r#",{"ChangeOrderId":"before","CoTypeCode":"CoRollback"}"# } else { "" }
        ))
    };
    let rollback = orders(r#"{"ChangeOrderId":"back","CoTypeCode":"CoRollback"},"#);
    for (status, expected) in [(2, Outcome::RolledBack { by: "back".to_owned() }), (3, Outcome::Failed)] {
        let script = failing()
            .says("DescribeChangeOrder", [order(6), order(1), order(status)])
            .says("ListChangeOrders", [orders(""), rollback.clone()]);
        let finished = client_of(&Arc::new(script)).change_order("order").wait().await.expect("answers");
        assert_eq!(finished.outcome, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_of_tomorrow_is_waited_out() {
    let script = Arc::new(Script::default().says("DescribeChangeOrder", [order(42), order(2)]));
    let finished = client_of(&script).change_order("order").wait().await.expect("the service answers");
    assert!(finished.is_success());
}

#[tokio::test]
async fn the_rollback_of_another_order_is_not_taken_for_ones_own() {
    let world = World::new().await;
    let order = waiting(&world).await;
    order.abort().await.expect("it can be aborted");
    let app = order.app_id().expect("an application").to_owned();
    // A later deployment is rolled back.
    let client = world.client();
    let deploy = DeployApplication::new(&app)
        .image_url("repo/app:3")
        .update_strategy(batches(3, BatchReleaseType::Manual));
    let later = client.submit(deploy).await.expect("it is accepted");
    ended(&later).await;
    later.roll_back().await.expect("it can be rolled back");
    assert!(matches!(ended(&later).await.outcome, Outcome::RolledBack { .. }));
    assert_eq!(ended(&order).await.outcome, Outcome::Aborted);
    assert_eq!(client.items(ListChangeOrders::new(&app)).all().await.expect("a list").len(), 4);
}
