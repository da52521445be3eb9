//! The other side of TLS: a front that takes TLS off before a server of plain HTTP.

use std::sync::{Arc, Mutex};

use sae_tests::{Authority, Certificate};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// What stands between TLS and a server of plain HTTP on this machine.
pub struct Front {
    port: u16,
    spoken: Arc<Mutex<Vec<Option<String>>>>,
    shown: Arc<Mutex<Vec<bool>>>,
}

/// What a front asks of its clients, and offers them.
#[derive(Default)]
pub struct Terms<'a> {
    /// Clients have to show a certificate of this authority.
    pub clients: Option<&'a Authority>,
    /// Clients without a certificate are served too, though asked for one.
    pub optional: bool,
    /// Protocols for ALPN.
    pub protocols: &'a [&'a str],
}

impl Front {
    pub async fn start(certificate: &Certificate, terms: Terms<'_>, to: u16) -> Self {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("versions");
        let config = match terms.clients {
            None => config.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                let own = CertificateDer::from_pem_slice(authority.pem().as_bytes()).expect("PEM");
                roots.add(own).expect("an authority");
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                let verifier = if terms.optional { verifier.allow_unauthenticated() } else { verifier };
                config.with_client_cert_verifier(verifier.build().expect("a verifier"))
            }
        };
        let chain = CertificateDer::pem_slice_iter(certificate.chain.as_bytes());
        let chain = chain.collect::<Result<_, _>>().expect("PEM");
        let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes()).expect("PEM");
        let mut config = config.with_single_cert(chain, key).expect("a certificate with its key");
        config.alpn_protocols = terms.protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let spoken = Arc::new(Mutex::new(Vec::new()));
        let shown = Arc::new(Mutex::new(Vec::new()));
        let seen = (Arc::clone(&spoken), Arc::clone(&shown));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, (protocols, certificates)) = (acceptor.clone(), seen.clone());
                tokio::spawn(async move {
                    // A client that one side doesn't trust ends here.
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let protocol = stream.get_ref().1.alpn_protocol();
                    let protocol = protocol.map(|name| String::from_utf8_lossy(name).into_owned());
                    protocols.lock().expect("no task panicked").push(protocol);
                    let certificate = stream.get_ref().1.peer_certificates();
                    certificates.lock().expect("no task panicked").push(certificate.is_some());
                    let mut server = TcpStream::connect(("127.0.0.1", to)).await.expect("a connection");
                    // Ends when either side cuts it.
                    let _ = copy_bidirectional(&mut stream, &mut server).await;
                });
            }
        });
        Self { port, spoken, shown }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn endpoint(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The protocol that was agreed on by ALPN, for each connection that TLS was agreed on.
    pub fn spoken(&self) -> Vec<Option<String>> {
        self.spoken.lock().expect("no task panicked").clone()
    }

    /// Whether the client showed a certificate, for each connection that TLS was agreed on.
    pub fn shown(&self) -> Vec<bool> {
        self.shown.lock().expect("no task panicked").clone()
    }
}
