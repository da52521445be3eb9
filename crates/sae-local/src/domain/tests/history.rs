//! Which change orders are kept, and which are removed.

use super::{image, pass, running, settings, state};
use crate::domain::State;
use crate::domain::commands::create::NewWorkload;
use crate::domain::commands::deploy::Deployment;
use crate::domain::state::HISTORY;

/// Checks that every change order belongs to an existing or deleted application, and every pipeline to a change order.
fn check(state: &State) {
    let of_applications: usize =
        state.applications.values().map(|application| application.orders.len()).sum();
    assert_eq!(state.orders.len(), of_applications + state.deleted.len());
    assert!(state.deleted.iter().all(|(_, id)| state.orders.contains_key(id)));
    let pipelines: usize = state.orders.values().map(|order| order.pipelines.len()).sum();
    assert_eq!(state.pipelines.len(), pipelines);
}

#[test]
fn the_latest_change_orders_of_an_application_are_kept() {
    let (mut state, id) = running(1);
    let first = state.application(&id).unwrap().orders[0].clone();
    let mut last = String::new();
    for _ in 0..HISTORY + 10 {
        last = state
            .deploy_application(&id, Deployment { start: true, ..Deployment::default() }, state.now)
            .unwrap();
        assert!(state.order(&last).unwrap().before.is_some());
        pass(&mut state, 1_000);
        assert!(state.order(&last).unwrap().before.is_none(), "what there was before is forgotten");
    }
    let orders = &state.application(&id).unwrap().orders;
    assert_eq!((orders.len(), orders.last()), (HISTORY, Some(&last)));
    assert!(state.order(&first).is_err());
    check(&state);
}

#[test]
fn the_latest_change_orders_of_deleted_applications_are_kept() {
    let mut state = state();
    let mut deletions = Vec::new();
    for _ in 0..=HISTORY / 2 {
        let new = NewWorkload { deploy: Some(false), settings: settings(&[]), ..image(1) };
        let now = state.now;
        let (id, _) = state.create_application(new, now).unwrap();
        pass(&mut state, 1_000);
        deletions.push(state.delete_application(&id, state.now).unwrap());
        pass(&mut state, 1_000);
    }
    assert_eq!(state.deleted.len(), HISTORY);
    assert!(state.order(&deletions[0]).is_err());
    assert!(state.order(&deletions[1]).is_ok());
    check(&state);
}
