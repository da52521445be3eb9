//! Connections: straight, or through a proxy.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper::http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::Intercept;
use tower_service::Service;

use super::super::driver::driven;
use super::super::timer;
use super::config::Config;
use super::connect_error::{ConnectError, Failure};
use super::proxies::Proxies;
use super::stream::Stream;
use super::tls::Tls;

/// Makes connections. Clones share what they are made with.
#[derive(Clone)]
pub(super) struct Connector {
    tls: Tls,
    proxies: Arc<Proxies>,
    timeout: Duration,
    /// Whether the authorities of this machine aren't trusted.
    only_added: bool,
}

impl Connector {
    /// For calls over HTTPS, or for calls over plain HTTP, which needs no TLS but to a proxy.
    pub(super) fn new(config: &Config, https: bool) -> Result<Self, Failure> {
        let mut tcp = HttpConnector::new();
        // TLS is a matter of the layer around it.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(config.connect_timeout));
        tcp.set_local_address(config.local_address);
        tcp.set_keepalive(Some(KEEP_ALIVE));
        tcp.set_keepalive_interval(Some(KEEP_ALIVE));
        tcp.set_keepalive_retries(Some(3));
        let proxies = Proxies::new(&config.proxy);
        let tls = Tls::new(tcp, &config.tls, https || proxies.plain_needs_tls())?;
        Ok(Self {
            tls,
            proxies: Arc::new(proxies),
            timeout: config.connect_timeout,
            only_added: config.tls.trusts_only_added(),
        })
    }

    /// The proxy between here and there.
    pub(super) fn proxy(&self, to: &Uri) -> Result<Option<&Intercept>, Failure> {
        self.proxies.on_the_way(to)
    }

    async fn connect(mut self, to: Uri) -> Result<Stream, Failure> {
        let only_added = self.only_added;
        let Some(proxy) = self.proxy(&to)?.cloned() else {
            return self.tls.connect(to).await.map_err(|failure| ConnectError::of(failure, only_added));
        };
        let address = proxy.uri().clone();
        let shown = format!(
            "{}://{}",
            address.scheme_str().unwrap_or_default(),
            proxy.uri().authority().map_or("", |authority| authority.as_str())
        );
        if to.scheme() != Some(&Scheme::HTTPS) {
            let connected = self.tls.connect_to_proxy(address).await;
            return connected
                .map(Stream::through_proxy)
                .map_err(|failure| ConnectError::of_proxy(&shown, &failure, only_added));
        }
        self.tls.connect_through(&proxy, to).await.map_err(|failure| {
            // TLS inside of the tunnel fails with nothing but this; what else fails is the tunnel.
            if failure.is::<io::Error>() {
                ConnectError::of(failure, only_added)
            } else {
                ConnectError::of_proxy(&shown, &failure, only_added)
            }
        })
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, Failure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let limit = self.timeout;
        let connecting = self.clone().connect(to);
        Box::pin(async move {
            let Ok(connected) = timer::timeout(limit, driven(connecting))?.await else {
                let message = match limit.subsec_millis() {
                    0 => format!("no connection within {} s", limit.as_secs()),
                    _ => format!("no connection within {} ms", limit.as_millis()),
                };
                return Err(io::Error::new(io::ErrorKind::TimedOut, message).into());
            };
            connected?
        })
    }
}

/// How soon a peer that has vanished is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
