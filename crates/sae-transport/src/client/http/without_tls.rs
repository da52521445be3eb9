//! In place of TLS, where the feature `tls` is off: plain HTTP alone.

use hyper::Uri;
use hyper::http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::proxy::matcher::Intercept;
use tower_service::Service as _;

use super::connect_error::{ConnectError, Failure};
use super::stream::Stream;

/// Nothing to set.
#[derive(Debug, Default)]
pub(super) struct TlsSettings {}

impl TlsSettings {
    #[expect(clippy::unused_self, reason = "with TLS it is a setting")]
    pub(super) fn trusts_only_added(&self) -> bool {
        false
    }
}

/// Connections without TLS.
#[derive(Clone)]
pub(super) struct Tls(HttpConnector);

impl Tls {
    /// Fails if TLS is needed.
    pub(super) fn new(tcp: HttpConnector, _: &TlsSettings, is_used: bool) -> Result<Self, Failure> {
        if is_used { Err(missing()) } else { Ok(Self(tcp)) }
    }

    /// A connection to there.
    pub(super) async fn connect(&mut self, to: Uri) -> Result<Stream, Failure> {
        if to.scheme() != Some(&Scheme::HTTP) {
            return Err(missing());
        }
        Ok(Stream::new(self.0.call(to).await?))
    }

    /// A connection to a proxy that reads requests itself.
    pub(super) async fn connect_to_proxy(&mut self, address: Uri) -> Result<Stream, Failure> {
        self.connect(address).await
    }

    /// A tunnel is for TLS, without which there is no connection to there.
    pub(super) async fn connect_through(mut self, _: &Intercept, to: Uri) -> Result<Stream, Failure> {
        self.connect(to).await
    }
}

fn missing() -> Failure {
    ConnectError::new("this program is built without TLS: HTTPS needs the feature `tls` of the crate sae")
        .into()
}

#[cfg(test)]
mod tests {
    use crate::client::{Exchange as _, ExchangeError, Http, HttpRequest};
    use crate::{ErrorKind, Method};

    #[test]
    fn https_is_refused_by_name() {
        let http = Http::new();
        let mut exchange = http.exchange(HttpRequest::new(Method::Get, "https://sae.example.invalid/"));
        let waker = std::task::Waker::noop();
        let std::task::Poll::Ready(Err(ExchangeError::Unsendable(cause))) =
            exchange.as_mut().poll(&mut std::task::Context::from_waker(waker))
        else {
            unreachable!("it is refused before anything is done")
        };
        assert!(cause.to_string().contains("the feature `tls`"), "{cause}");
    }

    #[test]
    fn a_proxy_over_tls_is_refused_by_name() {
        let error = Http::builder().proxy("https://user:hush@proxy").build().map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.message().contains("the feature `tls`"), "{error}");
    }
}
