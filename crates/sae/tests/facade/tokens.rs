//! One token, one change order: several callers at once, faults between the look and the sending, another try after a failure.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sae::change_order::Outcome;
use sae::deploy::{DeployEvent, Token, look_up};
use sae::model::{DeployApplication, ListChangeOrders, RestartApplication};
use sae::{Client, Deploy, Error, ErrorKind};
use sae_local::{Fault, Pace};

use crate::world::{Said, Script, World, builder, client_of, fine, ms};

/// How often each race is run.
fn rounds() -> usize {
    std::env::var("SAE_RACE_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

/// A client of its own, as another process would have it.
fn client(world: &World) -> Client {
    builder().endpoint(world.server.endpoint()).build().expect("a client")
}

fn deploy(client: &Client, app: &str, token: &str) -> Deploy {
    let request = DeployApplication::new(app).image_url("repo/app:2");
    client.deploy(request).token(token).settle(ms(20)).poll(ms(2))
}

/// The change orders with a token, newest first.
async fn with_token(client: &Client, app: &str, token: &str) -> Vec<String> {
    let orders = client.items(ListChangeOrders::new(app).reverse(false)).all().await.expect("a list");
    let has = |text: &str| Token::split(text).1.is_some_and(|it| it.as_str() == token);
    let orders = orders.into_iter().filter(|order| order.description.as_deref().is_some_and(has));
    orders.filter_map(|order| order.change_order_id).collect()
}

/// So many callers at once with one token; each must follow the one change order to its end.
async fn race(
    world: &World,
    app: &str,
    token: &str,
    callers: usize,
    adjust: impl Fn(usize, Deploy) -> Deploy,
) -> Vec<String> {
    let start = Arc::new(tokio::sync::Barrier::new(callers));
    let tasks: Vec<_> = (0..callers)
        .map(|number| {
            let deploy = adjust(number, deploy(&client(world), app, token));
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                let order = deploy.await?;
                let finished = order.wait().poll(ms(2)).await?;
                Ok::<_, Error>((order.id().to_owned(), finished.outcome))
            })
        })
        .collect();
    let mut ids = Vec::new();
    for task in tasks {
        let (id, outcome) = task.await.expect("no task panicked").expect("it is followed");
        assert_eq!(outcome, Outcome::Succeeded);
        ids.push(id);
    }
    ids
}

async fn every_race_is_one_change_order(callers: usize, rounds: usize, pace: Pace) {
    let world = World::with(pace).await;
    let app = world.application().await;
    let client = client(&world);
    for round in 0..rounds {
        let token = format!("round-{round}");
        let ids = race(&world, &app, &token, callers, |number, deploy| {
            // Half of them would wait for a change of others, half wouldn't.
            if number % 2 == 0 { deploy.wait_while_busy(Duration::from_secs(20)) } else { deploy }
        })
        .await;
        let orders = with_token(&client, &app, &token).await;
        assert_eq!(orders.len(), 1, "round {round}: {ids:?}");
        assert!(ids.iter().all(|id| *id == orders[0]), "round {round}: {ids:?}");
        // What is listed grows with each round.
        if round % 20 == 19 {
            world.server.control().forget_requests();
        }
    }
}

fn quick() -> Pace {
    Pace::brisk().prepare(ms(1)).start(ms(5)).stop(ms(5)).batch_wait(ms(1))
}

#[test]
fn a_long_text_that_is_no_token_is_shown_in_part() {
    for text in ["x".repeat(5000), "\u{202e}é".repeat(2000)] {
        let said = Token::new(text).expect_err("it is too long").to_string();
        assert!(said.contains("\"… is no token: expected 1 to 64 letters"), "{said}");
        assert!(said.len() < 1024 && !said.contains('\u{202e}'), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_callers_at_once_are_one_change_order() {
    every_race_is_one_change_order(2, rounds(), quick()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_callers_at_once_are_one_change_order() {
    every_race_is_one_change_order(8, rounds(), quick()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_at_once_are_one_change_order_though_it_is_over_at_once() {
    every_race_is_one_change_order(8, rounds() / 4, Pace::instant()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn faults_between_look_and_sending_make_no_second_change_order() {
    let world = World::with(quick()).await;
    let app = world.application().await;
    let (client, control) = (client(&world), world.server.control());
    let on = || Fault::on("DeployApplication").times(1);
    let faults: [fn(Fault) -> Fault; 5] = [
        |fault| fault.drop_before(),
        |fault| fault.drop_after(),
        |fault| fault.status(503),
        |fault| fault.latency(ms(100)),
        |fault| fault.throttle(ms(50)),
    ];
    for (round, fault) in faults.into_iter().cycle().take(rounds() / 4).enumerate() {
        control.fault(fault(on())).expect("a fault");
        if round % 3 == 0 {
            control
                .fault(Fault::on("ListChangeOrders").probability(0.3).times(2).drop_after())
                .expect("a fault");
        }
        let token = format!("round-{round}");
        let ids = race(&world, &app, &token, 3, |_, deploy| deploy).await;
        control.clear_faults();
        assert_eq!(with_token(&client, &app, &token).await.len(), 1, "round {round}: {ids:?}");
        assert!(ids.windows(2).all(|two| two[0] == two[1]), "round {round}: {ids:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_that_wait_for_another_change_are_one_change_order() {
    let world = World::with(quick()).await;
    let app = world.application().await;
    let client = client(&world);
    for round in 0..5 {
        client.submit(RestartApplication::new(&app)).await.expect("it is accepted");
        let token = format!("round-{round}");
        let wait = |_, deploy: Deploy| deploy.wait_while_busy(Duration::from_secs(20));
        race(&world, &app, &token, 4, wait).await;
        assert_eq!(with_token(&client, &app, &token).await.len(), 1);
    }
}

#[tokio::test]
async fn a_change_of_others_is_still_refused_and_told() {
    let world = World::with(quick().prepare(Duration::from_hours(1))).await;
    let client = client(&world);
    client
        .send(sae::model::CreateNamespace::new("Test").namespace_id(crate::world::NAMESPACE))
        .await
        .expect("a namespace");
    let created = client.submit(crate::world::create("app")).await.expect("it is accepted");
    let app = created.app_id().expect("an application");
    let error = deploy(&client, app, "build-1").await.expect_err("the creation is under way");
    assert!(error.is_busy(), "{error}");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let waiting = deploy(&client, app, "build-1").wait_while_busy(ms(300)).on_event(move |event| {
        if let DeployEvent::Refused { error, left, .. } = event {
            told.lock().expect("no test panicked").push((error.is_busy(), *left));
        }
    });
    assert!(waiting.await.expect_err("it stays busy").is_busy());
    let seen = seen.lock().expect("no test panicked");
    assert!(!seen.is_empty() && seen.iter().all(|(busy, left)| *busy && *left <= ms(300)), "{seen:?}");
}

/// An application whose deployment `build-1` has failed.
async fn failed(world: &World) -> (Client, String, String) {
    let app = world.application().await;
    let client = client(world);
    world
        .server
        .control()
        .fault(Fault::on("DeployApplication").times(1).image_pull_failure())
        .expect("a fault");
    let order = deploy(&client, &app, "build-1").await.expect("it is accepted");
    assert_eq!(order.wait().poll(ms(2)).await.expect("an end").outcome, Outcome::Failed);
    let id = order.id().to_owned();
    (client, app, id)
}

#[tokio::test]
async fn a_failed_deployment_is_submitted_anew_only_if_that_is_asked_for() {
    let world = World::with(quick().patience(Duration::ZERO)).await;
    let (client, app, first) = failed(&world).await;
    let again = deploy(&client, &app, "build-1").await.expect("it is found");
    assert_eq!(again.id(), first);
    let other = DeployApplication::new(&app).image_url("repo/app:3");
    let other = client.deploy(other).token("build-1").retry_failed().await.expect_err("another image");
    assert_eq!(other.kind(), ErrorKind::Request);
    let retried = deploy(&client, &app, "build-1").retry_failed().await.expect("it is accepted");
    assert_ne!(retried.id(), first);
    assert!(retried.wait().poll(ms(2)).await.expect("an end").is_success());
    // The latest counts, and it has succeeded.
    for deploy in [deploy(&client, &app, "build-1"), deploy(&client, &app, "build-1").retry_failed()] {
        assert_eq!(deploy.await.expect("it is found").id(), retried.id());
    }
    let token = Token::new("build-1").expect("a token");
    let found = look_up(&client, &app, Some(&token)).await.expect("it answers").latest.expect("it is found");
    assert_eq!((found.order.id(), found.has_failed()), (retried.id(), false));
    assert_eq!(with_token(&client, &app, "build-1").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_callers_at_once_submit_a_failed_deployment_anew_once() {
    let world = World::with(quick().patience(Duration::ZERO)).await;
    let (client, app, first) = failed(&world).await;
    let ids = race(&world, &app, "build-1", 8, |_, deploy| deploy.retry_failed()).await;
    assert!(ids.iter().all(|id| *id == ids[0] && *id != first), "{ids:?}");
    assert_eq!(with_token(&client, &app, "build-1").await.len(), 2);
}

fn orders(text: &str) -> Said {
    fine(format!(r#"{{"Code":"200","Data":{{"ChangeOrderList":[{text}]}}}}"#))
}

fn busy() -> Said {
    Said::Refused(400, r#"{"Code":"Application.ChangerOrderRunning","Message":"busy"}"#.to_owned(), None)
}

#[tokio::test(start_paused = true)]
async fn a_change_order_that_is_listed_late_is_found_after_a_refusal() {
    let mine = r#"{"ChangeOrderId":"theirs","Status":1,"Description":"[sae:listed-late]"}"#;
    let script = Script::default()
        .says("DeployApplication", [busy()])
        .says("ListChangeOrders", [orders(""), orders(""), orders(""), orders(mine)]);
    let script = Arc::new(script);
    let deploy = client_of(&script).deploy(DeployApplication::new("app")).token("listed-late");
    assert_eq!(deploy.await.expect("it is found").id(), "theirs");
    assert_eq!(script.urls("DeployApplication").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_sending_has_a_look_right_before_it() {
    let theirs = r#"{"ChangeOrderId":"theirs","Status":1,"Description":"[sae:look-first]"}"#;
    let throttled =
        Said::Refused(429, r#"{"Code":"Throttling.User","Message":"slow down"}"#.to_owned(), None);
    for refusal in [busy(), throttled] {
        let other = r#"{"ChangeOrderId":"other","Status":1,"Description":"x"}"#;
        let script = Script::default()
            .says("DeployApplication", [refusal])
            .says("ListChangeOrders", [orders(""), orders(other), orders(theirs)]);
        let script = Arc::new(script);
        let deploy = client_of(&script).deploy(DeployApplication::new("app")).token("look-first");
        let order = deploy.wait_while_busy(Duration::from_mins(1)).await;
        assert!(script.urls("DeployApplication").len() <= 2);
        assert_eq!(order.expect("it is found").id(), "theirs");
    }
}

#[tokio::test(start_paused = true)]
async fn two_that_were_accepted_at_the_same_moment_are_told() {
    let accepted = fine(r#"{"Code":"200","Data":{"ChangeOrderId":"mine","AppId":"app"}}"#);
    let both = r#"{"ChangeOrderId":"mine","Status":1,"Description":"[sae:twice]"},
        {"ChangeOrderId":"theirs","Status":2,"Description":"[sae:twice]"}"#;
    let script = Script::default()
        .says("DeployApplication", [accepted])
        .says("ListChangeOrders", [orders(""), orders(both)]);
    let others = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&others);
    let deploy = client_of(&Arc::new(script)).deploy(DeployApplication::new("app")).token("twice");
    let deploy = deploy.on_event(move |event| {
        if let DeployEvent::Duplicate { other, .. } = event {
            seen.lock().expect("no test panicked").push((*other).to_owned());
        }
    });
    assert_eq!(deploy.await.expect("it is accepted").id(), "mine");
    assert_eq!(*others.lock().expect("no test panicked"), ["theirs"]);
}

#[tokio::test(start_paused = true)]
async fn a_search_tells_what_it_waits_for() {
    let script = Script::default()
        .says("DeployApplication", [Said::Broken])
        .says("ListChangeOrders", [Said::Broken, orders("")]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let deploy = client_of(&Arc::new(script)).deploy(DeployApplication::new("app"));
    let deploy = deploy.timeout(Duration::from_mins(2)).on_event(move |event| {
        if let DeployEvent::Searching { error, settle, left, .. } = event {
            told.lock().expect("no test panicked").push((error.to_string(), *settle, *left));
        }
    });
    assert!(deploy.await.expect_err("nobody knows").is_outcome_unknown());
    let seen = seen.lock().expect("no test panicked");
    assert!(seen.iter().any(|(error, ..)| error.contains("DeployApplication")), "{seen:?}");
    assert!(
        seen.iter()
            .all(|(_, settle, left)| *settle <= Duration::from_secs(30) && *left <= Duration::from_mins(2))
    );
}

#[tokio::test]
async fn without_a_token_the_latest_that_has_any_is_found() {
    let world = World::with(Pace::instant()).await;
    let app = world.application().await;
    let client = client(&world);
    assert!(look_up(&client, &app, None).await.expect("it answers").latest.is_none());
    let order = deploy(&client, &app, "build-1").await.expect("it is accepted");
    client.submit(RestartApplication::new(&app)).await.expect("it is accepted");
    let found = look_up(&client, &app, None).await.expect("it answers").latest.expect("it is found");
    assert_eq!(found.order.id(), order.id());
    assert_eq!(found.description, "image: repo/app:2");
}
