//! Submits a deployment: looks it up, sends it, and searches for it when its answer is lost.

use std::pin::Pin;
use std::time::Duration;

use sae_models::sae::DeployApplication;
use sae_transport::client::{RetryEvent, RetryPolicy, jittered};
use sae_transport::text::{redact_url, redact_urls};
use sae_transport::{Effect, Error, ErrorKind, Operation as _, Retry};
use tokio::time::Instant;

use super::turn::Turn;
use super::{Deploy, DeployEvent, Deployment, Lookup, Token, lookup};
use crate::change_order::ChangeOrder;
use crate::client::{CallOptions, trace};

impl IntoFuture for Deploy {
    type Output = Result<ChangeOrder, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(trace::deploy(submit(self)))
    }
}

/// Submits a deployment, or adopts the existing one with its token.
async fn submit(mut deploy: Deploy) -> Result<ChangeOrder, Error> {
    let is_shared = deploy.token.is_some() && !deploy.is_fresh;
    let random = || deploy.client.deployment_token(&deploy.request.app_id, Token::random().as_str());
    let token = Token::new(deploy.token.clone().unwrap_or_else(random))?;
    let source = source(&deploy.request);
    let said = deploy.request.change_order_desc.take().filter(|text| !text.is_empty());
    let said = said.or_else(|| source.clone()).unwrap_or_default();
    deploy.request.change_order_desc = Some(token.append_to(&said));
    let mut submission = Submission { deploy, token, source, is_shared, former: None };
    if is_shared && submission.deploy.retry_failed {
        submission.former = submission.failed().await?;
    }
    submission.run().await
}

struct Submission {
    deploy: Deploy,
    token: Token,
    /// The image or package, in words.
    source: Option<String>,
    /// Whether others may deploy with the same token.
    is_shared: bool,
    /// The failed deployment that is submitted anew.
    former: Option<String>,
}

/// The result of sending it once.
enum Sent {
    Accepted(ChangeOrder),
    /// Accepted, but the answer names no change order.
    Unnamed(Error),
    Failed(Error),
}

/// What is searched for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// A deployment that may have been accepted.
    Outcome,
    /// A deployment of another caller, which may be why this one was refused.
    Refusal,
}

/// The result of all look-ups.
enum Search {
    Found(Box<Deployment>),
    /// There is none and can't be one any more.
    Absent,
    /// There may be one.
    Unclear,
}

impl Submission {
    async fn run(self) -> Result<ChangeOrder, Error> {
        let mut lost = 0;
        let mut attempts = 0;
        let mut waits = Waits::new(&self.deploy);
        loop {
            let turn = if self.is_shared {
                Some(Turn::of(&self.deploy.request.app_id, &self.token).await)
            } else {
                None
            };
            // Nothing that waits may come between this look and the sending.
            if (self.is_shared || lost > 0)
                && let Some(found) = self.look().await?.latest
            {
                return self.adopt(found);
            }
            let (error, is_unnamed) = match self.send().await {
                Sent::Accepted(order) => {
                    self.look_for_duplicate(&order).await;
                    return Ok(order);
                }
                Sent::Unnamed(error) => (error, true),
                Sent::Failed(error) => (error, false),
            };
            attempts += error.attempts();
            let is_lost = error.is_outcome_unknown();
            if is_lost || is_unnamed || lost > 0 {
                lost += u32::from(is_lost);
                match self.search(&error, Doubt::Outcome).await {
                    Search::Found(found) => return self.adopt(*found),
                    Search::Absent if is_lost && lost < SENDS => continue,
                    Search::Absent | Search::Unclear => return Err(error),
                }
            }
            // A refusal for certain.
            if self.is_shared
                && error.is_busy()
                && let Search::Found(found) = self.search(&error, Doubt::Refusal).await
            {
                return self.adopt(*found);
            }
            drop(turn);
            let is_over = |is_over| self.is_over("deploy", is_over);
            let Some(next) = waits.next(&error, self.is_shared, &is_over) else { return Err(error) };
            self.tell_refused(&error, attempts, &next);
            tokio::time::sleep(next.wait).await;
        }
    }

    /// Tells the observer of the deployment and the function of the client that it is sent again.
    fn tell_refused(&self, error: &Error, attempts: u32, next: &Next) {
        self.deploy.tell(DeployEvent::Refused { error, wait: next.wait, left: next.left });
        if let Some(on_retry) = &self.deploy.client.settings().on_retry {
            let operation = DeployApplication::DESCRIPTION.name;
            let mut event = RetryEvent::new(operation, error, next.wait, next.left);
            event.attempt = attempts;
            event.attempts_left = next.attempts_left;
            on_retry.tell(&event);
        }
    }

    async fn send(&self) -> Sent {
        // What is sent again, and when, is decided here, where each sending has its look.
        let options = CallOptions::new().wait_while_busy(Duration::ZERO);
        let options = if self.is_shared { options.max_attempts(1) } else { options };
        match self.deploy.client.with_options(options).send_ref(&self.deploy.request).await {
            Ok(reply) => {
                match ChangeOrder::started(self.deploy.client.clone(), &self.deploy.request, reply) {
                    Ok(order) => Sent::Accepted(order),
                    Err(error) => Sent::Unnamed(error),
                }
            }
            Err(error) => Sent::Failed(error),
        }
    }

    /// Searches until the result is certain, or the time is over.
    async fn search(&self, why: &Error, doubt: Doubt) -> Search {
        let deadline = later(self.deploy.timeout);
        let settle = match doubt {
            Doubt::Outcome => self.deploy.settle,
            Doubt::Refusal => self.deploy.settle.min(LISTED),
        };
        let mut settled = later(settle);
        let mut failed = None;
        loop {
            match self.look().await {
                Ok(Lookup { latest: Some(found), .. }) => return Search::Found(Box::new(found)),
                // The one that is active is what this one was refused for.
                Ok(Lookup { is_busy: true, .. }) if doubt == Doubt::Refusal => return Search::Absent,
                // Nothing can be said before the other change order is over.
                Ok(Lookup { is_busy: true, .. }) => settled = later(settle),
                Ok(_) if self.is_over("settle", Instant::now() >= settled) => return Search::Absent,
                Ok(_) => {}
                Err(error) if passes(&error) => {
                    settled = later(settle);
                    failed = Some(error);
                }
                Err(_) => return Search::Unclear,
            }
            let now = Instant::now();
            let left = deadline.saturating_duration_since(now);
            if self.is_over("search", left.is_zero()) {
                return Search::Unclear;
            }
            self.deploy.tell(DeployEvent::Searching {
                error: failed.as_ref().unwrap_or(why),
                settle: settled.saturating_duration_since(now),
                left,
            });
            tokio::time::sleep(self.deploy.every.min(left)).await;
        }
    }

    /// Whether a time is over, given what the clock says; a replay returns what was recorded.
    fn is_over(&self, time: &str, is_over: bool) -> bool {
        self.deploy.client.is_time_over(time, &self.deploy.request.app_id, is_over)
    }

    /// Looks it up once in all change orders of the application. A failed deployment that is submitted anew doesn't count.
    async fn look(&self) -> Result<Lookup, Error> {
        let (mut found, _) =
            lookup::read(&self.deploy.client, &self.deploy.request.app_id, Some(&self.token)).await?;
        found.latest = found.latest.filter(|it| Some(it.order.id()) != self.former.as_deref());
        Ok(found)
    }

    /// The latest deployment with the token, if it has failed.
    async fn failed(&self) -> Result<Option<String>, Error> {
        let Some(found) = self.look().await?.latest.filter(Deployment::has_failed) else { return Ok(None) };
        self.refuse_another(&found)?;
        Ok(Some(found.order.id().to_owned()))
    }

    fn adopt(&self, found: Deployment) -> Result<ChangeOrder, Error> {
        self.refuse_another(&found)?;
        self.deploy.tell(DeployEvent::Adopted { found: &found });
        Ok(found.order)
    }

    /// Refuses a token that belongs to a deployment of another image or package, which would not be deployed.
    fn refuse_another(&self, found: &Deployment) -> Result<(), Error> {
        let theirs = Some(&found.description)
            .filter(|text| text.starts_with("image: ") || text.starts_with("package: "));
        let theirs = theirs.map(|text| redact_urls(text));
        match (theirs.as_deref(), &self.source) {
            (Some(theirs), Some(ours)) if theirs != ours => {
                let message = format!(
                    "the token {} belongs to change order {}, which deployed another {theirs}; this deployment needs a token of its own",
                    self.token,
                    found.order.id()
                );
                Err(Error::new(ErrorKind::Request, message))
            }
            _ => Ok(()),
        }
    }

    /// Looks whether a deployment of another caller was accepted, too. That can't be undone, so it is only reported.
    async fn look_for_duplicate(&self, order: &ChangeOrder) {
        if !self.is_shared || self.deploy.observer.is_none() {
            return;
        }
        let app_id = &self.deploy.request.app_id;
        let former = self.former.as_deref();
        let another = lookup::another(&self.deploy.client, app_id, &self.token, order.id(), former).await;
        if let Ok(Some(other)) = another {
            self.deploy.tell(DeployEvent::Duplicate { other: &other });
        }
    }
}

/// How long and how often a refused deployment is sent again.
struct Waits {
    busy_until: Option<Instant>,
    until: Instant,
    retry: RetryPolicy,
    refusals: u32,
    faults: u32,
}

/// The next sending of a refused deployment.
struct Next {
    wait: Duration,
    /// How long the deployment is repeated from now on.
    left: Duration,
    /// How often it may be sent yet, if that is limited.
    attempts_left: Option<u32>,
}

impl Waits {
    fn new(deploy: &Deploy) -> Self {
        let settings = deploy.client.settings();
        Self {
            busy_until: deploy.wait_while_busy.or(settings.wait_while_busy).map(later),
            until: later(settings.timeouts.call),
            retry: settings.retry.clone(),
            refusals: 0,
            faults: 0,
        }
    }

    /// What follows after a refusal; nothing if the deployment isn't repeated.
    fn next(&mut self, error: &Error, is_shared: bool, is_over: &dyn Fn(bool) -> bool) -> Option<Next> {
        let (wait, until, attempts_left) = if error.is_busy() {
            self.refusals += 1;
            // At least half of it: the other change needs its time.
            (jittered(grown(BUSY, self.refusals, SLOWEST_BUSY), 0.5..1.0), self.busy_until?, None)
        } else {
            // Without a shared token the client itself repeats what may be repeated.
            self.faults += 1;
            let attempts_left = self.retry.max_attempts.saturating_sub(self.faults);
            if !is_shared || attempts_left == 0 {
                return None;
            }
            let wait = self.retry.wait_after(Effect::Write, error, self.faults - 1)?;
            (wait, self.until, Some(attempts_left))
        };
        let left = until.saturating_duration_since(Instant::now());
        let fits = if error.is_busy() { !left.is_zero() } else { wait < left };
        (!is_over(!fits)).then(|| Next { wait: wait.min(left), left, attempts_left })
    }
}

fn grown(first: Duration, times: u32, ceiling: Duration) -> Duration {
    first.saturating_mul(1 << (times - 1).min(16)).min(ceiling)
}

/// Whether a search goes on after a look that failed so. It has limits of its own, and doesn't ask the policy of the client.
fn passes(error: &Error) -> bool {
    matches!(error.retry(), Retry::Transient | Retry::Throttled)
}

fn later(wait: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(wait).unwrap_or_else(|| now + Duration::from_secs(24 * 365 * 60 * 60))
}

/// The image or package, in words. Without credentials, since more people may read descriptions than packages.
fn source(request: &DeployApplication) -> Option<String> {
    let image = request.image_url.as_ref().map(|url| format!("image: {url}"));
    image.or_else(|| request.package_url.as_ref().map(|url| format!("package: {}", redact_url(url))))
}

/// Maximum number of times that a deployment is sent, each time only if the one before certainly wasn't accepted.
const SENDS: u32 = 3;
/// How long the service may take to list an accepted change order.
const LISTED: Duration = Duration::from_secs(3);
const BUSY: Duration = Duration::from_millis(200);
const SLOWEST_BUSY: Duration = Duration::from_secs(5);
