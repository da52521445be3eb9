//! Tests of the domain: its rules as tables, and its invariants under random commands.

mod commands;
mod durability;
mod failures;
mod history;
mod invariants;
mod rollouts;
mod rules;

use std::time::Duration;

use crate::domain::commands::create::NewWorkload;
use crate::domain::commands::deploy::Deployment;
use crate::domain::commands::lifecycle::Resize;
use crate::domain::configuration::Settings;
use crate::domain::load_balancer::Listener;
use crate::domain::plan::Strategy;
use crate::domain::{Millis, Pace, Refusal, State};

/// 2019-07-11 15:54:49.
const START: Millis = 1_562_831_689_000;

fn pace() -> Pace {
    let millis = Duration::from_millis;
    Pace::instant()
        .prepare(millis(10))
        .start(millis(100))
        .stop(millis(50))
        .bind(millis(20))
        .patience(millis(500))
        .batch_wait(millis(1000))
}

/// A state at [`START`].
fn state() -> State {
    let mut state = State::new(7, pace(), vec!["cn-beijing", "cn-hangzhou"]);
    state.advance(START);
    state
}

fn settings(pairs: &[(&str, &str)]) -> Settings {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// An image that is deployed at once.
fn image(replicas: i64) -> NewWorkload {
    NewWorkload {
        name: "demo".to_owned(),
        namespace: "cn-beijing".to_owned(),
        package: "Image".to_owned(),
        replicas,
        deploy: Some(true),
        settings: settings(&[("ImageUrl", "demo/nginx:1")]),
        ..NewWorkload::default()
    }
}

/// A deployment of another image.
fn version(url: &str, strategy: Option<Strategy>) -> Deployment {
    Deployment { strategy, start: true, settings: settings(&[("ImageUrl", url)]), ..Deployment::default() }
}

/// A change of the size.
fn size(cpu: i64, memory: i64) -> Resize {
    Resize { cpu, memory, deploy: true, ..Resize::default() }
}

/// A listener without a certificate.
fn listener(port: i64, target: i64, protocol: &str) -> Listener {
    Listener { port, target, protocol: protocol.to_owned(), certificate: None }
}

/// A state with a running application.
fn running(replicas: i64) -> (State, String) {
    let mut state = state();
    let (id, _) = state.create_application(image(replicas), START).unwrap();
    pass(&mut state, 10_000);
    assert_eq!(state.application(&id).unwrap().running(), usize::try_from(replicas).unwrap());
    (state, id)
}

fn pass(state: &mut State, time: Millis) {
    state.advance(state.now + time);
}

fn status(state: &State, order: &str) -> i64 {
    state.order(order).unwrap().status.number()
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> &'static str {
    outcome.map_or_else(|refusal| refusal.code(), |_| "ok")
}
