//! Stored data equals the state: no change is missed, and a state that was read again behaves like the original.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::commands::{below, command};
use super::{START, image, pass, running, settings, state, version};
use crate::domain::commands::namespaces::NewNamespace;
use crate::domain::id::Ids;
use crate::domain::plan::Strategy;
use crate::domain::snapshot::{Entity, Record, SnapshotReader};
use crate::domain::{InstanceFailure, State};

#[test]
fn a_state_that_was_read_again_goes_on_as_if_nothing_had_happened() {
    let mut reloads = 0;
    for seed in 0..20 {
        let (mut dice, mut fate) = (Ids::new(seed), Ids::new(!seed));
        let mut disk = Disk::default();
        let (mut original, mut kept) = (state(), state());
        kept.track_changes();
        for _ in 0..150 {
            let revision = kept.revision();
            let mut same_dice = dice.clone();
            let outcome = command(&mut kept, &mut dice);
            assert_eq!(outcome, command(&mut original, &mut same_dice), "seed {seed}");
            for state in [&mut kept, &mut original] {
                state.advance(state.now);
            }
            // As in the server: what happens as time goes by is written with the next command.
            if kept.revision() != revision {
                disk.write(&mut kept);
            }
            let time = [0, 0, 7, 40, 90, 300, 2_500][below(&mut fate, 7)];
            for state in [&mut kept, &mut original] {
                pass(state, time);
            }
            if below(&mut fate, 8) == 0
                && let Some(mut read) = disk.read()
            {
                read.advance(kept.now);
                assert_same(&read, &original, seed);
                kept = read;
                reloads += 1;
            }
        }
        assert_same(&kept, &original, seed);
    }
    assert!(reloads > 200, "{reloads}");
}

#[test]
fn a_whole_state_takes_the_place_of_another() {
    for seed in 0..10 {
        let mut dice = Ids::new(seed);
        let (mut one, mut other) = (state(), state());
        for _ in 0..80 {
            let _ = command(&mut one, &mut dice);
            pass(&mut one, 60);
            let _ = command(&mut other, &mut dice);
            pass(&mut other, 60);
        }
        let mut disk = Disk::default();
        other.track_changes();
        disk.write(&mut other);
        one.failure = Some(InstanceFailure::NeverReady);
        let json = serde_json::to_value(one.to_snapshot()).unwrap();
        other.restore(serde_json::from_value(json).unwrap()).unwrap();
        assert_same(&other, &one, seed);
        // It is on the disk, too, and nothing else is.
        disk.write(&mut other);
        assert_same(&disk.read().unwrap(), &one, seed);
        let named = one.namespaces.len()
            + one.config_maps.len()
            + one.secrets.len()
            + one.ingresses.len()
            + one.grey_tag_routes.len()
            + one.jobs.len()
            + one.job_runs.len()
            + one.lane_groups.len()
            + one.lanes.len()
            + one.web_applications.len()
            + one.cluster_configs.len()
            + one.cluster_services.len()
            + one.cluster_ingresses.len();
        let entities = named + one.applications.len() + one.orders.len();
        assert_eq!(disk.0.len(), entities + 1, "seed {seed}");
    }
}

#[test]
fn a_configuration_is_shared_after_reading_and_written_once() {
    let (mut original, id) = running(40);
    let secret = "x".repeat(1_000);
    let mut deployment = version("demo/nginx:2", Some(Strategy { batches: 4, ..Strategy::WHOLE }));
    deployment.settings = settings(&[("ImageUrl", "demo/nginx:2"), ("Envs", &secret)]);
    original.track_changes();
    original.deploy_application(&id, deployment, original.now).unwrap();
    // Some instances have the old configuration, others the new one.
    pass(&mut original, 2_000);
    let mut disk = Disk::default();
    disk.write(&mut original);
    let written: Vec<u8> = disk.0.values().flatten().copied().collect();
    assert_eq!(String::from_utf8(written).unwrap().matches(&secret).count(), 1);
    let read = disk.read().unwrap();
    let application = read.application(&id).unwrap();
    let order = read.order(application.active.as_ref().unwrap()).unwrap();
    let old = &order.before.as_ref().unwrap().configuration;
    assert!(old.version < application.configuration.version);
    for instance in &application.instances {
        let shared = [old, &application.configuration];
        let pointers = shared.map(|configuration| Arc::ptr_eq(configuration, &instance.configuration));
        assert!(pointers.contains(&true), "version {}", instance.configuration.version);
    }
    assert!(application.instances.iter().any(|instance| Arc::ptr_eq(&instance.configuration, old)));
}

#[test]
fn what_cannot_be_read_is_named_and_its_content_is_not() {
    let read = |entity: Entity, id: &str, value: &str| {
        let root = serde_json::to_value(state().to_snapshot()).unwrap()["root"].to_string();
        let mut reading = SnapshotReader::default();
        reading.add("root", "", root.as_bytes()).unwrap();
        let read = reading.add(entity.as_str(), id, value.as_bytes());
        let restored = read.and_then(|()| reading.end()).and_then(|read| state().restore(read.unwrap()));
        restored.unwrap_err().to_string()
    };
    let mut secretive = state();
    secretive
        .create_namespace(NewNamespace { id: "cn-beijing:n".to_owned(), ..NewNamespace::default() }, START)
        .unwrap();
    let (id, _) = secretive.create_application(image(1), START).unwrap();
    let snapshot = serde_json::to_value(secretive.to_snapshot()).unwrap();
    let mut application = snapshot["applications"][0].clone();
    application["configurations"] = Value::Array(Vec::new());
    for (entity, id, value, message) in [
        (
            Entity::Namespace,
            "n",
            r#"{"id":"secret"}"#,
            "namespace n can't be read: unexpected data at byte 15 of it",
        ),
        (Entity::Namespace, "n", r#""secret""#, "namespace n can't be read: unexpected data at byte 8 of it"),
        (
            Entity::ChangeOrder,
            "o",
            r#"{"secret"#,
            "change order o can't be read: malformed JSON at byte 8 of it",
        ),
        (
            Entity::Application,
            &id,
            &application.to_string(),
            &format!("application {id} can't be read: version 1 of its configuration is missing"),
        ),
    ] {
        assert_eq!(read(entity, id, value), message);
    }
    let namespace = snapshot["namespaces"][0].to_string().into_bytes();
    let mut rootless = SnapshotReader::default();
    rootless.add("namespace", "n", &namespace).unwrap();
    assert_eq!(rootless.end().err().unwrap().to_string(), "root can't be read: it is missing");
    let unknown = SnapshotReader::default().add("pod", "p", b"{}").unwrap_err();
    assert_eq!(unknown.to_string(), "pod p can't be read: this version doesn't know what it is");
    assert!(SnapshotReader::default().end().unwrap().is_none());
}

/// The content of a store.
#[derive(Default)]
struct Disk(BTreeMap<(Entity, String), Vec<u8>>);

impl Disk {
    fn write(&mut self, state: &mut State) {
        for Record { entity, id, value } in state.take_changes().unwrap() {
            match value {
                Some(value) => self.0.insert((entity, id), value),
                None => self.0.remove(&(entity, id)),
            };
        }
    }

    fn read(&self) -> Option<State> {
        let mut reading = SnapshotReader::default();
        for ((entity, id), value) in &self.0 {
            reading.add(entity.as_str(), id, value).unwrap();
        }
        let snapshot = reading.end().unwrap()?;
        let mut read = State { ids: Ids::new(99), ..state() };
        read.restore(snapshot).unwrap();
        // Before time goes by: what happens from now on must be written, too.
        read.track_changes();
        Some(read)
    }
}

/// Fails with the first difference between two states. Whole states would be too long to read.
#[track_caller]
fn assert_same(one: &State, other: &State, seed: u64) {
    let ((one, one_text), (other, other_text)) = (whole(one), whole(other));
    assert_eq!(difference(&one, &other, "state"), None, "seed {seed}");
    assert!(one_text == other_text, "seed {seed}: the indices differ");
}

fn difference(one: &Value, other: &Value, place: &str) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
            one.iter().find_map(|(name, one)| difference(one, &other[name], &format!("{place}.{name}")))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let both = one.iter().zip(other).enumerate();
            both.into_iter().find_map(|(at, (one, other))| difference(one, other, &format!("{place}[{at}]")))
        }
        _ => (one != other).then(|| format!("{place}: {one} is not {other}")),
    }
}

/// All entities with all their fields, and the indices.
fn whole(state: &State) -> (Value, String) {
    (serde_json::to_value(state.to_snapshot()).unwrap(), format!("{state:?}"))
}
