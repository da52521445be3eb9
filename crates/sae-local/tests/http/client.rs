//! A client without an HTTP library: it writes a request to a socket and reads the answer.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sae_local::LocalSae;
use sae_sign::{Request, Scheme, content_md5, encode, expected, sha256_hex};
use sha1::Sha1;
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[path = "client/numbers.rs"]
pub mod numbers;

/// A request to sign and send.
#[derive(Clone)]
pub struct Call {
    pub scheme: Scheme,
    pub method: &'static str,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub key: (String, String),
    /// A header that ACS3 leaves unsigned.
    pub unsigned: &'static str,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Call {
    /// A call of SAE with the default key, signed by ROA.
    pub fn new(method: &'static str, path: &str, query: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            scheme: Scheme::Roa,
            method,
            path: path.to_owned(),
            query: query.iter().map(owned).collect(),
            headers: vec![
                ("accept".to_owned(), "application/json".to_owned()),
                ("x-acs-version".to_owned(), "2019-05-06".to_owned()),
            ],
            body: String::new(),
            key: ("local".to_owned(), "local-secret".to_owned()),
            unsigned: "",
        }
    }

    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    pub fn key(mut self, id: &str, secret: &str) -> Self {
        self.key = (id.to_owned(), secret.to_owned());
        self
    }

    /// Sets a header, or removes it if the value is empty.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(key, _)| key != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(self, kind: &str, body: &str) -> Self {
        Self { body: body.to_owned(), ..self.header("content-type", kind) }
    }

    /// The bytes of the request, dated this many seconds from now.
    pub fn bytes(&self, local: &LocalSae, skew: i64) -> Vec<u8> {
        let mut headers = vec![("host".to_owned(), local.local_addr().to_string())];
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let date = UNIX_EPOCH + Duration::from_secs(seconds.saturating_add_signed(skew));
        let date = httpdate::fmt_http_date(date);
        if self.scheme == Scheme::Acs3 {
            headers.push(("x-acs-date".to_owned(), iso(&date)));
            headers.push(("x-acs-content-sha256".to_owned(), sha256_hex(&self.body)));
            headers.push(("x-acs-signature-nonce".to_owned(), format!("{:032x}", fastrand::u128(..))));
        } else {
            headers.push(("date".to_owned(), date));
            if !self.body.is_empty() {
                headers.push(("content-md5".to_owned(), content_md5(&self.body)));
            }
        }
        for header in &self.headers {
            headers.retain(|(name, _)| *name != header.0);
            headers.push(header.clone());
        }
        headers.retain(|(_, value)| !value.is_empty());
        let query: Vec<_> = self.query.iter().map(borrowed).collect();
        let signed_headers: Vec<_> = headers.iter().map(borrowed).collect();
        let request = Request {
            method: self.method,
            path: &self.path,
            query: &query,
            headers: &signed_headers,
            body: self.body.as_bytes(),
        };
        let authorization = self.authorization(&request);
        if !headers.iter().any(|(name, _)| name == "authorization") {
            headers.push(("authorization".to_owned(), authorization));
        }
        let query: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let target =
            if query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, query.join("&")) };
        let mut text =
            format!("{} {target} HTTP/1.1\r\ncontent-length: {}\r\n", self.method, self.body.len());
        for (name, value) in &headers {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        text.push_str("\r\n");
        text.push_str(&self.body);
        text.into_bytes()
    }

    /// Signs any request, even one that the signer refuses to sign.
    fn authorization(&self, request: &Request<'_>) -> String {
        let (id, secret) = (&self.key.0, self.key.1.as_bytes());
        if self.scheme == Scheme::Roa {
            let text = expected(request, "acs id:unknown").unwrap().string_to_sign;
            let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(secret).unwrap();
            mac.update(text.as_bytes());
            return format!("acs {id}:{}", STANDARD.encode(mac.finalize().into_bytes()));
        }
        let names = request.headers.iter().map(|(name, _)| name.as_ref());
        let mut names: Vec<&str> = names.filter(|name| *name != self.unsigned).collect();
        names.sort_unstable();
        let claim = format!("ACS3-HMAC-SHA256 Credential={id},SignedHeaders={}", names.join(";"));
        let text = expected(request, &format!("{claim},Signature=unknown")).unwrap().string_to_sign;
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).unwrap();
        mac.update(text.as_bytes());
        let mut authorization = format!("{claim},Signature=");
        mac.finalize().into_bytes().iter().for_each(|byte| write!(authorization, "{byte:02x}").unwrap());
        authorization
    }

    pub async fn send(&self, local: &LocalSae) -> Answer {
        let answer = exchange(local, &self.bytes(local, 0)).await;
        numbers::check(&answer);
        answer
    }
}

/// Sends bytes on a connection of their own and reads one answer.
pub async fn exchange(local: &LocalSae, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
    // A server that refuses early may not read everything.
    let _ = stream.write_all(bytes).await;
    read(&mut stream).await
}

/// Calls the control interface.
pub async fn control(local: &LocalSae, method: &str, path: &str, body: &str) -> Answer {
    let host = local.local_addr();
    let text = format!(
        "{method} /_local/{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    exchange(local, text.as_bytes()).await
}

/// Reads one answer.
pub async fn read(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 16 * 1024];
    loop {
        let count = stream.read(&mut chunk).await.unwrap_or(0);
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |n| n.parse().unwrap());
            if body.len() >= length {
                let status = head.split(' ').nth(1).unwrap().parse().unwrap();
                return Answer { status, head: head.to_owned(), body: body.to_owned() };
            }
        }
        if count == 0 {
            return Answer { status: 0, head: text.into_owned(), body: String::new() };
        }
    }
}

impl Answer {
    /// The value of the first member with this name in a JSON body, if it is a string, a number or a boolean.
    pub fn value(&self, name: &str) -> String {
        let json: serde_json::Value =
            serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"));
        find(&json, name).unwrap_or_default()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The status and the code.
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.value("Code"))
    }
}

fn find(json: &serde_json::Value, name: &str) -> Option<String> {
    match json {
        serde_json::Value::Object(members) => match members.get(name) {
            Some(serde_json::Value::String(text)) => Some(text.clone()),
            Some(value) if !value.is_object() && !value.is_array() => Some(value.to_string()),
            _ => members.values().find_map(|member| find(member, name)),
        },
        serde_json::Value::Array(items) => items.iter().find_map(|item| find(item, name)),
        _ => None,
    }
}

fn borrowed((name, value): &(String, String)) -> (Cow<'_, str>, Cow<'_, str>) {
    (Cow::Borrowed(name), Cow::Borrowed(value))
}

/// Converts `Mon, 26 Aug 2019 08:55:56 GMT` to `2019-08-26T08:55:56Z`.
fn iso(date: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let parts: Vec<&str> = date.split(' ').collect();
    let month = MONTHS.iter().position(|month| *month == parts[2]).unwrap() + 1;
    format!("{}-{month:02}-{}T{}Z", parts[3], parts[1], parts[4])
}
