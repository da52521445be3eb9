//! Applies a plan: one change after the other, until one fails.

use std::fmt;
use std::time::Duration;

use sae::Client;
use sae::change_order::{ChangeOrder, Diagnosis, Outcome, Snapshot};
use sae::transport::HasData as _;

use crate::change::Change;
use crate::error::Error;
use crate::plan::Plan;
use crate::steps::Step;

/// What happens while a plan is applied.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A change begins.
    Change(&'a Change),
    /// The change order of the present change has this state.
    Snapshot(&'a Snapshot),
}

/// A line without secrets and control characters.
impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Change(change) => change.fmt(f),
            Self::Snapshot(snapshot) => snapshot.fmt(f),
        }
    }
}

/// Waits for change orders while a plan is applied.
pub trait Waiter {
    /// Why a change failed: a call, or waiting for its change order.
    type Error: From<sae::Error>;

    /// A change begins.
    fn begin(&mut self, change: &Change);

    /// Waits until the change order has succeeded. An error ends the application of the plan.
    fn wait(&mut self, order: &ChangeOrder) -> impl Future<Output = Result<(), Self::Error>>;
}

impl Plan {
    /// Makes the changes one after the other, waits for each change order, and stops at the first failure. Tells `show` what happens.
    /// Waits without a limit, except for a change order that is stuck and a service that doesn't answer: see
    /// [`Wait`](sae::change_order::Wait).
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if a change can't be made; nothing is changed then. Failures of changes are in the result.
    pub async fn apply(
        self,
        client: &Client,
        show: impl FnMut(Event<'_>),
    ) -> Result<Applied<WaitError>, Error> {
        self.apply_with(client, &mut Shown(show)).await
    }

    /// Like [`Plan::apply`], but `waiter` waits for change orders.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if a change can't be made; nothing is changed then. Failures of changes are in the result.
    pub async fn apply_with<W: Waiter>(
        self,
        client: &Client,
        waiter: &mut W,
    ) -> Result<Applied<W::Error>, Error> {
        self.check()?;
        let mut applied = Applied { done: Vec::new(), failed: None, not_done: Vec::new() };
        let mut changes = self.changes.into_iter();
        for mut change in changes.by_ref() {
            waiter.begin(&change);
            let steps = std::mem::take(&mut change.steps);
            match made(client, steps, waiter).await {
                Ok(()) => applied.done.push(change),
                Err((operation, is_partly_done, error)) => {
                    applied.failed = Some(Box::new(ChangeError { change, operation, is_partly_done, error }));
                    break;
                }
            }
        }
        applied.not_done.extend(changes);
        Ok(applied)
    }
}

/// How far a plan was applied.
#[derive(Debug)]
#[must_use = "a failed change is in it: call success()"]
#[non_exhaustive]
pub struct Applied<E> {
    /// The changes that are made, in order.
    pub done: Vec<Change>,
    /// The change that failed.
    pub failed: Option<Box<ChangeError<E>>>,
    /// The changes after it, which weren't begun.
    pub not_done: Vec<Change>,
}

impl<E> Applied<E> {
    /// The changes that are made, or the one that failed; then [`Applied::done`] and [`Applied::not_done`] aren't returned.
    ///
    /// # Errors
    ///
    /// The change that failed, and why.
    pub fn success(self) -> Result<Vec<Change>, Box<ChangeError<E>>> {
        match self.failed {
            None => Ok(self.done),
            Some(failed) => Err(failed),
        }
    }
}

/// A change that failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct ChangeError<E> {
    /// The change.
    pub change: Change,
    /// The operation that failed, or whose change order did.
    pub operation: &'static str,
    /// Whether any operation of the change was accepted before the failure.
    pub is_partly_done: bool,
    /// Why.
    pub error: E,
}

impl<E: fmt::Display> fmt::Display for ChangeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.change, self.operation, self.error)
    }
}

impl<E: std::error::Error> std::error::Error for ChangeError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

/// Why a change failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError {
    /// A call failed.
    Call(Box<sae::Error>),
    /// The change order didn't succeed.
    Ended(Box<Diagnosis>),
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Ended(diagnosis) => diagnosis.fmt(f),
        }
    }
}

impl std::error::Error for WaitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call(error) => error.source(),
            Self::Ended(_) => None,
        }
    }
}

impl From<sae::Error> for WaitError {
    fn from(error: sae::Error) -> Self {
        Self::Call(Box::new(error))
    }
}

/// Waits for change orders, and tells a function what happens.
struct Shown<F>(F);

impl<F: FnMut(Event<'_>)> Waiter for Shown<F> {
    type Error = WaitError;

    fn begin(&mut self, change: &Change) {
        (self.0)(Event::Change(change));
    }

    async fn wait(&mut self, order: &ChangeOrder) -> Result<(), WaitError> {
        let mut progress = order.progress();
        while let Some(snapshot) = progress.next().await {
            let snapshot = snapshot?;
            (self.0)(Event::Snapshot(&snapshot));
            if snapshot.is_stuck {
                match stuck(order).await? {
                    Some(diagnosis) => return Err(WaitError::Ended(diagnosis)),
                    // It recovers: its patience starts anew.
                    None => progress = order.progress(),
                }
            }
        }
        // It is over; its rollback, if there is one, may take as long as it wants.
        let finished = order.wait().timeout(Duration::MAX).await?;
        finished.success().map(drop).map_err(WaitError::Ended)
    }
}

/// Looks at a change order whose patience is over; nothing if it isn't stuck any more.
async fn stuck(order: &ChangeOrder) -> Result<Option<Box<Diagnosis>>, sae::Error> {
    let mut look = order.follow().patience(Duration::ZERO);
    // Faults that pass are waited out.
    while let Some(snapshot) = look.next().await {
        if snapshot?.fault.is_none() {
            break;
        }
    }
    let finished = look.finished().await.filter(|finished| finished.outcome == Outcome::Stuck);
    Ok(finished.and_then(|finished| finished.diagnosis))
}

/// Makes the steps of a change. The error has the operation, and whether any was accepted before.
async fn made<W: Waiter>(
    client: &Client,
    steps: Vec<Step>,
    waiter: &mut W,
) -> Result<(), (&'static str, bool, W::Error)> {
    // The ID of an application that an earlier step created.
    let mut app = None;
    let mut is_partly_done = false;
    for step in steps {
        let operation = step.operation();
        let sent = sent(client, step, &mut app).await;
        let order = sent.map_err(|error| (operation, is_partly_done, error.into()))?;
        is_partly_done = true;
        if let Some(order) = order {
            waiter.wait(&order).await.map_err(|error| (operation, is_partly_done, error))?;
        }
    }
    Ok(())
}

/// Sends one call and returns the change order that it started, if any.
async fn sent(
    client: &Client,
    step: Step,
    app: &mut Option<String>,
) -> Result<Option<ChangeOrder>, sae::Error> {
    let or_made = |id: &mut String| {
        if let (true, Some(app)) = (id.is_empty(), app.as_deref()) {
            app.clone_into(id);
        }
    };
    Ok(match step {
        Step::CreateNamespace(request) => {
            client.send(request).await?;
            None
        }
        Step::UpdateNamespace(request) => {
            client.send(request).await?;
            None
        }
        Step::Describe(request) => {
            client.send(request).await?;
            None
        }
        Step::Follow(order) => Some(client.change_order(order)),
        Step::Create(request) => {
            let reply = client.send(*request).await?;
            let made = reply.output.data().cloned().unwrap_or_default();
            *app = made.app_id;
            made.change_order_id.filter(|id| !id.is_empty()).map(|id| client.change_order(id))
        }
        Step::Deploy(mut request) => {
            or_made(&mut request.app_id);
            Some(client.deploy(*request).await?)
        }
        Step::Bind(mut request) => {
            or_made(&mut request.app_id);
            Some(client.submit(request).await?)
        }
        Step::Unbind(request) => Some(client.submit(request).await?),
        Step::Resize(request) => Some(client.submit(request).await?),
        Step::Rescale(request) => Some(client.submit(request).await?),
        Step::Start(request) => Some(client.submit(request).await?),
        Step::Delete(request) => Some(client.submit(request).await?),
    })
}
