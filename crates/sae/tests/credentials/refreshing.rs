//! When a source is asked again, and by how many.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sae::credentials::{CredentialsFuture, ProvideCredentials, Refreshing, Role};
use sae::{Credentials, Error, ErrorKind};
use sae_tests::{Canned, Step};

use crate::stage::{Hands, environment, id_of, refusal_of, served_by, sts, time};

/// Gives `key-1`, `key-2` and so on, each for an hour, as long as it works.
#[derive(Clone, Debug)]
struct Hourly {
    hands: Hands,
    asked: Arc<AtomicUsize>,
    works: Arc<Mutex<bool>>,
    life: Option<Duration>,
}

impl Hourly {
    fn new(hands: &Hands) -> Self {
        Self {
            hands: hands.clone(),
            asked: Arc::default(),
            works: Arc::new(Mutex::new(true)),
            life: Some(Duration::from_secs(60 * 60)),
        }
    }

    fn refreshing(&self) -> Refreshing {
        Refreshing::with_clock(self.clone(), self.hands.clock())
    }

    fn works(&self, works: bool) {
        *self.works.lock().expect("no task panicked") = works;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl ProvideCredentials for Hourly {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            // The others get their chance to ask as well.
            tokio::task::yield_now().await;
            if !*self.works.lock().expect("no task panicked") {
                return Err(Error::new(ErrorKind::Credentials, format!("failure {number}")));
            }
            let key = Credentials::new(format!("key-{number}"), "hush");
            Ok(match self.life {
                Some(life) => key.with_expiration(self.hands.now() + life),
                None => key,
            })
        })
    }
}

#[tokio::test]
async fn a_thousand_callers_cause_one_request() {
    let server = Canned::start(vec![sts("sts.1", &time(9, 0))]).await;
    let role = Role::new("acs:ram::1:role/r").with_environment(served_by(&server, environment([])));
    let provider = Arc::new(role.assumed_from(Credentials::new("id", "secret")).expect("a provider"));
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let provider = Arc::clone(&provider);
            tokio::spawn(async move { id_of(&*provider).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.expect("no caller panicked"), "sts.1");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_thousand_callers_share_a_failure() {
    let refusal = r#"{"Code":"EntityNotExist.Role","RequestId":"R-9"}"#;
    let server = Canned::start(vec![Step::status(404, refusal)]).await;
    let role = Role::new("acs:ram::1:role/r").with_environment(served_by(&server, environment([])));
    let provider = Arc::new(role.assumed_from(Credentials::new("id", "secret")).expect("a provider"));
    let callers: Vec<_> = (0..1000)
        .map(|_| {
            let provider = Arc::clone(&provider);
            tokio::spawn(async move { refusal_of(&*provider).await })
        })
        .collect();
    for caller in callers {
        let refusal = caller.await.expect("no caller panicked");
        assert!(refusal.contains("code EntityNotExist.Role, request id R-9"), "{refusal}");
    }
    assert_eq!(server.requests().len(), 1);
    // The next one asks anew.
    refusal_of(&*provider).await;
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_key_is_kept_while_it_is_good_and_replaced_ahead_of_its_end() {
    let hands = Hands::new();
    let source = Hourly::new(&hands);
    let provider = source.refreshing();
    assert_eq!(id_of(&provider).await, "key-1");
    hands.forward(40);
    assert_eq!(id_of(&provider).await, "key-1");
    assert_eq!(source.asked(), 1);
    // A quarter of an hour before the end, a fifth more or less.
    hands.forward(10);
    assert_eq!(id_of(&provider).await, "key-2");
    assert_eq!(source.asked(), 2);
}

#[tokio::test]
async fn while_one_caller_asks_ahead_of_the_end_the_others_go_on() {
    let hands = Hands::new();
    let source = Hourly::new(&hands);
    let provider = source.refreshing();
    assert_eq!(id_of(&provider).await, "key-1");
    hands.forward(50);
    let (first, second, third) = tokio::join!(id_of(&provider), id_of(&provider), id_of(&provider));
    assert_eq!([first, second, third], ["key-2", "key-1", "key-1"]);
    assert_eq!(source.asked(), 2);
}

#[tokio::test]
async fn in_the_last_minute_everybody_waits_for_the_new_key() {
    let hands = Hands::new();
    let mut source = Hourly::new(&hands);
    source.life = Some(Duration::from_secs(20 * 60 + 30));
    let provider = source.refreshing();
    assert_eq!(id_of(&provider).await, "key-1");
    hands.forward(20);
    let (first, second) = tokio::join!(id_of(&provider), id_of(&provider));
    assert_eq!([first, second], ["key-2", "key-2"]);
}

#[tokio::test]
async fn a_failure_changes_nothing_while_the_key_is_valid_and_a_dead_key_is_never_given() {
    let hands = Hands::new();
    let source = Hourly::new(&hands);
    let provider = source.refreshing();
    assert_eq!(id_of(&provider).await, "key-1");
    source.works(false);
    hands.forward(50);
    assert_eq!(id_of(&provider).await, "key-1");
    assert_eq!(id_of(&provider).await, "key-1");
    assert_eq!(source.asked(), 2, "the source is left alone for a while");
    hands.forward(5);
    assert_eq!(id_of(&provider).await, "key-1");
    assert_eq!(source.asked(), 3);
    hands.forward(5);
    assert_eq!(refusal_of(&provider).await, "failure 4");
    source.works(true);
    assert_eq!(id_of(&provider).await, "key-5");
}

#[tokio::test]
async fn a_key_that_comes_expired_is_refused() {
    let server = Canned::start(vec![sts("sts.1", &time(7, 59))]).await;
    let role = Role::new("acs:ram::1:role/r").with_environment(served_by(&server, environment([])));
    let provider = role.assumed_from(Credentials::new("id", "secret")).expect("a provider");
    let expected = "the credentials that came have expired already; check the clock of this machine";
    assert_eq!(refusal_of(&provider).await, expected);
}

#[tokio::test]
async fn a_key_without_an_end_is_asked_for_again_after_a_while() {
    let hands = Hands::new();
    let mut source = Hourly::new(&hands);
    source.life = None;
    let provider = source.refreshing();
    assert_eq!(id_of(&provider).await, "key-1");
    hands.forward(11);
    assert_eq!(id_of(&provider).await, "key-1");
    hands.forward(8);
    assert_eq!(id_of(&provider).await, "key-2");
    source.works(false);
    hands.forward(24 * 60);
    assert_eq!(id_of(&provider).await, "key-2");
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_its_turn_to_the_next() {
    #[derive(Debug, Default)]
    struct StuckOnce(AtomicUsize);
    impl ProvideCredentials for StuckOnce {
        fn credentials(&self) -> CredentialsFuture<'_> {
            Box::pin(async {
                if self.0.fetch_add(1, Ordering::SeqCst) == 0 {
                    std::future::pending::<()>().await;
                }
                Ok(Credentials::new("key", "hush"))
            })
        }
    }
    let provider = Refreshing::new(StuckOnce::default());
    let impatient = tokio::time::timeout(Duration::from_millis(5), provider.credentials()).await;
    assert!(impatient.is_err());
    assert_eq!(id_of(&provider).await, "key");
}
