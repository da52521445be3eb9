//! Following a change order: a stream of snapshots and one end.

use std::sync::Arc;
use std::time::Duration;

use sae::ErrorKind;
use sae::change_order::{Follow, Outcome, Snapshot};
use sae::model::{
    DeployApplication, DescribeApplicationConfig, DescribeApplicationGroups, DescribeChangeOrder,
    DescribePipeline, ListChangeOrders,
};
use sae::testing::Fake;
use tokio::time::Instant;

use crate::world::{Said, Script, World, client_of, fine, ms};

/// A change order with this status whose pipeline is `gate`.
fn at(status: i64, gate: &str) -> Said {
    fine(format!(
        r#"{{"Code":"200","Data":{{"ChangeOrderId":"order","AppId":"app","Status":{status},"CurrentPipelineId":"{gate}"}}}}"#
    ))
}

fn follow(says: impl IntoIterator<Item = Said>) -> Follow {
    let script = Arc::new(Script::default().says("DescribeChangeOrder", says));
    client_of(&script).change_order("order").follow()
}

/// The statuses that are shown until the end.
async fn shown(follow: &mut Follow) -> Vec<String> {
    let mut shown = Vec::new();
    while let Some(snapshot) = follow.next().await {
        shown.push(snapshot.expect("a snapshot").status().expect("a status").to_string());
    }
    assert!(follow.next().await.is_none(), "the end stays the end");
    shown
}

#[tokio::test]
async fn a_stream_of_snapshots_has_one_end() {
    let world = World::new().await;
    let app = world.application().await;
    let deploy = DeployApplication::new(&app).image_url("repo/app:2");
    let mut follow = world.client().submit(deploy).await.expect("it is accepted").follow().poll(ms(1));
    assert!(follow.finished().await.is_none(), "it hasn't ended");
    let mut last = None;
    while let Some(snapshot) = follow.next().await {
        assert_eq!(follow.outcome().is_some(), snapshot.as_ref().is_ok_and(Snapshot::is_final));
        last = Some(snapshot.expect("a snapshot"));
    }
    assert_eq!(last.expect("at least one").instances_running(), 3);
    assert!(follow.finished().await.expect("it has ended").is_success());
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_person_is_an_end_unless_it_was_just_confirmed() {
    let says = [at(1, "p1"), at(8, "p1"), at(1, "p1"), at(2, "p1")];
    let mut waits = follow(says.clone());
    assert_eq!(shown(&mut waits).await.len(), 2);
    assert_eq!(waits.outcome(), Some(&Outcome::WaitingForConfirmation));
    let mut confirmed = follow(says.clone()).confirmed("p1");
    assert_eq!(shown(&mut confirmed).await.len(), 4);
    assert_eq!(confirmed.outcome(), Some(&Outcome::Succeeded));
    let mut another = follow(says.clone()).confirmed("p0");
    shown(&mut another).await;
    assert_eq!(another.outcome(), Some(&Outcome::WaitingForConfirmation));
    let mut until_over = follow(says).until_over();
    shown(&mut until_over).await;
    assert_eq!(until_over.outcome(), Some(&Outcome::Succeeded));
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_that_never_becomes_visible_is_not_waited_for_without_end() {
    let mut follow = follow([at(8, "p1")]).poll(Duration::from_mins(1)).confirmed("p1");
    let started = Instant::now();
    assert_eq!(shown(&mut follow).await.len(), 1);
    assert_eq!(follow.outcome(), Some(&Outcome::WaitingForConfirmation));
    let took = started.elapsed();
    assert!(took >= Follow::CONFIRMATION && took < Follow::CONFIRMATION + Duration::from_secs(2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_time_that_is_over_is_an_end_and_a_dropped_look_loses_nothing() {
    let mut follow = follow([at(1, "p1")]).timeout(Duration::from_mins(1));
    let started = Instant::now();
    assert!(follow.next().await.expect("a snapshot").is_ok());
    let dropped = tokio::time::timeout(Duration::from_secs(30), follow.next()).await;
    assert!(dropped.is_err(), "nothing changes");
    assert!(follow.next().await.is_none());
    assert_eq!(follow.outcome(), Some(&Outcome::TimedOut));
    assert!(started.elapsed() < Duration::from_secs(62), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn the_last_error_tells_why_a_change_order_was_never_read() {
    let mut never = follow([Said::Broken]).timeout(Duration::from_mins(1));
    assert!(never.last_error().is_none(), "nothing was asked");
    let snapshot = never.next().await.expect("a snapshot").expect("the fault is waited out");
    assert!(snapshot.fault.is_some());
    assert!(never.next().await.is_none());
    assert_eq!(never.outcome(), Some(&Outcome::TimedOut));
    assert!(never.snapshot().is_none());
    assert!(never.finished().await.is_none());
    let error = never.last_error().expect("the reason");
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");

    // One look makes three attempts.
    let mut recovers = follow([Said::Broken, Said::Broken, Said::Broken, at(2, "p1")]);
    recovers.next().await.expect("a snapshot").expect("the fault is waited out");
    assert!(recovers.last_error().is_some());
    recovers.next().await.expect("a snapshot").expect("it is read");
    assert!(recovers.last_error().is_none(), "the last look succeeded");
    assert_eq!(recovers.outcome(), Some(&Outcome::Succeeded));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_looks_in_between_gets_every_snapshot() {
    let mut follow = follow([at(1, "p1"), at(1, "p2"), at(2, "p2")]).timeout(Duration::from_mins(1));
    let mut count = 0;
    while follow.outcome().is_none() {
        // Shorter than any wait for the next look.
        if let Ok(Some(snapshot)) = tokio::time::timeout(ms(100), follow.next()).await {
            snapshot.expect("a snapshot");
            count += 1;
        }
    }
    assert_eq!((count, follow.outcome()), (3, Some(&Outcome::Succeeded)));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_hangs_holds_a_wait_up_for_seconds_after_its_deadline() {
    let fake = Fake::new();
    let text = r#"{"Data":{"ChangeOrderId":"order","AppId":"app","Status":1,"ErrorMessage":"no quota","Pipelines":[
        {"PipelineId":"p1","Status":1,"StartTime":1}]}}"#;
    fake.on::<DescribeChangeOrder>().json(text).hang().hang().hang();
    // The reads of the diagnosis: one is answered, the others hang.
    let failed =
        r#"{"Data":{"StageList":[{"TaskList":[{"TaskName":"start","Status":3,"Message":"no image"}]}]}}"#;
    fake.on::<DescribePipeline>().json(failed);
    fake.on::<ListChangeOrders>().hang().hang().hang();
    fake.on::<DescribeApplicationGroups>().hang().hang().hang();
    fake.on::<DescribeApplicationConfig>().hang().hang().hang();
    let order = fake.client().expect("a client").change_order("order");
    let started = Instant::now();
    let timeout = Duration::from_secs(3);
    let finished = order.wait().timeout(timeout).poll(timeout).await.expect("it was read");
    assert_eq!(finished.outcome, Outcome::TimedOut);
    let took = started.elapsed();
    assert!(took < timeout + Duration::from_secs(7), "{took:?}");
    let diagnosis = finished.success().expect_err("it isn't over");
    assert_eq!(diagnosis.causes, ["start: no image", "no quota"], "what was read is kept");
    assert!(!diagnosis.gaps.is_empty(), "what wasn't is told");
    let text = diagnosis.to_string();
    let first = "change order order isn't over yet: waiting timed out after 3 s, and the change order keeps running\n";
    assert!(text.starts_with(first), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_always_hangs_ends_a_wait_with_an_error() {
    let fake = Fake::new();
    let hangs = fake.on::<DescribeChangeOrder>();
    let _hangs = (0..20).fold(hangs, |hangs, _| hangs.hang());
    let order = fake.client().expect("a client").change_order("order");
    let started = Instant::now();
    let error = order.wait().timeout(Duration::from_secs(3)).await.expect_err("it was never read");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
}
