//! What the spec says about an operation, as data.

use crate::Fields;

/// A request: a struct of parameters that knows which operation it belongs to.
///
/// Implemented by the generated request types. [`Operation::DESCRIPTION`] is all that the client, the program and the local
/// server need to know about it.
pub trait Operation: Fields {
    /// What the operation adds to the common envelope of the answer.
    type Output: Fields + Default + 'static;

    /// What the spec says about the operation.
    const DESCRIPTION: &'static Description;
}

/// An answer whose payload stands in a field called `Data`.
pub trait HasData {
    /// The type of the payload.
    type Data;

    /// The payload, if the service sent one.
    fn data(&self) -> Option<&Self::Data>;

    /// The payload by itself, if the service sent one.
    fn into_data(self) -> Option<Self::Data>;
}

/// An answer that names the change order that its call started.
pub trait HasChangeOrder {
    /// Identifier of the change order; not every call starts one.
    fn change_order_id(&self) -> Option<&str>;
}

/// An operation as the spec describes it.
///
/// Exhaustive on purpose, like all types of this module: they are written by the generator, in step with this crate.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "built as constants by generated code")]
pub struct Description {
    /// Wire name: `CreateNamespace`.
    pub name: &'static str,
    /// One sentence on what it does.
    pub summary: &'static str,
    /// The service that offers it.
    pub service: &'static Service,
    /// Name of the group it belongs to: `namespace`.
    pub group: &'static str,
    /// HTTP method.
    pub method: Method,
    /// Path, with placeholders as `{AppId}`.
    pub path: &'static str,
    /// Another path that the documentation shows; the client never uses it, the local server accepts it.
    pub other_path: Option<&'static str>,
    /// Methods that the service takes as well; the client never uses them, the local server accepts them.
    pub other_methods: &'static [Method],
    /// Whether it changes anything, whatever the method says.
    pub effect: Effect,
    /// How parameters in the body travel.
    pub body: BodyFormat,
    /// Its parameters, in the order of the documentation.
    pub parameters: &'static [Parameter],
    /// Error codes that the documentation lists for it.
    pub errors: &'static [&'static str],
    /// The envelope of its answers.
    pub envelope: &'static EnvelopeShape,
}

/// A version of a service.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "built as constants by generated code")]
pub struct Service {
    /// Product code: `sae`.
    pub product: &'static str,
    /// Version of the API: `2019-05-06`.
    pub version: &'static str,
    /// Name in words.
    pub title: &'static str,
    /// Rule for the public endpoint, with `{region}`.
    pub public_endpoint: &'static str,
    /// Rule for the endpoint inside a VPC, with `{region}`.
    pub vpc_endpoint: &'static str,
    /// The regions it is known to run in.
    pub regions: &'static [Region],
    /// Every error code that is known for it.
    pub errors: &'static [ErrorInfo],
    /// The envelope of its answers, where an operation has no other.
    pub envelope: &'static EnvelopeShape,
}

impl Service {
    /// What is known about an error code.
    pub fn error(&self, code: &str) -> Option<&'static ErrorInfo> {
        self.errors.iter().find(|error| error.code == code)
    }
}

/// A region of a service.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "built as constants by generated code")]
pub struct Region {
    /// Identifier: `cn-hangzhou`.
    pub id: &'static str,
    /// Public endpoint where it is not the one of the rule; an empty string if there is none.
    pub public_endpoint: Option<&'static str>,
    /// VPC endpoint where it is not the one of the rule; an empty string if there is none.
    pub vpc_endpoint: Option<&'static str>,
}

/// A parameter of an operation.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "built as constants by generated code")]
pub struct Parameter {
    /// Wire name.
    pub name: &'static str,
    /// Type, in the notation of the spec: `string`, `[EnvVar]`.
    pub kind: &'static str,
    /// Where it travels.
    pub position: Position,
    /// How a structure is written.
    pub style: Style,
    /// Whether the service refuses a call without it.
    pub required: bool,
    /// Whether it may hold a secret.
    pub sensitive: bool,
    /// What the service takes when it is left out, where documented.
    pub default: Option<&'static str>,
    /// An example, as it would stand on the wire.
    pub example: Option<&'static str>,
    /// The spellings of its values, where the service takes no others; empty where any value of its type will do.
    pub values: &'static [&'static str],
    /// What to use in its place, where the documentation calls it deprecated.
    pub deprecated: Option<&'static str>,
    /// What it means.
    pub doc: &'static str,
}

impl Parameter {
    /// Whether no request is sent without it: it is required, or a part of the path.
    pub fn is_required(&self) -> bool {
        self.required || self.position == Position::Path
    }

    /// Whether an empty text is a value, also where the parameter is required: a description can be cleared. Any other parameter that
    /// is required and empty counts as missing, and so does every one in the path.
    pub fn can_be_empty(&self) -> bool {
        self.kind == "string" && self.name.ends_with("Description") && self.position != Position::Path
    }
}

/// The fields around every answer of an operation.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "built as constants by generated code")]
pub struct EnvelopeShape {
    /// Wire names of the fields that the service sends.
    pub fields: &'static [&'static str],
    /// Whether `Code` is sent as a number.
    pub numeric_code: bool,
    /// Whether `Success` is sent as a text.
    pub text_success: bool,
}

/// What the documentation says about an error code.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "built as constants by generated code")]
pub struct ErrorInfo {
    /// Wire spelling, typos too.
    pub code: &'static str,
    /// HTTP status that it comes with.
    pub status: u16,
    /// Message with its placeholders (`%s`); empty where it isn't documented.
    pub message: &'static str,
    /// Whether trying again can help.
    pub retry: Retry,
    /// Whether any operation may answer it.
    pub common: bool,
    /// Whether the API gateway answers it, before the service sees the call.
    pub gateway: bool,
    /// Whether it says that what the call is about doesn't exist.
    pub absent: bool,
    /// What a person does about it.
    pub advice: &'static str,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the methods that the services use")]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method as it stands in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// What an operation does to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an operation changes something or it doesn't")]
pub enum Effect {
    /// It only looks: sending it twice is harmless.
    Read,
    /// It changes something: never sent twice unless the first attempt can't have been accepted.
    Write,
}

/// How parameters in the body travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the request styles of the gateway")]
pub enum BodyFormat {
    /// There is no body.
    None,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// One JSON object of all parameters in the body.
    Json,
    /// The value of the single parameter in the body, as JSON.
    Raw,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the places of an HTTP request")]
pub enum Position {
    /// In the query string.
    Query,
    /// In the path.
    Path,
    /// In the body.
    Body,
    /// In a header.
    Header,
}

/// How a structure is written as a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the styles of the gateway")]
pub enum Style {
    /// A scalar, as it is.
    Plain,
    /// One string of JSON.
    Json,
    /// One parameter for each member: `Name.1` or `Name.key`.
    Flat,
}

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the retry rules of this crate")]
pub enum Retry {
    /// No: the request itself is refused.
    Never,
    /// Yes, soon: something on the way failed.
    Transient,
    /// Yes, after the wait that the service asks for.
    Throttled,
    /// Yes, when the change that runs now is over.
    Busy,
}

/// An operation with the types that belong to it, for code that learns its name at run time.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "built as constants by generated code")]
pub struct Registered {
    /// What the spec says about it.
    pub description: &'static Description,
    /// An empty request.
    pub request: fn() -> Box<dyn DynFields>,
    /// An empty output.
    pub output: fn() -> Box<dyn DynFields>,
}

impl Registered {
    /// The entry of an operation.
    pub const fn of<O: Operation + Default + 'static>() -> Self {
        Self {
            description: O::DESCRIPTION,
            request: || Box::new(O::default()),
            output: || Box::new(O::Output::default()),
        }
    }
}

/// [`Fields`] that can be emptied again.
pub trait DynFields: Fields {
    /// Forgets everything.
    fn clear(&mut self);
}

impl<T: Fields + Default> DynFields for T {
    fn clear(&mut self) {
        *self = T::default();
    }
}
