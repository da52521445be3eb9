//! An exchange as a service of tower, and a service as an exchange. Nothing outside of this file and of `http/` knows tower's trait.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::Mutex;
use tower_service::Service;

use super::exchange::{AttemptMark, Exchange, ExchangeError, ExchangeFuture, HttpRequest};
use super::timer;
use crate::Answer;

/// An [`Exchange`] as a service of tower, for layers to be put around. Clones share the exchange.
///
/// What layers make of it becomes an exchange again by [`ServiceExchange`]. A service passes on requests and nothing else: if this
/// exchange is a recorder or a replay, give a clone of the service to [`ServiceExchange::marks_from`].
#[derive(Clone, Debug)]
pub struct ExchangeService(Arc<dyn Exchange>);

impl ExchangeService {
    /// This exchange as a service, which is always ready.
    pub fn new(exchange: impl Exchange + 'static) -> Self {
        Self(Arc::new(exchange))
    }
}

impl Service<HttpRequest> for ExchangeService {
    type Response = Answer;
    type Error = ExchangeError;
    type Future = ExchangeFuture<'static>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ExchangeError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest) -> Self::Future {
        let exchange = Arc::clone(&self.0);
        Box::pin(async move { exchange.exchange(request).await })
    }
}

/// A service of tower as an [`Exchange`]: an [`ExchangeService`] with layers around it, or an HTTP client of one's own. It need not be
/// `Clone`: requests wait in line until it is ready.
///
/// An error of the service that is an [`ExchangeError`] is taken as it is, also if layers have boxed it. Any other from `poll_ready` is
/// [`ExchangeError::NotSent`], and any other from `call` is [`ExchangeError::Broken`], since the request may have been sent by then: a
/// layer that refuses requests in `call` should map its error to [`ExchangeError::NotSent`].
///
/// Waiting in line is a part of the attempt, and a write whose attempt takes too long has an unknown outcome, wherever it was.
/// [`ServiceExchange::max_wait`] tells the two apart.
///
/// A service passes on requests only. The other methods of the exchange behind the layers ([`Exchange::attempt_mark`],
/// [`Exchange::deployment_token`], [`Exchange::is_time_over`]) are asked if [`ServiceExchange::marks_from`] names it, which a recorder or a
/// replay needs.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use sae_transport::client::{Caller, ExchangeService, Http, ServiceExchange};
/// use tower::ServiceBuilder;
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let limited = ServiceBuilder::new()
///     .rate_limit(50, Duration::from_secs(1))
///     .concurrency_limit(8)
///     .service(ExchangeService::new(Http::new()));
/// let exchange = ServiceExchange::new(limited).max_wait(Duration::from_secs(10));
/// let caller = Caller::new(Arc::new(exchange));
/// # drop(caller);
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct ServiceExchange<S> {
    service: Mutex<S>,
    max_wait: Option<Duration>,
    marks: Option<ExchangeService>,
}

impl<S> ServiceExchange<S> {
    /// This service as an exchange.
    pub fn new(service: S) -> Self {
        Self { service: Mutex::new(service), max_wait: None, marks: None }
    }

    /// How long a request waits for the service to be ready for it. After that nothing was sent ([`ExchangeError::NotSent`]), and the
    /// call makes another attempt if it has any left. As long as the attempt may take unless set; should be less than that.
    #[must_use]
    pub fn max_wait(mut self, limit: Duration) -> Self {
        self.max_wait = Some(limit);
        self
    }

    /// Asks this exchange for attempt marks, for tokens of deployments and for ends of waits: the one behind the layers, if it records
    /// or replays calls. Without it the client makes all of these up, and a replay has no answer to what was never recorded.
    ///
    /// ```
    /// use sae_transport::client::{Exchange, ExchangeService, ServiceExchange};
    /// use tower::ServiceBuilder;
    ///
    /// fn limited(replay: impl Exchange + 'static) -> impl Exchange {
    ///     let innermost = ExchangeService::new(replay);
    ///     let layers = ServiceBuilder::new().concurrency_limit(8).service(innermost.clone());
    ///     ServiceExchange::new(layers).marks_from(innermost)
    /// }
    /// ```
    #[must_use]
    pub fn marks_from(mut self, innermost: ExchangeService) -> Self {
        self.marks = Some(innermost);
        self
    }
}

impl<S> Exchange for ServiceExchange<S>
where
    S: Service<HttpRequest, Response = Answer> + Send,
    S::Error: Into<Failure>,
    S::Future: Send,
{
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        Box::pin(async move {
            let ready = async {
                // Held while waiting: a service knows only the last of those who ask whether it is ready.
                let mut service = self.service.lock().await;
                poll_fn(|cx| service.poll_ready(cx)).await.map(|()| service)
            };
            let ready = match self.max_wait {
                None => ready.await,
                Some(limit) => {
                    let ready = timer::timeout(limit, ready)
                        .map_err(|missing| ExchangeError::Unsendable(missing.into()))?;
                    ready.await.map_err(|_| ExchangeError::NotSent(Box::new(NotReady(limit))))?
                }
            };
            let mut service = ready.map_err(|error| sorted(error.into(), ExchangeError::NotSent))?;
            let answer = service.call(request);
            drop(service);
            answer.await.map_err(|error| {
                sorted(error.into(), |source| ExchangeError::Broken { source, partial: None })
            })
        })
    }

    fn attempt_mark(&self, operation: &str, mark: AttemptMark) -> AttemptMark {
        match &self.marks {
            Some(ExchangeService(exchange)) => exchange.attempt_mark(operation, mark),
            None => mark,
        }
    }

    fn deployment_token(&self, application: &str, token: String) -> String {
        match &self.marks {
            Some(ExchangeService(exchange)) => exchange.deployment_token(application, token),
            None => token,
        }
    }

    fn is_time_over(&self, wait: &str, is_over: bool) -> bool {
        match &self.marks {
            Some(ExchangeService(exchange)) => exchange.is_time_over(wait, is_over),
            None => is_over,
        }
    }
}

impl<S> fmt::Debug for ServiceExchange<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceExchange").field("max_wait", &self.max_wait).finish_non_exhaustive()
    }
}

fn sorted(error: Failure, otherwise: impl Fn(Failure) -> ExchangeError) -> ExchangeError {
    match error.downcast() {
        Ok(error) => *error,
        Err(error) => otherwise(error),
    }
}

/// The service let nothing pass for so long.
#[derive(Debug)]
struct NotReady(Duration);

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the layers before HTTP let no request pass within {:?}", self.0)
    }
}

impl StdError for NotReady {}

type Failure = Box<dyn StdError + Send + Sync>;
