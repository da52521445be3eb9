//! What is always true, whatever comes in whatever order.

use std::collections::BTreeSet;

use super::{START, image, state, version};
use crate::domain::change_order::Status;
use crate::domain::create::NewApplication;
use crate::domain::id::Ids;
use crate::domain::life::Minimum;
use crate::domain::namespace::NewNamespace;
use crate::domain::plan::Strategy;
use crate::domain::slb::Side;
use crate::domain::{Application, Refusal, State};

#[test]
fn no_order_of_commands_and_time_breaks_an_invariant() {
    for seed in 0..60 {
        let mut dice = Ids::new(seed);
        let mut state = state();
        let (mut accepted, mut refused) = (0, 0);
        for _ in 0..300 {
            match command(&mut state, &mut dice) {
                Ok(()) => accepted += 1,
                Err(_) => refused += 1,
            }
            check(&state, seed);
            let time = [0, 0, 7, 40, 90, 300, 2_500][below(&mut dice, 7)];
            state.advance(state.now + time);
            check(&state, seed);
        }
        assert!(accepted > 40 && refused > 5, "seed {seed}: {accepted} accepted, {refused} refused");
        // Orders that wait for a confirmation wait for ever; everything else comes to rest.
        let waiting: Vec<_> =
            state.orders.values().filter(|order| order.is_active()).map(|order| order.id.clone()).collect();
        for id in waiting {
            let _ = state.abort(&id, state.now);
        }
        state.advance(state.now + 1_000_000);
        check(&state, seed);
        assert!(state.agenda.is_empty(), "seed {seed}");
        assert!(state.applications.values().all(|application| application.active.is_none()), "seed {seed}");
    }
}

#[test]
fn time_in_many_steps_is_time_in_one() {
    for seed in 0..30 {
        let play = |step: i64| {
            let (mut dice, mut state) = (Ids::new(seed), state());
            for _ in 0..60 {
                let _ = command(&mut state, &mut dice);
                let end = state.now + [0, 40, 300, 2_500][below(&mut dice, 4)];
                while state.now < end {
                    state.advance((state.now + step).min(end));
                }
            }
            format!("{state:?}")
        };
        assert_eq!(play(3), play(1_000_000), "seed {seed}");
    }
}

/// A random command on one of a few applications.
pub fn command(state: &mut State, dice: &mut Ids) -> Result<(), Refusal> {
    let now = state.now;
    let applications: Vec<String> = state.applications.keys().cloned().collect();
    let orders: Vec<String> = state.applications.values().filter_map(|a| a.orders.last().cloned()).collect();
    let any =
        |dice: &mut Ids, ids: &[String]| ids.get(below(dice, ids.len().max(1))).cloned().unwrap_or_default();
    let (application, order) = (any(dice, &applications), any(dice, &orders));
    let replicas = i64::try_from(below(dice, 5)).unwrap() + 1;
    match below(dice, 18) {
        0 | 1 if applications.len() < 4 => {
            let deploy = [Some(true), Some(true), Some(false), None][below(dice, 4)];
            let new = NewApplication { name: format!("app-{}", below(dice, 6)), deploy, ..image(replicas) };
            state.create_application(new, now).map(drop)
        }
        0..=5 => {
            let strategy = [None, Some(Strategy::WHOLE)][below(dice, 2)].map(|whole| Strategy {
                canary: below(dice, 2),
                batches: below(dice, 3) + 1,
                automatic: below(dice, 2) == 0,
                ..whole
            });
            let mut deployment = version(&format!("demo/nginx:{}", below(dice, 9)), strategy);
            deployment.replicas = (below(dice, 2) == 0).then_some(replicas);
            deployment.start = below(dice, 4) > 0;
            state.deploy_application(&application, deployment, now).map(drop)
        }
        6 => state.stop_application(&application, now).map(drop),
        7 | 8 => state.start_application(&application, now).map(drop),
        9 => {
            let minimum = Minimum { number: Some(replicas - 2), ratio: None };
            state.restart_application(&application, minimum, now).map(drop)
        }
        10 => state.rescale_application(&application, replicas, now).map(drop),
        11 => {
            let size = [(1000, 2048), (2000, 4096)][below(dice, 2)];
            state.resize_application(&application, size, Minimum::default(), now).map(drop)
        }
        12 if below(dice, 3) == 0 => state.delete_application(&application, now).map(drop),
        12 | 13 => state.abort(&order, now),
        14 => state.abort_and_roll_back(&order, now),
        15 => {
            let pipeline = state
                .orders
                .get(&order)
                .and_then(|order| order.pipeline())
                .map(|pipeline| pipeline.id.clone());
            state.confirm_batch(&pipeline.unwrap_or_default(), below(dice, 4) > 0, now)
        }
        16 => {
            let side = Side { ports: vec![(80, 8080, "TCP".to_owned())], ..Side::default() };
            state.bind_slb(&application, Some(side), None, now).map(drop)
        }
        _ => {
            let id = format!("cn-beijing:n{}", below(dice, 3));
            let new = NewNamespace { id: id.clone(), name: "n".to_owned(), ..NewNamespace::default() };
            state.create_namespace(new, now).map(drop).or_else(|_| state.delete_namespace(&id))
        }
    }
}

fn check(state: &State, seed: u64) {
    let mut active = 0;
    for application in state.applications.values() {
        check_application(state, application, seed);
        active += usize::from(application.active.is_some());
    }
    let running = state.orders.values().filter(|order| order.is_active());
    assert_eq!(running.clone().count(), active, "seed {seed}: an active order belongs to one application");
    assert!(running.clone().all(|order| order.finished.is_none()));
    let due: BTreeSet<_> = (state.applications.values())
        .filter_map(|application| Some((application.due?, application.id.clone())))
        .collect();
    assert_eq!(due, state.agenda, "seed {seed}: the agenda is what is due");
    assert_eq!(state.names.len(), state.applications.len());
    for order in state.orders.values() {
        assert!(order.pipelines.iter().all(|pipeline| state.pipelines.get(&pipeline.id) == Some(&order.id)));
        if order.status == Status::Succeeded {
            assert!(
                order
                    .pipelines
                    .iter()
                    .all(|pipeline| pipeline.status == Status::Succeeded && pipeline.retire.is_empty())
            );
        }
    }
}

fn check_application(state: &State, application: &Application, seed: u64) {
    let orders = application.orders.iter().filter_map(|id| state.orders.get(id));
    let active: Vec<_> = orders.clone().filter(|order| order.is_active()).collect();
    assert_eq!(orders.count(), application.orders.len(), "seed {seed}: no order is lost");
    assert!(active.len() <= 1, "seed {seed}: at most one order of an application is active");
    assert_eq!(active.first().map(|order| &order.id), application.active.as_ref(), "seed {seed}");
    let ids: BTreeSet<_> = application.instances.iter().map(|instance| &instance.id).collect();
    assert_eq!(ids.len(), application.instances.len());
    assert!(application.instances.iter().all(|instance| state.instance(&instance.id) == Some(instance)));
    let living = application.living().len();
    // A first deployment that was rolled out in part and is aborted leaves what runs, never more than there should be
    // and one more.
    assert!(living <= usize::try_from(application.replicas).unwrap().max(5) + 1, "seed {seed}");
    if application.active.is_none() {
        let expected = if application.deployed && !application.stopped { application.replicas } else { 0 };
        assert_eq!(i64::try_from(living).unwrap(), expected, "seed {seed}: instances equal replicas at rest");
        assert!(application.instances.iter().all(|instance| !instance.is_starting()), "seed {seed}");
    }
    assert!(application.created >= START);
}

pub fn below(dice: &mut Ids, limit: usize) -> usize {
    usize::try_from(dice.number() % u64::try_from(limit).unwrap()).unwrap()
}
