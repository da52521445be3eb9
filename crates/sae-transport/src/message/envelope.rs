//! The fields around every answer.

use crate::schema::fields::{Fields, Form, Open, Scalar, Slot, View, Visitor};
use crate::{Any, DynFields, EnvelopeShape, UnknownMembers};

/// What the service says about an answer, next to what it answers.
///
/// Not every operation sends every field; a refusal carries the last two.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Envelope {
    /// Identifier of the request, to be quoted in a support ticket.
    pub request_id: Option<String>,
    /// `200`, or an error code. The service sends numbers and strings; both read as text.
    pub code: Option<String>,
    /// `success`, or what went wrong.
    pub message: Option<String>,
    /// Error code of the service behind the gateway; `success` or nothing if there is none.
    pub error_code: Option<String>,
    /// Whether the service did what was asked.
    pub success: Option<bool>,
    /// Identifier of the trace inside the service.
    pub trace_id: Option<String>,
    /// Host that refused the request.
    pub host_id: Option<String>,
    /// Address of a page on this error.
    pub recommend: Option<String>,
    /// How the operation writes them.
    shape: Option<&'static EnvelopeShape>,
}

impl Envelope {
    /// An empty envelope of an operation: it is written with the names and types that the operation sends. The default is written as
    /// most operations do.
    pub fn of(shape: &'static EnvelopeShape) -> Self {
        Self { shape: Some(shape), ..Self::default() }
    }

    /// The error code, wherever this answer has put it; none if it reports success.
    ///
    /// The gateway writes its code into `Code`; the service keeps the HTTP status there and writes its own into `ErrorCode`.
    pub fn failure_code(&self) -> Option<&str> {
        let fine = |code: &str| {
            code.is_empty() || code.eq_ignore_ascii_case("success") || code.eq_ignore_ascii_case("ok")
        };
        let code = self.code.as_deref().filter(|code| !fine(code));
        let is_number = |code: &&str| code.bytes().all(|byte| byte.is_ascii_digit());
        code.filter(|code| !is_number(code))
            .or_else(|| self.error_code.as_deref().filter(|code| !fine(code)))
            .or_else(|| code.filter(|code| code.parse::<u32>().is_ok_and(|status| status >= 400)))
    }

    /// Whether the answer says that the service didn't do what was asked.
    pub fn is_failure(&self) -> bool {
        self.success.map_or_else(|| self.failure_code().is_some(), |success| !success)
    }
}

/// Some gateways spell their fields in lower camel case, or in lower case altogether. In an answer with two envelopes those are the
/// outer one's: they only fill what the inner one leaves open. That something failed is never forgotten.
impl Fields for Envelope {
    fn slot(&mut self, wire_name: &str) -> Option<&mut dyn Slot> {
        Some(match wire_name {
            "RequestId" | "RequestID" => &mut self.request_id,
            "Code" => &mut self.code,
            "Message" => &mut self.message,
            "ErrorCode" => &mut self.error_code,
            "TraceId" => &mut self.trace_id,
            "HostId" => &mut self.host_id,
            "Recommend" => &mut self.recommend,
            "requestId" | "requestid" if self.request_id.is_none() => &mut self.request_id,
            "code" if self.code.is_none() => &mut self.code,
            "message" if self.message.is_none() => &mut self.message,
            "errorCode" if self.error_code.is_none() => &mut self.error_code,
            "traceId" if self.trace_id.is_none() => &mut self.trace_id,
            "hostId" if self.host_id.is_none() => &mut self.host_id,
            "recommend" if self.recommend.is_none() => &mut self.recommend,
            "Success" | "success" | "successResponse" if self.success != Some(false) => &mut self.success,
            _ => return None,
        })
    }

    fn walk<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        for name in NAMES {
            let spelled =
                self.shape.and_then(|shape| shape.fields.iter().find(|it| it.eq_ignore_ascii_case(name)));
            let spelled = spelled.copied().unwrap_or(name);
            match (name, self.shape) {
                ("Code", Some(shape)) if shape.numeric_code => {
                    visitor.recast(spelled, Form::Number, &self.code);
                }
                ("Success", Some(shape)) if shape.text_success => {
                    visitor.recast(spelled, Form::Text, &self.success);
                }
                ("RequestId", _) => visitor.field(spelled, &self.request_id),
                ("Code", _) => visitor.field(spelled, &self.code),
                ("Message", _) => visitor.field(spelled, &self.message),
                ("ErrorCode", _) => visitor.field(spelled, &self.error_code),
                ("Success", _) => visitor.field(spelled, &self.success),
                ("TraceId", _) => visitor.field(spelled, &self.trace_id),
                ("HostId", _) => visitor.field(spelled, &self.host_id),
                _ => visitor.field(spelled, &self.recommend),
            }
        }
    }
}

/// Its fields, as most operations spell them.
const NAMES: [&str; 8] =
    ["RequestId", "Code", "Message", "ErrorCode", "Success", "TraceId", "HostId", "Recommend"];

/// What a message says where nothing went wrong.
const FINE: [&str; 3] = ["success", "successful", "ok"];

/// How an answer says nothing on success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// With nothing at all.
    Whole,
    /// With a message that doesn't say it.
    Message,
}

/// Equal if the fields are, however they are written.
impl PartialEq for Envelope {
    fn eq(&self, other: &Self) -> bool {
        let fields = |it: &Self| {
            [&it.request_id, &it.code, &it.message, &it.error_code, &it.trace_id, &it.host_id, &it.recommend]
                .map(Clone::clone)
        };
        self.success == other.success && fields(self) == fields(other)
    }
}

impl Eq for Envelope {}

crate::value!(Envelope);

/// An envelope around a payload, as one document.
pub(crate) struct EnvelopedMut<'a> {
    pub(crate) envelope: &'a mut Envelope,
    pub(crate) payload: &'a mut dyn DynFields,
    /// What an outer envelope says again.
    repeated: Any,
    /// Whether members came that it knows, and others.
    has_known: bool,
    has_unknown: bool,
    /// Whether a member of the payload came.
    has_payload: bool,
}

impl<'a> EnvelopedMut<'a> {
    pub(crate) fn new(envelope: &'a mut Envelope, payload: &'a mut dyn DynFields) -> Self {
        Self {
            envelope,
            payload,
            repeated: Any::Null,
            has_known: false,
            has_unknown: false,
            has_payload: false,
        }
    }

    /// Whether it has members, and none that an answer of this operation has.
    pub(crate) const fn is_foreign(&self) -> bool {
        self.has_unknown && !self.has_known
    }

    /// How it is silent, if it has nothing of the payload and doesn't say how the call went either: it has no word where a payload is
    /// announced, or a message that may be anybody's.
    pub(crate) fn silence(&self) -> Option<Silence> {
        let Envelope { code, message, error_code, success, .. } = &*self.envelope;
        if self.has_payload || success.is_some() || code.is_some() || error_code.is_some() {
            return None;
        }
        match message.as_deref().map(str::trim).filter(|message| !message.is_empty()) {
            Some(message) if FINE.iter().any(|fine| message.eq_ignore_ascii_case(fine)) => None,
            Some(_) => Some(Silence::Message),
            None => has_fields(self.payload).then_some(Silence::Whole),
        }
    }
}

/// ListLogConfigs may come in a second envelope, whose member `data` holds the first.
impl Fields for EnvelopedMut<'_> {
    fn slot(&mut self, wire_name: &str) -> Option<&mut dyn Slot> {
        let is_payload = self.payload.slot(wire_name).is_some();
        if is_payload {
            self.has_known = true;
            self.has_payload = true;
            self.payload.slot(wire_name)
        } else if wire_name == "data" {
            Some(self)
        } else if self.envelope.slot(wire_name).is_some() {
            self.has_known = true;
            self.envelope.slot(wire_name)
        } else {
            let is_repeated = wire_name.starts_with(|first: char| first.is_ascii_lowercase())
                && NAMES.iter().any(|name| name.eq_ignore_ascii_case(wire_name));
            self.has_known |= is_repeated;
            self.has_unknown |= !is_repeated;
            self.repeated = Any::Null;
            is_repeated.then_some(&mut self.repeated)
        }
    }

    fn walk<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.envelope.walk(visitor);
        self.payload.walk(visitor);
    }

    fn wrapper(&self, wire_name: &str) -> Option<&'static str> {
        self.payload.wrapper(wire_name)
    }

    fn unknown_members(&self) -> Option<&UnknownMembers> {
        self.payload.unknown_members()
    }

    fn unknown_members_mut(&mut self) -> Option<&mut UnknownMembers> {
        self.payload.unknown_members_mut()
    }
}

impl DynFields for EnvelopedMut<'_> {
    fn clear(&mut self) {
        *self.envelope = Envelope { shape: self.envelope.shape, ..Envelope::default() };
        self.payload.clear();
        self.repeated = Any::Null;
        self.has_known = false;
        self.has_unknown = false;
        self.has_payload = false;
    }
}

impl Slot for EnvelopedMut<'_> {
    fn is_scalar() -> bool {
        false
    }

    fn put(&mut self, _: Scalar<'_>) -> bool {
        false
    }

    fn open(&mut self) -> Open<'_> {
        Open::Object(self)
    }

    /// It is only ever filled, and as often as it comes.
    fn view(&self) -> View<'_> {
        View::Absent
    }
}

/// Whether a type has fields, filled or not.
fn has_fields(fields: &dyn Fields) -> bool {
    struct Found(bool);
    impl<'a> Visitor<'a> for Found {
        fn field(&mut self, _: &'static str, _: &'a dyn Slot) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    fields.walk(&mut found);
    found.0
}

/// A payload of which nothing is wanted.
#[cfg(feature = "client")]
#[derive(Default)]
pub(crate) struct Nothing;

#[cfg(feature = "client")]
impl Fields for Nothing {
    fn slot(&mut self, _: &str) -> Option<&mut dyn Slot> {
        None
    }

    fn walk<'a>(&'a self, _: &mut dyn Visitor<'a>) {}
}
