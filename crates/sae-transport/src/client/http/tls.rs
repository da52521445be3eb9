//! TLS by rustls with ring: whom it trusts, what it shows, and connections under it.

use std::fmt;
use std::sync::Arc;

use hyper::Uri;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Intercept;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use tower_service::Service as _;

use super::connect_error::{ConnectError, Failure};
use super::stream::Stream;
use super::tls_error;

/// Which authorities are trusted, apart from those of [`HttpBuilder::ca_certificates`](super::HttpBuilder::ca_certificates).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Roots {
    /// Those of the operating system; on Linux those of the file that `SSL_CERT_FILE` names, if it is set.
    #[default]
    System,
    /// None: only the certificates that code adds.
    Added,
}

/// Whom to trust and what to show, checked as far as it can be without asking the operating system.
#[derive(Default)]
pub(super) struct TlsSettings {
    roots: Roots,
    added: Vec<CertificateDer<'static>>,
    identity: Option<Arc<CertifiedKey>>,
    /// Whether HTTP/2 is offered.
    http2: bool,
}

impl TlsSettings {
    /// Fails with words that quote nothing of the texts.
    pub(super) fn new(
        roots: Roots,
        authorities: &[Vec<u8>],
        identity: Option<&(Vec<u8>, Vec<u8>)>,
        http2: bool,
    ) -> Result<Self, String> {
        let mut added = Vec::new();
        for text in authorities {
            added.extend(certificates(text).map_err(|why| format!("the text of the CA certificates {why}"))?);
        }
        let mut store = RootCertStore::empty();
        for certificate in &added {
            store
                .add(certificate.clone())
                .map_err(|_| "one of the CA certificates is malformed".to_owned())?;
        }
        if roots == Roots::Added && added.is_empty() {
            return Err("nobody would be trusted: Roots::Added needs CA certificates".to_owned());
        }
        if cfg!(target_os = "android") && roots == Roots::System && !added.is_empty() {
            return Err("Android trusts no authorities besides its own; Roots::Added does".to_owned());
        }
        let identity = identity.map(|(chain, key)| identity_of(chain, key)).transpose()?;
        Ok(Self { roots, added, identity: identity.map(Arc::new), http2 })
    }

    /// Whether the authorities of this machine aren't trusted.
    pub(super) fn trusts_only_added(&self) -> bool {
        self.roots == Roots::Added
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Failure> {
        match self.roots {
            Roots::System if self.added.is_empty() => {
                Ok(Arc::new(Verifier::new(provider).map_err(without_roots)?))
            }
            #[cfg(not(target_os = "android"))]
            Roots::System => {
                let added = self.added.iter().cloned();
                Ok(Arc::new(Verifier::new_with_extra_roots(added, provider).map_err(without_roots)?))
            }
            _ => {
                let mut store = RootCertStore::empty();
                for certificate in &self.added {
                    store.add(certificate.clone())?;
                }
                Ok(WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider).build()?)
            }
        }
    }
}

/// Connections, with TLS where the address asks for it. Clones share what they are made with.
#[derive(Clone)]
pub(super) struct Tls {
    straight: HttpsConnector<HttpConnector>,
    /// Speaks HTTP/1.1 and shows no client certificate, which is for the service.
    to_proxy: HttpsConnector<HttpConnector>,
    config: Arc<ClientConfig>,
}

impl Tls {
    /// Without certificates to trust if no certificate will be looked at.
    pub(super) fn new(tcp: HttpConnector, settings: &TlsSettings, is_used: bool) -> Result<Self, Failure> {
        let provider = Arc::new(ring::default_provider());
        let versions = || {
            ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()
        };
        if !is_used {
            let config = versions()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
            let config = Arc::new(config);
            let straight = HttpsConnector::from((tcp, Arc::clone(&config)));
            return Ok(Self { to_proxy: straight.clone(), straight, config });
        }
        let verifier = settings.verifier(Arc::clone(&provider))?;
        let trusting = || -> Result<_, rustls::Error> {
            Ok(versions()?.dangerous().with_custom_certificate_verifier(Arc::clone(&verifier)))
        };
        let to_proxy = Arc::new(trusting()?.with_no_client_auth());
        let config = if settings.identity.is_some() || settings.http2 {
            let mut config = match &settings.identity {
                Some(identity) => trusting()?
                    .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(identity)))),
                None => trusting()?.with_no_client_auth(),
            };
            if settings.http2 {
                config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            }
            Arc::new(config)
        } else {
            Arc::clone(&to_proxy)
        };
        Ok(Self {
            straight: HttpsConnector::from((tcp.clone(), Arc::clone(&config))),
            to_proxy: HttpsConnector::from((tcp, to_proxy)),
            config,
        })
    }

    /// A connection to there.
    pub(super) async fn connect(&mut self, to: Uri) -> Result<Stream, Failure> {
        self.straight.call(to).await.map(Stream::new)
    }

    /// A connection to a proxy that reads requests itself.
    pub(super) async fn connect_to_proxy(&mut self, address: Uri) -> Result<Stream, Failure> {
        self.to_proxy.call(address).await.map(Stream::new)
    }

    /// A connection to there through a tunnel that this proxy opens.
    pub(super) async fn connect_through(self, proxy: &Intercept, to: Uri) -> Result<Stream, Failure> {
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.to_proxy);
        if let Some(key) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(key.clone());
        }
        HttpsConnector::from((tunnel, self.config)).call(to).await.map(Stream::new)
    }
}

impl fmt::Debug for TlsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsSettings").field("roots", &self.roots).finish_non_exhaustive()
    }
}

fn without_roots(error: rustls::Error) -> Failure {
    if tls_error::is_without_roots(&error) {
        ConnectError::new(tls_error::NO_ROOTS).into()
    } else {
        error.into()
    }
}

fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, &'static str> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => {
            Err("has no certificate in them; expected PEM, which begins with -----BEGIN CERTIFICATE-----")
        }
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(of_pem(&error)),
    }
}

fn identity_of(chain: &[u8], key: &[u8]) -> Result<CertifiedKey, String> {
    let chain = certificates(chain).map_err(|why| format!("the text of the client certificate {why}"))?;
    let key = match PrivateKeyDer::from_pem_slice(key) {
        Ok(key) => key,
        Err(pem::Error::NoItemsFound) if is_encrypted(key) => {
            return Err("the client key is encrypted; expected one that isn't".to_owned());
        }
        Err(pem::Error::NoItemsFound) => {
            return Err(
                "the text of the client key has no private key in it; expected PEM, which begins with \
                        -----BEGIN PRIVATE KEY-----"
                    .to_owned(),
            );
        }
        Err(error) => return Err(format!("the text of the client key {}", of_pem(&error))),
    };
    CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|error| {
        let why = match error {
            rustls::Error::InconsistentKeys(_) => "the client key isn't the one of the client certificate",
            rustls::Error::InvalidCertificate(_) => "the client certificate is malformed",
            _ => "the client key can't be used; expected an RSA, ECDSA or Ed25519 key",
        };
        why.to_owned()
    })
}

fn is_encrypted(key: &[u8]) -> bool {
    String::from_utf8_lossy(key).contains("ENCRYPTED PRIVATE KEY")
}

/// Errors of PEM quote what they complain about.
fn of_pem(error: &pem::Error) -> &'static str {
    match error {
        pem::Error::MissingSectionEnd { .. } => "has a PEM section without an end",
        pem::Error::IllegalSectionStart { .. } => "has a PEM section that begins wrongly",
        pem::Error::Base64Decode(_) => "has a PEM section that isn't base64",
        _ => "isn't PEM",
    }
}
