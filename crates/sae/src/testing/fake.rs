//! A service whose answers a test scripts.

use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sae_transport::client::{Exchange, ExchangeError, ExchangeFuture, HttpRequest};
use sae_transport::{Answer, Description, Error, Operation};

use super::script_error::ScriptError;
use crate::{Builder, Client, Credentials};

/// A service whose answers a test scripts. It keeps the requests.
///
/// [`Fake::on`] scripts the answers of an operation, one for each attempt, in order. Everything else is the real client: it signs,
/// retries and reports errors as with the real service. A call without a script fails with an error that names the operation, and so
/// does [`Fake::finish`].
///
/// Clones are the same service. Waits between attempts take real time, unless the clock of the runtime is paused (`start_paused`).
///
/// ```
/// use sae::model::{DescribeNamespace, Namespace};
/// use sae::testing::Fake;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let fake = Fake::new();
/// let mut namespace = Namespace::default();
/// namespace.namespace_name = Some("Shop".to_owned());
/// fake.on::<DescribeNamespace>().data(namespace);
///
/// let answer = fake.client()?.send(DescribeNamespace::new().namespace_id("cn-hangzhou:shop")).await?.into_data()?;
/// assert_eq!(answer.namespace_name.as_deref(), Some("Shop"));
/// assert_eq!(fake.requests::<DescribeNamespace>()[0].namespace_id.as_deref(), Some("cn-hangzhou:shop"));
/// fake.finish()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Fake {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    scripts: Vec<Scripted>,
    asked: Vec<Asked>,
}

/// The remaining answers for one operation.
struct Scripted {
    description: &'static Description,
    read: fn(&HttpRequest) -> Result<Request, Error>,
    steps: VecDeque<Step>,
    /// Answers when there is no step left.
    always: Option<Step>,
}

impl Scripted {
    fn is_for(&self, description: &Description) -> bool {
        self.description.name == description.name
            && self.description.service.product == description.service.product
    }
}

/// A request as it was received.
struct Asked {
    operation: String,
    /// Nothing if the operation had no script.
    request: Option<Request>,
    answered: bool,
}

/// A typed request, whatever its type.
type Request = Arc<dyn Any + Send + Sync>;

/// Makes the body of an answer from a typed request; returns nothing for another type.
type Make = dyn Fn(&dyn Any) -> Option<String> + Send + Sync;

/// The result of one attempt.
#[derive(Clone)]
pub(super) enum Step {
    Answer(u16, String),
    /// A wrongly scripted answer, and what is wrong.
    Faulty(String),
    Made(Arc<Make>),
    NotSent,
    Broken,
    Silent,
}

impl Fake {
    /// A service without scripts: every call fails.
    pub fn new() -> Self {
        Self::default()
    }

    /// A client that calls this service.
    pub fn client(&self) -> Result<Client, Error> {
        self.builder().build()
    }

    /// The configuration of such a client, for tests with another number of attempts or another time limit.
    pub fn builder(&self) -> Builder {
        Client::builder()
            .credentials(Credentials::new("fake", "fake-secret"))
            .endpoint("http://fake.invalid")
            .exchange(Arc::new(self.clone()))
    }

    /// The requests for an operation so far, in order, one for each attempt. Requests from before the operation had a script are
    /// missing.
    pub fn requests<O: Operation + Clone + 'static>(&self) -> Vec<O> {
        let state = self.state();
        let requests =
            state.asked.iter().filter_map(|asked| asked.request.as_ref()?.downcast_ref::<O>().cloned());
        requests.collect()
    }

    /// The operations that were called so far, in order, one for each attempt.
    pub fn operations(&self) -> Vec<String> {
        self.state().asked.iter().map(|asked| asked.operation.clone()).collect()
    }

    /// Fails if a call had no answer, or if answers are left. Call it at the end of each test, since the tested code may take the error
    /// of a missing answer for one of the service.
    pub fn finish(&self) -> Result<(), ScriptError> {
        let state = self.state();
        let unanswered = state.asked.iter().filter(|asked| !asked.answered);
        ScriptError::check(
            unanswered.map(|asked| asked.operation.clone()),
            state.scripts.iter().map(|scripted| (scripted.description.name, scripted.steps.len())),
        )
    }

    /// Adds an empty script for an operation.
    pub(super) fn register<O: Operation + Default + Clone + 'static>(&self) {
        let mut state = self.state();
        if !state.scripts.iter().any(|scripted| scripted.is_for(O::DESCRIPTION)) {
            state.scripts.push(Scripted {
                description: O::DESCRIPTION,
                read: read::<O>,
                steps: VecDeque::new(),
                always: None,
            });
        }
    }

    pub(super) fn push<O: Operation>(&self, step: Step, always: bool) {
        let mut state = self.state();
        let mut scripts = state.scripts.iter_mut();
        let Some(scripted) = scripts.find(|scripted| scripted.is_for(O::DESCRIPTION)) else { return };
        if always {
            scripted.always = Some(step);
        } else {
            scripted.steps.push_back(step);
        }
    }

    /// A thread that panicked while it held the lock left no half-finished change.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next step of the script for a request, and notes the request.
    fn take(&self, request: &HttpRequest) -> Result<(Step, Request, usize), String> {
        let mut state = self.state();
        let State { scripts, asked } = &mut *state;
        let operation = request.operation().unwrap_or_default().to_owned();
        let before = asked.iter().filter(|asked| asked.operation == operation).count();
        let number = asked.len() + 1;
        let mut outcome = Err(format!(
            "the fake has no script for {operation}: write one with on::<{operation}>() before it is called"
        ));
        let mut typed = None;
        if let Some(scripted) = scripts.iter_mut().find(|scripted| request.is_for(scripted.description)) {
            match (scripted.read)(request) {
                Err(error) => outcome = Err(error.message().to_owned()),
                Ok(request) => {
                    typed = Some(Arc::clone(&request));
                    let step = scripted.steps.pop_front().or_else(|| scripted.always.clone());
                    outcome = step.map(|step| (step, request, number)).ok_or_else(|| {
                        format!(
                            "the script of the fake for {operation} is at its end: this is attempt {}, and {before} \
                             were answered",
                            before + 1
                        )
                    });
                }
            }
        }
        asked.push(Asked { operation, request: typed, answered: outcome.is_ok() });
        outcome
    }
}

impl Exchange for Fake {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        Box::pin(async move {
            let (step, request, number) = self.take(&request).map_err(ExchangeError::Unexpected)?;
            let headers = || vec![("x-acs-request-id".to_owned(), format!("fake-{number}"))];
            match step {
                Step::Answer(status, body) => Ok(Answer::new(status, headers(), body.into_bytes())),
                Step::Faulty(why) => Err(ExchangeError::Unexpected(why)),
                Step::Made(make) => {
                    let body = make(&*request).unwrap_or_default();
                    Ok(Answer::new(200, headers(), body.into_bytes()))
                }
                Step::NotSent => Err(ExchangeError::NotSent("the fake takes no connection".into())),
                Step::Broken => {
                    let source = "the fake dropped the connection after it had the request".into();
                    Err(ExchangeError::Broken { source, partial: None })
                }
                Step::Silent => std::future::pending().await,
            }
        })
    }
}

fn read<O: Operation + Default + 'static>(request: &HttpRequest) -> Result<Request, Error> {
    let mut typed = O::default();
    request.read(O::DESCRIPTION, &mut typed)?;
    Ok(Arc::new(typed))
}

/// Only names and numbers, because requests may contain secrets.
impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let left = state.scripts.iter().map(|scripted| (scripted.description.name, scripted.steps.len()));
        f.debug_struct("Fake")
            .field("left", &left.collect::<Vec<_>>())
            .field("asked", &state.asked.len())
            .finish_non_exhaustive()
    }
}
