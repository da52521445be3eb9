//! The HTTP client, configured in code.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::config::Config;
use super::proxies::{self, ProxyChoice};
#[cfg(feature = "tls")]
use super::tls::{Roots, TlsSettings};
use super::{Http, Shared};
use crate::{Error, ErrorKind};

/// Configuration of an [`Http`].
///
/// ```
/// use std::time::Duration;
/// use sae_transport::client::Http;
///
/// let http = Http::builder()
///     .proxy("http://user:password@proxy.example.com:3128")
///     .connect_timeout(Duration::from_secs(2))
///     .max_idle_per_host(8)
///     .build()?;
/// # drop(http);
/// # Ok::<(), sae_transport::Error>(())
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct HttpBuilder {
    #[cfg(feature = "tls")]
    roots: Roots,
    #[cfg(feature = "tls")]
    authorities: Vec<Vec<u8>>,
    /// The chain and the key.
    #[cfg(feature = "tls")]
    identity: Option<(Vec<u8>, Vec<u8>)>,
    #[cfg(feature = "http2")]
    http2: bool,
    proxy: Proxy,
    connect_timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
    max_idle_per_host: Option<usize>,
    local_address: Option<IpAddr>,
    max_body: Option<usize>,
}

#[derive(Clone, Default)]
enum Proxy {
    #[default]
    Environment,
    None,
    At(String),
}

impl Http {
    /// Configures HTTP in code.
    pub fn builder() -> HttpBuilder {
        HttpBuilder::default()
    }
}

impl HttpBuilder {
    /// Also trusts these authorities: one or more certificates in PEM. Can be called several times.
    #[cfg(feature = "tls")]
    pub fn ca_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities.push(pem.into());
        self
    }

    /// Which authorities are trusted besides those of [`HttpBuilder::ca_certificates`]. [`Roots::System`] unless set.
    #[cfg(feature = "tls")]
    pub fn roots(mut self, roots: Roots) -> Self {
        self.roots = roots;
        self
    }

    /// Shows this certificate to servers that ask for one (mutual TLS): the client's certificate, followed by those between it and the
    /// authority if there are any, and its private key, both in PEM. The key is in PKCS#8, PKCS#1 or SEC1, and not encrypted. A proxy is
    /// never shown it.
    #[cfg(feature = "tls")]
    pub fn client_certificate(mut self, chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.identity = Some((chain.into(), key.into()));
        self
    }

    /// Offers HTTP/2 to servers over TLS, by ALPN; those that don't take it are spoken to in HTTP/1.1. Not offered
    /// unless set.
    ///
    /// Calls share a connection of HTTP/2. One that is silent for 15 seconds while a call waits is pinged, and given up if no answer
    /// comes within 5 seconds: its calls fail as on any connection that breaks.
    #[cfg(feature = "http2")]
    pub fn http2(mut self, offered: bool) -> Self {
        self.http2 = offered;
        self
    }

    /// The proxy: `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`, or either with `https`. In user and password `/` is written
    /// `%2F`, `?` `%3F`, `#` `%23` and `@` `%40`.
    ///
    /// The environment is not asked then, `NO_PROXY` included. As with a proxy from the environment, addresses of this machine and the
    /// instance metadata of the cloud are called directly.
    pub fn proxy(mut self, address: impl Into<String>) -> Self {
        self.proxy = Proxy::At(address.into());
        self
    }

    /// Connects directly, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxy::None;
        self
    }

    /// How long a connection may take to be made, with TLS and through a proxy. 5 seconds unless set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// How long a connection is kept that nobody uses. 10 seconds unless set, less than any gateway is likely to keep it: the outcome
    /// of a write that crosses with the end of its connection is unknown. More than a year is a year.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = Some(timeout);
        self
    }

    /// How many unused connections are kept for each host. Unlimited unless set; with 0 each request gets a connection of its own.
    pub fn max_idle_per_host(mut self, connections: usize) -> Self {
        self.max_idle_per_host = Some(connections);
        self
    }

    /// The address of this machine that connections are made from. The operating system chooses unless set.
    pub fn local_address(mut self, address: IpAddr) -> Self {
        self.local_address = Some(address);
        self
    }

    /// Refuses answers whose body is larger than this, in bytes. 32 MiB unless set.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }

    /// Makes the client. No connection is made yet, and the certificates of the operating system are read when the first request over
    /// HTTPS is sent.
    ///
    /// Fails with [`ErrorKind::Config`] if a certificate or a key can't be read, if the key is another than that of the certificate, or
    /// if the address of the proxy can't be used. The error quotes none of them.
    pub fn build(self) -> Result<Http, Error> {
        let refused = |why: String| Error::new(ErrorKind::Config, why);
        let default = Config::default();
        let proxy = match &self.proxy {
            Proxy::Environment => ProxyChoice::Environment,
            Proxy::None => ProxyChoice::Code(None),
            Proxy::At(address) => {
                let proxy = proxies::in_code(address).map_err(|why| refused(format!("proxy: {why}")))?;
                ProxyChoice::Code(Some(proxy))
            }
        };
        #[cfg(feature = "tls")]
        let tls =
            TlsSettings::new(self.roots, &self.authorities, self.identity.as_ref(), self.offers_http2())
                .map_err(refused)?;
        #[cfg(not(feature = "tls"))]
        let tls = default.tls;
        let config = Config {
            tls,
            proxy,
            connect_timeout: self.connect_timeout.unwrap_or(default.connect_timeout),
            idle_timeout: self.idle_timeout.unwrap_or(default.idle_timeout).min(LONGEST_IDLE),
            max_idle_per_host: self.max_idle_per_host.unwrap_or(default.max_idle_per_host),
            local_address: self.local_address,
        };
        Ok(Http { shared: Arc::new(Shared::new(config)), max_body: self.max_body })
    }

    #[cfg(feature = "http2")]
    fn offers_http2(&self) -> bool {
        self.http2
    }

    #[cfg(all(feature = "tls", not(feature = "http2")))]
    #[expect(clippy::unused_self, reason = "with the feature http2 it is a setting")]
    fn offers_http2(&self) -> bool {
        false
    }
}

/// Without keys, and without the address of a proxy, which may have a password in it.
impl fmt::Debug for HttpBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("max_idle_per_host", &self.max_idle_per_host)
            .field("local_address", &self.local_address)
            .field("max_body", &self.max_body)
            .finish_non_exhaustive()
    }
}

/// hyper-util adds the time to the clock's, which panics if there is no such time.
const LONGEST_IDLE: Duration = Duration::from_secs(365 * 24 * 60 * 60);
