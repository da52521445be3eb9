//! Clocks that tests drive: rollouts of half an hour take no time, tests don't disturb each other, dates disagree.

use std::time::{Duration, SystemTime};

use sae_local::{Control, LocalSae, Pace, Seed};

use crate::client::{Answer, Call, exchange};

const APP: &str = "/pop/v1/sam/app";
const ORDER: &str = "/pop/v1/sam/changeorder/DescribeChangeOrder";

/// Creates an application with this many instances and returns its identifier.
async fn application(control: &Control, replicas: usize) -> String {
    let seed = format!(
        r#"{{"calls":[{{"operation":"CreateApplication","params":{{"AppName":"demo","NamespaceId":"cn-beijing",
            "PackageType":"Image","ImageUrl":"demo/nginx:1","Replicas":{replicas}}}}}]}}"#
    );
    let answers = control.seed(&Seed::from_json(&seed).unwrap()).await.unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answers[0]).unwrap();
    answer["Data"]["AppId"].as_str().unwrap().to_owned()
}

/// Calls as a tenant whose secret equals its id.
async fn call(
    local: &LocalSae,
    id: &str,
    method: &'static str,
    path: &str,
    query: &[(&str, &str)],
) -> Answer {
    let answer = Call::new(method, path, query).key(id, id).send(local).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

async fn status(local: &LocalSae, id: &str, order: &str) -> String {
    call(local, id, "GET", ORDER, &[("ChangeOrderId", order)]).await.value("Status")
}

#[tokio::test]
async fn a_rollout_of_half_an_hour_is_over_in_no_time() {
    let local = LocalSae::builder().access_key("one", "one").pace(Pace::cloud()).start().await.unwrap();
    let control = local.control();
    let app = application(&control, 10).await;
    control.freeze();
    let strategy =
        r#"{"type":"BatchUpdate","batchUpdate":{"batch":3,"releaseType":"auto","batchWaitTime":10}}"#;
    let deploy = [("AppId", app.as_str()), ("ImageUrl", "demo/nginx:2"), ("UpdateStrategy", strategy)];
    let order = call(&local, "one", "POST", &format!("{APP}/deployApplication"), &deploy).await;
    let order = order.value("ChangeOrderId");
    let before = call(&local, "one", "GET", ORDER, &[("ChangeOrderId", &order)]).await.value("CreateTime");
    assert_eq!(status(&local, "one", &order).await, "0", "the clock stands still");
    control.advance(Duration::from_mins(1));
    assert_eq!(status(&local, "one", &order).await, "1");
    control.advance(Duration::from_mins(19));
    assert_ne!(status(&local, "one", &order).await, "2");
    control.advance(Duration::from_mins(10));
    assert_eq!(status(&local, "one", &order).await, "2");
    let again = call(&local, "one", "GET", ORDER, &[("ChangeOrderId", &order)]).await;
    assert_eq!(again.value("CreateTime"), before);
    assert!(control.is_frozen());
    control.resume();
    assert!(!control.is_frozen());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_tests_on_one_server_do_not_disturb_each_other() {
    let local = std::sync::Arc::new(LocalSae::builder().pace(Pace::cloud()).start().await.unwrap());
    let tests = (0..20).map(|number| {
        let local = std::sync::Arc::clone(&local);
        tokio::spawn(async move {
            let id = format!("test-{number}");
            let control = local.control().add_tenant(&id, &id).unwrap();
            let app = application(&control, 2).await;
            control.freeze();
            // Exactly every second one loses its first answer.
            if number % 2 == 0 {
                let lost = sae_local::Fault::on("DescribeApplicationStatus").times(1).drop_before();
                control.fault(lost).unwrap();
            }
            let look = Call::new("GET", &format!("{APP}/describeApplicationStatus"), &[("AppId", &app)]);
            let look = look.key(&id, &id);
            assert_eq!(look.send(&local).await.status, if number % 2 == 0 { 0 } else { 200 }, "{id}");
            assert_eq!(look.send(&local).await.status, 200, "{id}");
            let stop = call(&local, &id, "PUT", &format!("{APP}/stopApplication"), &[("AppId", &app)]).await;
            let order = stop.value("ChangeOrderId");
            // Fifteen seconds: five to prepare, ten to stop. Only some of them let all of it pass.
            control.advance(Duration::from_secs(if number % 3 == 0 { 15 } else { 14 }));
            let expected = if number % 3 == 0 { "2" } else { "1" };
            assert_eq!(status(&local, &id, &order).await, expected, "{id}");
            assert_eq!(control.requests().len(), 4, "{id}");
            assert_eq!(control.clear_faults(), usize::from(number % 2 == 0));
        })
    });
    for test in tests.collect::<Vec<_>>() {
        test.await.unwrap();
    }
}

#[tokio::test]
async fn the_date_of_the_server_can_disagree() {
    let local = LocalSae::start().await.unwrap();
    let control = local.control();
    let call = Call::new("GET", "/pop/v1/paas/regionConfig", &[]);
    for (skew, hours) in [(3_600_000, 1), (-3_600_000, -1)] {
        control.skew(skew);
        let refused = exchange(&local, &call.bytes(&local, 0)).await;
        assert_eq!(refused.refusal(), (400, "InvalidTimeStamp.Expired".to_owned()));
        let date = refused.head.lines().find_map(|line| line.strip_prefix("date: ")).unwrap();
        let date = httpdate::parse_http_date(date).unwrap();
        let seconds = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let ahead =
            i64::try_from(seconds(date)).unwrap() - i64::try_from(seconds(SystemTime::now())).unwrap();
        assert!((ahead - hours * 3600).abs() < 60, "{ahead}");
        assert_eq!(exchange(&local, &call.bytes(&local, hours * 3600)).await.status, 200);
    }
    control.reset().await.unwrap();
    assert_eq!(call.send(&local).await.status, 200);
}

#[tokio::test]
async fn no_time_is_too_long() {
    let local = LocalSae::builder().access_key("one", "one").start().await.unwrap();
    let control = local.control();
    let app = application(&control, 1).await;
    control.advance(Duration::MAX);
    control.advance(Duration::MAX);
    control.skew(i64::MIN);
    let look = Call::new("GET", &format!("{APP}/describeApplicationStatus"), &[("AppId", &app)]);
    let late = look.key("one", "one").send(&local).await;
    assert_eq!(late.refusal(), (400, "InvalidTimeStamp.Expired".to_owned()));
    control.skew(0);
    call(&local, "one", "PUT", &format!("{APP}/stopApplication"), &[("AppId", &app)]).await;
}
