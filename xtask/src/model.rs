//! The typed form between spec and print: every decision is made here, printers only write it down.
//!
//! Names are those of Rust code without marks of its syntax (`type`, not `r#type`), documentation is wrapped into lines. What can
//! be one of a few things is an enum, of sae-transport where it has one: how each is spelled in Rust is known to the printer.

use std::collections::{BTreeMap, BTreeSet};

use sae_transport::{BodyFormat, Effect, Method, Position, Retry, Style};

use crate::spec::words::{Base, TimeForm};

/// Lines of documentation, without the slashes.
pub type Docs = Vec<String>;

/// A service: one folder of generated files.
#[derive(Debug)]
#[non_exhaustive]
pub struct Service {
    /// The file it comes from.
    pub source: String,
    /// Name of its folder and module.
    pub module: String,
    /// What it is.
    pub docs: Docs,
    /// Product code.
    pub product: String,
    /// Version of the API.
    pub version: String,
    /// Name in words.
    pub title: String,
    /// Rule for the public endpoint.
    pub public_endpoint: String,
    /// Rule for the endpoint inside a VPC.
    pub vpc_endpoint: String,
    /// Known regions.
    pub regions: Vec<Region>,
    /// The envelope of every answer.
    pub envelope: Envelope,
    /// Its error codes.
    pub errors: Errors,
    /// Shapes of all groups.
    pub shapes: Option<Shapes>,
    /// Its groups, in reading order.
    pub groups: Vec<Group>,
}

/// A region.
#[derive(Debug)]
#[non_exhaustive]
pub struct Region {
    /// Identifier.
    pub id: String,
    /// Public endpoint where the rule doesn't hold.
    pub public: Option<String>,
    /// VPC endpoint where the rule doesn't hold.
    pub vpc: Option<String>,
}

/// The fields around an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// Wire names.
    pub fields: Vec<String>,
    /// Whether `Code` is a number.
    pub numeric_code: bool,
    /// Whether `Success` is a text.
    pub text_success: bool,
}

/// The error codes of a service.
#[derive(Debug)]
#[non_exhaustive]
pub struct Errors {
    /// The file they come from.
    pub source: String,
    /// The codes, in the order of the file.
    pub codes: Vec<ErrorCode>,
}

/// An error code.
#[derive(Debug)]
#[non_exhaustive]
pub struct ErrorCode {
    /// Name of its constant.
    pub name: String,
    /// Documentation of its constant.
    pub docs: Docs,
    /// Wire spelling.
    pub code: String,
    /// HTTP status.
    pub status: u16,
    /// Message with its placeholders.
    pub message: String,
    /// Whether trying again can help.
    pub retry: Retry,
    /// Whether any operation may answer it.
    pub common: bool,
    /// Whether the gateway answers it.
    pub gateway: bool,
    /// Whether it says that what the call is about doesn't exist.
    pub absent: bool,
    /// What a person does about it.
    pub advice: String,
}

/// A group: one folder of generated files.
#[derive(Debug)]
#[non_exhaustive]
pub struct Group {
    /// The folder it comes from.
    pub source: String,
    /// Name of its folder and module.
    pub module: String,
    /// What it is about.
    pub docs: Docs,
    /// Shapes of all its operations.
    pub shapes: Option<Shapes>,
    /// Its operations, by name.
    pub operations: Vec<Operation>,
    /// The Cargo feature that it is compiled with; without one it always is.
    pub feature: Option<String>,
}

/// A file of shapes.
#[derive(Debug)]
#[non_exhaustive]
pub struct Shapes {
    /// The file they come from.
    pub source: String,
    /// What they have in common, if they are a module that users see.
    pub docs: Docs,
    /// The types of other files that it names.
    pub foreign: Foreign,
    /// What the file defines.
    pub items: Items,
}

/// The generated types that a file names and doesn't define, by the file that does.
pub type Foreign = BTreeMap<Home, BTreeSet<String>>;

/// A file of shapes that others see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Home {
    /// That of the group.
    Group,
    /// That of the service.
    Service,
}

/// Types of a file that stand by themselves.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Items {
    /// Objects.
    pub objects: Vec<Object>,
    /// Value sets.
    pub enums: Vec<Enum>,
}

/// An operation: one generated file.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The file it comes from.
    pub source: String,
    /// Name of its file and module.
    pub module: String,
    /// The types of other files that it names.
    pub foreign: Foreign,
    /// The request.
    pub request: Object,
    /// The answer.
    pub output: Object,
    /// How the payload is reached, if there is one.
    pub payload: Option<Payload>,
    /// How the pages of its list are turned.
    pub pages: Option<Pages>,
    /// The steps to the identifier of the change order that it starts.
    pub change_order: Option<Vec<Step>>,
    /// Its own shapes.
    pub items: Items,
    /// An envelope of its own.
    pub envelope: Option<Envelope>,
    /// What becomes its description.
    pub description: Description,
    /// How its documentation shows that the request is made.
    pub example: Option<Example>,
}

/// How a request is made, in its documentation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Example {
    /// The module of sae-models that has the types.
    pub module: String,
    /// The generated types that are named in it.
    pub types: BTreeSet<String>,
    /// The request.
    pub request: Call,
}

/// The call of a constructor, and of setters on what it makes.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call {
    /// The type that is made.
    pub name: String,
    /// What the constructor takes.
    pub arguments: Vec<Expression>,
    /// Names of setters with what each takes.
    pub setters: Vec<(String, Expression)>,
}

/// A value in an example.
#[derive(Debug)]
#[non_exhaustive]
pub enum Expression {
    /// A borrowed text.
    Text(String),
    /// A text of its own.
    String(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A value of a set.
    Arm {
        /// The set.
        set: String,
        /// Name of the arm.
        arm: String,
    },
    /// A structure.
    Call(Call),
    /// A list.
    List(Vec<Expression>),
    /// The entries of a map.
    Map(Vec<(Expression, Expression)>),
}

/// The field `Data` of an answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Payload {
    /// Type of the payload.
    pub data: Type,
    /// Whether the field itself is the payload (a list) and not an `Option` of it.
    pub always: bool,
}

/// How the pages of a list are turned.
#[derive(Debug)]
#[non_exhaustive]
pub struct Pages {
    /// What leads from a page to the next.
    pub turn: Turn,
    /// Type of an item.
    pub item: Type,
    /// The steps to the items.
    pub items: Vec<Step>,
    /// Wire names of the fields that tell an item from all others.
    pub id: Vec<String>,
}

/// What leads from a page to the next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Turn {
    /// A number.
    Number {
        /// Its parameter.
        page: String,
        /// Number of the first page.
        first: i64,
        /// The parameter for the number of items on a page.
        size: String,
        /// Wire names of the way to the number of all items.
        total: Vec<String>,
    },
    /// A token.
    Token {
        /// Its parameter.
        parameter: String,
        /// Wire names of the way to the next one.
        next: Vec<String>,
    },
}

/// A field on the way from an answer to a part of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Step {
    /// Its Rust name.
    pub name: String,
    /// Whether it is an `Option`.
    pub optional: bool,
}

/// The constants of an operation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Description {
    /// Wire name.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// Name of its group.
    pub group: String,
    /// HTTP method.
    pub method: Method,
    /// Path with placeholders.
    pub path: String,
    /// The document's path.
    pub other_path: Option<String>,
    /// Methods that the service takes too.
    pub other_methods: Vec<Method>,
    /// What it does to the service.
    pub effect: Effect,
    /// How parameters in the body travel.
    pub body: BodyFormat,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its codes.
    pub errors: Vec<String>,
}

/// The constants of a parameter.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// Wire name.
    pub name: String,
    /// Type in the notation of the spec.
    pub kind: String,
    /// Where it travels.
    pub position: Position,
    /// How a structure is written.
    pub style: Style,
    /// Whether it is required.
    pub required: bool,
    /// Whether it may hold a secret.
    pub sensitive: bool,
    /// Its default.
    pub default: Option<String>,
    /// An example.
    pub example: Option<String>,
    /// Spellings of its values, where they are a closed set.
    pub values: Vec<String>,
    /// What to use instead.
    pub deprecated: Option<String>,
    /// What it means, in one line.
    pub doc: String,
}

/// A struct.
#[derive(Debug)]
#[non_exhaustive]
pub struct Object {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: Docs,
    /// Its fields.
    pub fields: Vec<Field>,
    /// How people make one; answers aren't made.
    pub constructor: Option<Constructor>,
    /// Whether it keeps members that it doesn't know: part of an answer.
    pub keeps_unknown: bool,
}

/// A field of a struct.
#[derive(Debug)]
#[non_exhaustive]
pub struct Field {
    /// Its Rust name.
    pub name: String,
    /// Its documentation.
    pub docs: Docs,
    /// Its names on the wire, today's first.
    pub wire: Vec<String>,
    /// Its type.
    pub r#type: Type,
    /// How it is shown.
    pub role: Role,
    /// How people set it.
    pub setter: Option<Setter>,
    /// How people read the time that it says.
    pub time: Option<TimeReader>,
    /// What to use instead, in one line.
    pub deprecated: Option<String>,
}

/// A method that reads a field as a time.
#[derive(Debug)]
#[non_exhaustive]
pub struct TimeReader {
    /// Its name, that of the field.
    pub name: String,
    /// Its documentation.
    pub docs: Docs,
    /// How the field says a time.
    pub form: TimeForm,
    /// Whether the field is a text.
    pub is_text: bool,
}

impl Field {
    /// Its name on the wire.
    pub fn wire_name(&self) -> &str {
        self.wire.first().map_or("", String::as_str)
    }
}

/// How a field is shown to a visitor.
#[derive(Debug)]
#[non_exhaustive]
pub enum Role {
    /// Like any other.
    Plain,
    /// As a secret.
    Secret,
    /// As a list inside an object with this member.
    Wrapped(String),
}

/// A chained setter.
#[derive(Debug)]
#[non_exhaustive]
pub struct Setter {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: Docs,
    /// What it takes.
    pub takes: Type,
    /// What it does with it.
    pub store: Store,
}

/// How a value gets into its field.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Store {
    /// As it is.
    Bare,
    /// In `Some`.
    Some,
    /// In `Some` of a `Box`.
    SomeBox,
}

/// `fn new`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Constructor {
    /// Its documentation.
    pub docs: Docs,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// Whether other fields are left at their defaults.
    pub rest: bool,
}

/// An argument of a constructor.
#[derive(Debug)]
#[non_exhaustive]
pub struct Argument {
    /// The field that it fills.
    pub name: String,
    /// What it takes.
    pub takes: Type,
    /// What is done with it.
    pub store: Store,
}

/// A value set.
#[derive(Debug)]
#[non_exhaustive]
pub struct Enum {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub docs: Docs,
    /// What its values are.
    pub base: Base,
    /// Its values.
    pub values: Vec<Value>,
}

/// A value of a set.
#[derive(Debug)]
#[non_exhaustive]
pub struct Value {
    /// Name of its arm.
    pub name: String,
    /// Its documentation.
    pub docs: Docs,
    /// Its spelling on the wire.
    pub wire: Literal,
}

/// A value on the wire.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Literal {
    /// A string.
    Text(String),
    /// A number.
    Number(i64),
}

/// What the values of a scalar are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scalar {
    /// Texts.
    String,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Float,
    /// True and false.
    Boolean,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// A scalar.
    Scalar(Scalar),
    /// `Any`.
    Any,
    /// A generated type.
    Named(String),
    /// `BTreeMap<String, T>`.
    Map(Box<Type>),
    /// `Vec<T>`.
    List(Box<Type>),
    /// `Option<T>`.
    Option(Box<Type>),
    /// `Box<T>`.
    Boxed(Box<Type>),
    /// `Json<T>`.
    Json(Box<Type>),
}

impl Type {
    /// This type in an `Option`.
    pub fn optional(self) -> Self {
        Self::Option(Box::new(self))
    }

    /// The type itself and everything in it, outermost first.
    pub fn parts(&self) -> Vec<&Self> {
        let mut parts = vec![self];
        if let Self::Map(inner)
        | Self::List(inner)
        | Self::Option(inner)
        | Self::Boxed(inner)
        | Self::Json(inner) = self
        {
            parts.extend(inner.parts());
        }
        parts
    }
}
