//! Counts HTTP calls.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sae::transport::{Exchange, ExchangeFuture, Http, HttpRequest};

/// Real HTTP, with a tally of calls and time for each operation.
#[derive(Debug)]
pub struct Counted {
    http: Http,
    calls: Mutex<BTreeMap<String, Tally>>,
}

/// How often an operation was called, and how long that took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub calls: u32,
    pub time: Duration,
}

impl Counted {
    pub fn new() -> Self {
        Self { http: Http::new(), calls: Mutex::default() }
    }

    pub fn calls(&self) -> BTreeMap<String, Tally> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Exchange for Counted {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        Box::pin(async move {
            let action = request.headers.iter().find(|(name, _)| name == "x-acs-action");
            let action = action.map(|(_, value)| value.to_string()).unwrap_or_default();
            let started = Instant::now();
            let answer = self.http.exchange(request).await;
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            let tally = calls.entry(action).or_default();
            tally.calls += 1;
            tally.time += started.elapsed();
            answer
        })
    }
}
