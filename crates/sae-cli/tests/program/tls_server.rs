//! The server side of TLS: a server with a certificate, and a proxy in front of it.

use std::sync::{Arc, Mutex};

use sae_tests::Certificate;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Reads one request per connection, always gives the same answer, and closes the connection without a TLS alert.
pub struct Server {
    port: u16,
    read: Seen,
}

impl Server {
    pub async fn start(certificate: Certificate, answer: Vec<u8>) -> Self {
        let chain = CertificateDer::pem_slice_iter(certificate.chain.as_bytes());
        let chain = chain.collect::<Result<_, _>>().expect("PEM");
        let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes()).expect("PEM");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a certificate with its key");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (listener, port) = listener().await;
        let read = Seen::default();
        let seen = Arc::clone(&read);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that refuses the certificate ends the connection here.
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                if read_head(&mut stream, &seen).await {
                    stream.write_all(&answer).await.expect("the client reads");
                    stream.flush().await.expect("the client reads");
                }
            }
        });
        Self { port, read }
    }

    pub fn answer(status: u16, body: &str) -> Vec<u8> {
        format!("HTTP/1.1 {status} Canned\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn endpoint(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }

    /// Everything that was decrypted so far.
    pub fn read(&self) -> String {
        self.read.lock().expect("no task panicked").clone()
    }
}

/// A proxy that opens every tunnel to one port of this machine.
pub struct Tunnel {
    port: u16,
    read: Seen,
}

impl Tunnel {
    pub async fn start(to: u16) -> Self {
        let (listener, port) = listener().await;
        let read = Seen::default();
        let seen = Arc::clone(&read);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                if read_head(&mut stream, &seen).await {
                    stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.expect("the client reads");
                    let mut server = TcpStream::connect(("127.0.0.1", to)).await.expect("a connection");
                    // Ends when either side cuts it.
                    let _ = copy_bidirectional(&mut stream, &mut server).await;
                }
            }
        });
        Self { port, read }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Everything that was sent to the proxy itself.
    pub fn read(&self) -> String {
        self.read.lock().expect("no task panicked").clone()
    }
}

type Seen = Arc<Mutex<String>>;

async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

/// Whether a complete head was read; what was read is kept.
async fn read_head(stream: &mut (impl AsyncRead + Unpin), seen: &Seen) -> bool {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        if !matches!(stream.read_buf(&mut bytes).await, Ok(1..)) {
            break;
        }
    }
    seen.lock().expect("no task panicked").push_str(&String::from_utf8_lossy(&bytes));
    bytes.ends_with(b"\r\n\r\n")
}
