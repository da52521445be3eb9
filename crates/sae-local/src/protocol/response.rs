//! Answers: outputs in their envelope, and refusals.

use std::time::Duration;

use sae_transport::{
    Any, Description, Envelope, EnvelopedRef, Fields, Service, Slot, Visitor, encode_json, encode_xml,
};

use crate::domain::Refusal;
use crate::protocol::errors::{local_error, may_answer};

/// An answer.
///
/// It has no `Debug`: its body contains secrets.
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Identifier of the request; empty if it isn't sent.
    pub request_id: String,
    /// Media type of the body.
    pub content_type: &'static str,
    /// Other headers.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: String,
    /// Code of the refusal, if it is one.
    pub code: Option<&'static str>,
}

/// What the client of a call gets.
pub enum Reply {
    /// A complete answer.
    Whole(HttpResponse),
    /// An answer that ends before the length that it announces.
    Cut(HttpResponse),
    /// No answer: the connection is closed.
    Dropped,
}

impl HttpResponse {
    /// An HTML page, as a proxy in front of the service sends it.
    pub fn page(status: u16, reason: &str) -> Self {
        Self {
            status,
            request_id: String::new(),
            content_type: "text/html;charset=utf-8",
            headers: Vec::new(),
            body: format!(
                "<html><head><title>{status} {reason}</title></head><body><h1>{status} {reason}</h1></body></html>"
            ),
            code: None,
        }
    }

    /// Adds the time that a throttled client has to wait, in the headers that old and new official SDKs read.
    pub fn with_wait(mut self, wait: Duration) -> Self {
        let millis = wait.as_millis();
        self.headers.push(("x-acs-retry-after", millis.to_string()));
        self.headers.push(("retry-after", millis.div_ceil(1000).to_string()));
        self.headers.push(("x-ratelimit-user", format!("Remain:0,TimeLeft:{millis}")));
        self
    }
}

/// Writes the answers to one request.
#[derive(Clone, Debug)]
pub struct Responder {
    /// Identifier of the request.
    pub request_id: String,
    /// The host that the client called.
    pub host: String,
    /// Whether answers are XML instead of JSON.
    pub xml: bool,
}

impl Responder {
    /// The answer for the output of an operation.
    pub fn success(self, description: &Description, output: &dyn Fields) -> HttpResponse {
        let shape = description.envelope;
        let code = if shape.numeric_code { Any::Int(200) } else { Any::from("200") };
        let word = || "success".to_owned();
        let envelope = StandardEnvelope {
            fields: shape.fields,
            code,
            message: word(),
            error_code: word(),
            success: if shape.text_success { Any::from("true") } else { Any::Bool(true) },
            trace_id: trace_id(),
            request_id: self.request_id.clone(),
        };
        let document = EnvelopedRef { envelope: &envelope, payload: output };
        self.write(200, None, &format!("{}Response", description.name), &document)
    }

    /// The answer for a refusal. This is the only place where a refusal gets its status and its message.
    ///
    /// An operation answers only codes that the spec lists for it, common ones, those of the gateway and those of this
    /// server. EDAS also has refusals with a number instead of a code.
    pub fn refusal(
        self,
        service: &Service,
        description: Option<&Description>,
        refusal: &Refusal,
    ) -> HttpResponse {
        let code = refusal.code();
        if let (Some(description), Ok(number)) = (description, code.parse()) {
            return self.refusal_in_envelope(description, number, refusal.arguments().concat());
        }
        let info = service.error(code).or_else(|| local_error(code));
        debug_assert!(
            info.is_some_and(|info| may_answer(description, info)),
            "{code} is not among the codes of {}",
            description.map_or("the gateway", |description| description.name)
        );
        let (status, message) = info.map_or((400, "%s"), |info| (info.status, info.message));
        let mut envelope = Envelope::default();
        envelope.request_id = Some(self.request_id.clone());
        envelope.host_id = Some(self.host.clone());
        envelope.code = Some(code.to_owned());
        envelope.message = Some(refusal.message(message));
        envelope.recommend =
            Some(format!("https://error-center.aliyun.com/status/search?Keyword={code}&source=PopGw"));
        self.write(status, Some(code), "Error", &envelope)
    }

    /// A refusal inside the envelope of the operation, as a number in `Code`. The HTTP status is 200.
    fn refusal_in_envelope(self, description: &Description, number: i64, message: String) -> HttpResponse {
        let envelope = StandardEnvelope {
            fields: description.envelope.fields,
            code: Any::Int(number),
            message,
            error_code: number.to_string(),
            success: Any::Bool(false),
            trace_id: trace_id(),
            request_id: self.request_id.clone(),
        };
        self.write(200, None, &format!("{}Response", description.name), &envelope)
    }

    fn write(
        self,
        status: u16,
        code: Option<&'static str>,
        root: &str,
        document: &dyn Fields,
    ) -> HttpResponse {
        let (content_type, body) = if self.xml {
            ("text/xml;charset=utf-8", encode_xml::to_string(root, document))
        } else {
            ("application/json;charset=utf-8", encode_json::to_string_with_empty(document))
        };
        HttpResponse { status, request_id: self.request_id, content_type, headers: Vec::new(), body, code }
    }
}

/// A trace identifier: 30 hexadecimal digits.
fn trace_id() -> String {
    format!("{:016x}{:014x}", fastrand::u64(..), fastrand::u64(..) >> 8)
}

/// The envelope of an answer, with the fields that the operation sends.
struct StandardEnvelope {
    fields: &'static [&'static str],
    code: Any,
    message: String,
    error_code: String,
    success: Any,
    trace_id: String,
    request_id: String,
}

impl Fields for StandardEnvelope {
    fn slot(&mut self, _: &str) -> Option<&mut dyn Slot> {
        None
    }

    fn walk<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        for name in self.fields {
            // Some operations write them in lower camel case.
            let slot: &dyn Slot = match name.to_ascii_lowercase().as_str() {
                "code" => &self.code,
                "message" => &self.message,
                "errorcode" => &self.error_code,
                "success" => &self.success,
                "traceid" => &self.trace_id,
                "requestid" => &self.request_id,
                _ => continue,
            };
            visitor.field(name, slot);
        }
    }
}
