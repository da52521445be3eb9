//! What is sent back: outputs in their envelope, and refusals.

use std::time::Duration;

use sae_transport::{
    Any, Description, Envelope, Fields, Service, Slot, Visitor, Whole, encode_json, encode_xml,
};

use crate::domain::Refusal;
use crate::protocol::errors::{local_error, may_answer};

/// An answer, ready for HTTP.
///
/// It has no `Debug`: secrets stand in its body.
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Identifier of the request.
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

/// What a client gets.
pub enum Reply {
    /// An answer.
    Whole(HttpResponse),
    /// An answer that breaks off in the middle.
    Cut(HttpResponse),
    /// The end of its connection.
    Dropped,
}

impl HttpResponse {
    /// The page of something in front of the service, which knows nothing of it.
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

    /// The same answer with the time that the client is to wait, where old and new official SDKs look for it.
    pub fn with_wait(mut self, wait: Duration) -> Self {
        let millis = wait.as_millis();
        self.headers.push(("x-acs-retry-after", millis.to_string()));
        self.headers.push(("retry-after", millis.div_ceil(1000).to_string()));
        self.headers.push(("x-ratelimit-user", format!("Remain:0,TimeLeft:{millis}")));
        self
    }
}

/// How and to whom to answer.
#[derive(Clone, Debug)]
pub struct Responder {
    /// Identifier of the request.
    pub request_id: String,
    /// Host that the client called.
    pub host: String,
    /// Whether it wants XML instead of JSON.
    pub xml: bool,
}

impl Responder {
    /// The answer to a call that was done.
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
        let document = Whole { envelope: &envelope, payload: output };
        self.written(200, None, &format!("{}Response", description.name), &document)
    }

    /// The answer to a call that was refused: the one place where a refusal gets its status and its message.
    ///
    /// An operation answers only codes that the spec lists for it, common ones, those of the gateway, and those of
    /// this server. EDAS also has refusals without a code: a number stands for them.
    pub fn refusal(
        self,
        service: &Service,
        description: Option<&Description>,
        refusal: &Refusal,
    ) -> HttpResponse {
        let code = refusal.code();
        if let (Some(description), Ok(number)) = (description, code.parse()) {
            return self.refused_inside(description, number, refusal.arguments().concat());
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
        self.written(status, Some(code), "Error", &envelope)
    }

    /// A refusal inside the envelope of an operation, by a number in `Code`: HTTP itself went well.
    fn refused_inside(self, description: &Description, number: i64, message: String) -> HttpResponse {
        let envelope = StandardEnvelope {
            fields: description.envelope.fields,
            code: Any::Int(number),
            message,
            error_code: number.to_string(),
            success: Any::Bool(false),
            trace_id: trace_id(),
            request_id: self.request_id.clone(),
        };
        self.written(200, None, &format!("{}Response", description.name), &envelope)
    }

    fn written(
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

/// 30 hexadecimal digits.
fn trace_id() -> String {
    format!("{:016x}{:014x}", fastrand::u64(..), fastrand::u64(..) >> 8)
}

/// The envelope of an answer: those fields that the operation sends.
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
            // Some operations spell them in lower camel case.
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
