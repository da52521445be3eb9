//! The files of the spec as they are written: api-spec/README.md in types.
//!
//! Every value that a rule can object to keeps its place in the file.

use std::collections::BTreeMap;

use sae_transport::{BodyFormat, Effect, Method, Position, Retry, Style};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

pub use super::spanned::Text;
use super::spanned::{Spanned, Word};
use super::words::{About, Access, Base, ErrorOrigin, FieldStyle, Origin, PageStyle, SuccessType, TimeForm};

/// The file of one operation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Operation {
    /// Wire name.
    #[schemars(regex(pattern = "^[A-Z][A-Za-z0-9]*$"))]
    pub name: Text,
    /// One sentence.
    #[schemars(required, regex(pattern = r"\.$"))]
    pub summary: Option<Text>,
    /// More paragraphs.
    #[schemars(length(min = 1))]
    pub description: Option<Text>,
    /// HTTP method.
    #[schemars(required)]
    pub method: Option<Word<Method>>,
    /// Further methods that the service takes.
    #[serde(default)]
    pub other_methods: Vec<Word<Method>>,
    /// Path with placeholders.
    #[schemars(required, regex(pattern = PATH))]
    pub path: Option<Text>,
    /// `read` or `write`.
    #[schemars(required)]
    pub effect: Option<Word<Effect>>,
    /// Where the facts come from, unless a member says otherwise.
    pub from: Option<Word<Origin>>,
    /// Chapter or page.
    #[schemars(length(min = 1))]
    pub source: Option<Text>,
    /// Codes that the documentation lists.
    #[serde(default)]
    pub errors: Vec<Text>,
    /// Parameters that the example in the documentation sets, besides the required ones.
    #[serde(default)]
    pub example_with: Vec<Text>,
    /// How parameters in the body travel.
    pub body: Option<Word<BodyFormat>>,
    /// What to use instead.
    #[schemars(length(min = 1))]
    pub deprecated: Option<Text>,
    /// What the document says otherwise about the operation.
    pub differs: Option<Spanned<Differs>>,
    /// The permission that it needs.
    pub ram: Option<Spanned<Ram>>,
    /// The envelope, where it isn't the service's.
    pub envelope: Option<Spanned<Envelope>>,
    /// How the pages of its list are turned.
    pub pages: Option<Spanned<Pages>>,
    /// What goes in.
    #[serde(default, rename = "parameter")]
    pub parameters: Vec<Parameter>,
    /// What comes back.
    #[serde(default, rename = "response")]
    pub responses: Vec<Field>,
    /// Shapes of this operation alone.
    #[serde(default, rename = "shape")]
    pub shapes: BTreeMap<Text, Shape>,
    /// Value sets of this operation alone.
    #[serde(default, rename = "enum")]
    pub enums: BTreeMap<Text, Enum>,
}

/// A `shapes.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Shapes {
    /// Objects.
    #[serde(default, rename = "shape")]
    pub shapes: BTreeMap<Text, Shape>,
    /// Value sets.
    #[serde(default, rename = "enum")]
    pub enums: BTreeMap<Text, Enum>,
}

/// An `errors.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["error"]))]
#[non_exhaustive]
pub struct Errors {
    /// The codes.
    #[serde(default, rename = "error")]
    #[schemars(length(min = 1))]
    pub errors: Vec<Error>,
}

/// A `deviations.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Deviations {
    /// The deviations.
    #[serde(default, rename = "deviation")]
    pub deviations: Vec<Deviation>,
}

/// A difference from the metadata that is meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Deviation {
    /// Wire name of the operation.
    pub operation: Text,
    /// Wire name of the parameter; left out where the operation itself differs.
    pub parameter: Option<Text>,
    /// The way to a field of the answer, wire names with dots between them; likewise.
    pub response: Option<Text>,
    /// What differs.
    pub about: Word<About>,
    /// Why the spec is right.
    #[schemars(length(min = 1))]
    pub why: Text,
}

/// A `service.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Service {
    /// Product code.
    pub product: Text,
    /// Version of the API.
    #[schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub version: Text,
    /// Name in words.
    #[schemars(required, length(min = 1))]
    pub title: Option<Text>,
    /// A sentence on what it is.
    #[schemars(required, length(min = 1))]
    pub summary: Option<Text>,
    /// The year of the document that the spec was made from.
    #[schemars(regex(pattern = "^[0-9]{4}$"))]
    pub document: Option<Text>,
    /// Address of the official page of an operation, with `{operation}` for its name.
    #[schemars(regex(pattern = r"^https://[^ <>]*\{operation\}[^ <>]*$"))]
    pub reference: Option<Text>,
    /// What the Cargo features of its groups begin with.
    pub feature: Option<Text>,
    /// Where answers name the change order that a call started.
    pub change_order: Option<Text>,
    /// Names of the groups, in reading order.
    pub groups: Vec<Text>,
    /// The envelope of every answer.
    pub envelope: Spanned<Envelope>,
    /// Rules for endpoints.
    pub endpoint: Endpoint,
    /// Known regions.
    #[serde(default, rename = "region")]
    pub regions: Vec<Region>,
    /// Titles of the groups.
    #[serde(default, rename = "group")]
    pub group: BTreeMap<Text, Group>,
}

impl Service {
    /// What a `service.toml` that can't be understood is taken for, by the names of folders.
    pub fn in_place<'g>(folder: &str, groups: impl Iterator<Item = &'g str>) -> Self {
        let text = |text: &str| Spanned::new(0..0, text.to_owned());
        let (product, version) = folder.split_once('-').unwrap_or((folder, ""));
        Self {
            product: text(product),
            version: text(version),
            title: None,
            summary: None,
            document: None,
            reference: None,
            feature: None,
            change_order: None,
            groups: groups.map(text).collect(),
            envelope: Spanned::new(0..0, Envelope { fields: None, code: None, success: None }),
            endpoint: Endpoint { public: text(""), vpc: text("") },
            regions: Vec::new(),
            group: BTreeMap::new(),
        }
    }
}

/// How the pages of a list are turned.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Pages {
    /// `number` or `token`.
    pub style: Word<PageStyle>,
    /// Where the answer has the items.
    pub items: Text,
    /// The fields that tell an item from all others.
    #[serde(default)]
    pub id: Vec<Text>,
    /// The parameter for the number of the page.
    pub page: Option<Text>,
    /// Number of the first page, 0 or 1; 1 if left out.
    pub first: Option<Spanned<i64>>,
    /// The parameter for the number of items on a page.
    pub size: Option<Text>,
    /// Where the answer says how many items there are on all pages.
    pub total: Option<Text>,
    /// The parameter for the token.
    pub token: Option<Text>,
    /// Where the answer has the token of the next page.
    pub next: Option<Text>,
}

/// A parameter of an operation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Parameter {
    /// Wire name.
    #[schemars(length(min = 1))]
    pub name: Text,
    /// Type, in the notation of the spec.
    #[schemars(required, regex(pattern = TYPE))]
    pub r#type: Option<Text>,
    /// Where it travels.
    pub r#in: Option<Word<Position>>,
    /// How a structure is written.
    pub style: Option<Word<Style>>,
    /// Whether the service refuses a call without it.
    pub required: Option<Spanned<bool>>,
    /// Whether it may hold a secret.
    pub sensitive: Option<Spanned<bool>>,
    /// Why it holds none, where its name suggests one.
    #[schemars(length(min = 1))]
    pub why_public: Option<Text>,
    /// What the service takes when it is left out.
    #[schemars(length(min = 1))]
    pub default: Option<Text>,
    /// An example, as on the wire.
    #[schemars(length(min = 1))]
    pub example: Option<Text>,
    /// What it means.
    #[schemars(required, length(min = 1))]
    pub doc: Option<Text>,
    /// What to use instead.
    #[schemars(length(min = 1))]
    pub deprecated: Option<Text>,
    /// Where the fact comes from.
    pub from: Option<Word<Origin>>,
    /// What the document says otherwise.
    pub differs: Option<Spanned<Differs>>,
}

/// A field of an answer or of a shape.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Field {
    /// Wire name.
    #[schemars(length(min = 1))]
    pub name: Text,
    /// Type, in the notation of the spec.
    #[schemars(required, regex(pattern = TYPE))]
    pub r#type: Option<Text>,
    /// How a structure is written.
    pub style: Option<Word<FieldStyle>>,
    /// The single member of the object in which a list travels.
    #[schemars(length(min = 1))]
    pub wrap: Option<Text>,
    /// Whether a constructor takes it.
    pub required: Option<Spanned<bool>>,
    /// Whether it may hold a secret.
    pub sensitive: Option<Spanned<bool>>,
    /// Why it holds none, where its name suggests one.
    #[schemars(length(min = 1))]
    pub why_public: Option<Text>,
    /// What the service takes when it is left out.
    #[schemars(length(min = 1))]
    pub default: Option<Text>,
    /// An example, as on the wire.
    #[schemars(length(min = 1))]
    pub example: Option<Text>,
    /// How it says a time, if it does.
    pub time: Option<Word<TimeForm>>,
    /// What it means.
    #[schemars(required, length(min = 1))]
    pub doc: Option<Text>,
    /// What to use instead.
    #[schemars(length(min = 1))]
    pub deprecated: Option<Text>,
    /// Where the fact comes from.
    pub from: Option<Word<Origin>>,
    /// What the document says otherwise.
    pub differs: Option<Spanned<Differs>>,
}

/// An object.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["doc", "field"]))]
#[non_exhaustive]
pub struct Shape {
    /// What it is.
    #[schemars(required, length(min = 1))]
    pub doc: Option<Text>,
    /// Where its fields come from, unless they say otherwise.
    pub from: Option<Word<Origin>>,
    /// Its fields.
    #[serde(default, rename = "field")]
    #[schemars(length(min = 1))]
    pub fields: Vec<Field>,
}

/// A closed set of values.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["doc", "value"]))]
#[non_exhaustive]
pub struct Enum {
    /// What it is.
    #[schemars(required, length(min = 1))]
    pub doc: Option<Text>,
    /// Where it comes from.
    pub from: Option<Word<Origin>>,
    /// `string` or `integer`.
    pub base: Option<Word<Base>>,
    /// Its values.
    #[serde(default, rename = "value")]
    #[schemars(length(min = 1))]
    pub values: Vec<Value>,
}

/// One value of a set.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Value {
    /// Wire spelling.
    #[schemars(schema_with = "spelling")]
    pub value: Spanned<toml::Value>,
    /// Rust name.
    #[schemars(regex(pattern = "^[A-Z][A-Za-z0-9]*$"))]
    pub name: Option<Text>,
    /// What it means.
    #[schemars(required, length(min = 1))]
    pub doc: Option<Text>,
    /// Where it comes from.
    pub from: Option<Word<Origin>>,
}

/// What the document says otherwise.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Differs {
    /// Whether it is required there.
    pub required: Option<bool>,
    /// Its type there.
    #[schemars(regex(pattern = TYPE))]
    pub r#type: Option<Text>,
    /// Its path there.
    #[schemars(regex(pattern = PATH))]
    pub path: Option<Text>,
    /// Its name there.
    #[schemars(length(min = 1))]
    pub name: Option<Text>,
    /// Whether it is a list there.
    pub list: Option<bool>,
    /// Which of the two holds, and how that is known.
    #[schemars(required, length(min = 1))]
    pub why: Option<Text>,
}

/// A permission.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Ram {
    /// Name of the action.
    #[schemars(regex(pattern = "^[A-Za-z0-9-]+:([A-Za-z0-9-]+|[*])$"))]
    pub action: Text,
    /// Kind of access.
    pub access: Option<Word<Access>>,
    /// What it is granted on.
    #[schemars(regex(pattern = "^([*]$|acs:)"))]
    pub resource: Option<Text>,
}

/// The fields around an answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Envelope {
    /// Wire names.
    pub fields: Option<Vec<Text>>,
    /// Type in which `Code` is sent.
    pub code: Option<Word<Base>>,
    /// Type in which `Success` is sent.
    pub success: Option<Word<SuccessType>>,
}

/// Rules for endpoints.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Endpoint {
    /// Public one, with `{region}`.
    pub public: Text,
    /// The one inside a VPC.
    pub vpc: Text,
}

/// A region.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Region {
    /// Identifier.
    pub id: Text,
    /// Public endpoint where the rule doesn't hold.
    pub public: Option<Text>,
    /// VPC endpoint where the rule doesn't hold.
    pub vpc: Option<Text>,
}

/// A group of operations.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Group {
    /// Its name in words.
    #[schemars(required, length(min = 1))]
    pub title: Option<Text>,
    /// A sentence on what it is about.
    #[schemars(required, length(min = 1))]
    pub summary: Option<Text>,
}

/// An error code.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Error {
    /// Wire spelling.
    #[schemars(length(min = 1))]
    pub code: Text,
    /// Rust name, where the code's own is taken.
    #[schemars(regex(pattern = "^[A-Z][A-Z0-9_]*$"))]
    pub name: Option<Text>,
    /// HTTP status.
    #[schemars(range(min = 100, max = 599))]
    pub status: Spanned<i64>,
    /// Message with its placeholders.
    pub message: Text,
    /// Whether trying again can help.
    pub retry: Word<Retry>,
    /// Whether any operation may answer it.
    #[serde(default)]
    pub common: bool,
    /// Whether it says that what the call is about doesn't exist.
    #[serde(default)]
    pub absent: bool,
    /// Where it comes from.
    pub from: Option<Word<ErrorOrigin>>,
    /// What a person does about it.
    #[schemars(required, length(min = 1))]
    pub advice: Option<Text>,
}

/// Types in the notation of the spec: `string`, `[T]`, `{T}`.
const TYPE: &str = r"^[\[{]*[A-Za-z0-9_]+[\]}]*$";

/// Paths with placeholders.
const PATH: &str = "^/[A-Za-z0-9._~/{}-]+$";

fn spelling(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "integer"] })
}
