//! Connections: straight, or through the proxy that the environment names.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper::http::uri::Scheme;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::Intercept;
use rustls::ClientConfig;
use tower_service::Service;

use super::super::timer;
use super::connect_error::{ConnectError, Failure};
use super::proxies::Proxies;

/// Makes connections. Clones share what they are made with.
#[derive(Clone)]
pub(super) struct Connector {
    straight: HttpsConnector<HttpConnector>,
    tls: Arc<ClientConfig>,
    proxies: Arc<Proxies>,
}

impl Connector {
    pub(super) fn new(tls: ClientConfig, proxies: Proxies) -> Self {
        let mut tcp = HttpConnector::new();
        // TLS is a matter of the layer around it.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        tcp.set_keepalive(Some(KEEP_ALIVE));
        tcp.set_keepalive_interval(Some(KEEP_ALIVE));
        tcp.set_keepalive_retries(Some(3));
        let tls = Arc::new(tls);
        Self { straight: HttpsConnector::from((tcp, Arc::clone(&tls))), tls, proxies: Arc::new(proxies) }
    }

    /// The proxy between here and there.
    pub(super) fn proxy(&self, to: &Uri) -> Result<Option<&Intercept>, Failure> {
        self.proxies.on_the_way(to)
    }

    async fn connect(mut self, to: Uri) -> Result<Stream, Failure> {
        let Some(proxy) = self.proxy(&to)?.cloned() else {
            return self.straight.call(to).await.map(Stream::new).map_err(ConnectError::of);
        };
        let address = proxy.uri().clone();
        let shown = format!(
            "{}://{}",
            address.scheme_str().unwrap_or_default(),
            proxy.uri().authority().map_or("", |authority| authority.as_str())
        );
        if to.scheme() != Some(&Scheme::HTTPS) {
            // The proxy reads the request itself, and wants the whole address in it.
            let connected = self
                .straight
                .call(address)
                .await
                .map_err(|failure| ConnectError::of_proxy(&shown, &failure))?;
            return Ok(Stream { names_host: true, ..Stream::new(connected) });
        }
        let mut tunnel = Tunnel::new(address, self.straight);
        if let Some(key) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(key.clone());
        }
        let connected = HttpsConnector::from((tunnel, self.tls)).call(to).await;
        connected.map(Stream::new).map_err(|failure| {
            // TLS inside of the tunnel fails with nothing but this; what else fails is the tunnel.
            if failure.is::<io::Error>() {
                ConnectError::of(failure)
            } else {
                ConnectError::of_proxy(&shown, &failure)
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
        let connecting = self.clone().connect(to);
        Box::pin(async {
            timer::timeout(CONNECT_TIMEOUT, driven(connecting))?.await.unwrap_or_else(|_| {
                let message = format!("no connection within {} s", CONNECT_TIMEOUT.as_secs());
                Err(io::Error::new(io::ErrorKind::TimedOut, message).into())
            })
        })
    }
}

/// Without its driver Tokio panics where a connection begins, before anything is sent; here that is an error.
async fn driven(connecting: impl Future<Output = Result<Stream, Failure>>) -> Result<Stream, Failure> {
    let mut connecting = pin!(connecting);
    poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| connecting.as_mut().poll(cx))).unwrap_or_else(|panic| {
            let words = panic.downcast_ref::<&str>().copied();
            let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            match words {
                Some(words) if words.contains("IO is disabled") => Poll::Ready(Err(NoDriver.into())),
                _ => resume_unwind(panic),
            }
        })
    })
    .await
}

/// The runtime makes no connections.
#[derive(Debug)]
pub(super) struct NoDriver;

impl fmt::Display for NoDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this Tokio runtime has no I/O: build it with enable_io() or enable_all()")
    }
}

impl StdError for NoDriver {}

/// A connection, whatever it is made of.
pub(super) struct Stream {
    io: Box<dyn Io>,
    names_host: bool,
}

trait Io: Read + Write + Send + Unpin {}

impl<T: Read + Write + Send + Unpin> Io for T {}

impl Stream {
    fn new(io: impl Io + 'static) -> Self {
        Self { io: Box::new(io), names_host: false }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.names_host)
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, parts)
    }
}

/// As in all official SDKs. It covers proxy and TLS too.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How soon a peer that has vanished is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
