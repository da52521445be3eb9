//! Const functions with which generated code writes descriptions: what isn't said is at its default.

use crate::{
    BodyFormat, Description, Effect, EnvelopeShape, ErrorInfo, Method, Parameter, Position, Region, Retry,
    Service, Style,
};

#[doc(hidden)]
impl Description {
    /// What a description leaves out: the envelope of the service, no body, no other path or methods, no parameters, no error codes.
    pub const fn of(service: &'static Service) -> Self {
        Self {
            name: "",
            summary: "",
            service,
            group: "",
            method: Method::Get,
            path: "",
            other_path: None,
            other_methods: &[],
            effect: Effect::Write,
            body: BodyFormat::None,
            parameters: &[],
            errors: &[],
            envelope: service.envelope,
        }
    }
}

#[doc(hidden)]
impl Parameter {
    /// A parameter of this name and type: optional, plain, in the query string.
    pub const fn new(name: &'static str, kind: &'static str) -> Self {
        Self {
            name,
            kind,
            position: Position::Query,
            style: Style::Plain,
            required: false,
            sensitive: false,
            default: None,
            example: None,
            values: &[],
            deprecated: None,
            doc: "",
        }
    }

    /// A parameter whose type is written in Rust. Scalars that always have a value are required.
    pub const fn of_type(name: &'static str, rust_type: &'static str) -> Self {
        let kind = match rust_type.as_bytes() {
            b"String" | b"Option<String>" => "string",
            b"i64" | b"Option<i64>" => "long",
            b"f64" | b"Option<f64>" => "double",
            b"bool" | b"Option<bool>" => "boolean",
            b"Vec<String>" => "[string]",
            b"BTreeMap<String, String>" => "{string}",
            _ => rust_type,
        };
        let required = matches!(rust_type.as_bytes(), b"String" | b"i64" | b"f64" | b"bool");
        Self { required, ..Self::new(name, kind) }
    }

    // The words of `operation!`.

    pub const fn field(self) -> Self {
        self
    }

    pub const fn secret(self) -> Self {
        self.sensitive()
    }

    pub const fn query(self) -> Self {
        self.position(Position::Query)
    }

    pub const fn path(self) -> Self {
        self.position(Position::Path)
    }

    pub const fn header(self) -> Self {
        self.position(Position::Header)
    }

    pub const fn body(self) -> Self {
        self.position(Position::Body)
    }

    pub const fn flat(self) -> Self {
        self.style(Style::Flat)
    }

    pub const fn position(self, position: Position) -> Self {
        Self { position, ..self }
    }

    pub const fn style(self, style: Style) -> Self {
        Self { style, ..self }
    }

    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub const fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }

    pub const fn default(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    pub const fn example(self, example: &'static str) -> Self {
        Self { example: Some(example), ..self }
    }

    pub const fn values(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }

    pub const fn deprecated(self, instead: &'static str) -> Self {
        Self { deprecated: Some(instead), ..self }
    }

    pub const fn doc(self, doc: &'static str) -> Self {
        Self { doc, ..self }
    }
}

#[doc(hidden)]
impl EnvelopeShape {
    /// An envelope of these fields, with `Code` as a text and `Success` as a boolean.
    pub const fn new(fields: &'static [&'static str]) -> Self {
        Self { fields, numeric_code: false, text_success: false }
    }

    pub const fn numeric_code(self) -> Self {
        Self { numeric_code: true, ..self }
    }

    pub const fn text_success(self) -> Self {
        Self { text_success: true, ..self }
    }
}

#[doc(hidden)]
impl Region {
    /// A region whose endpoints are those of the rules.
    pub const fn new(id: &'static str) -> Self {
        Self { id, public_endpoint: None, vpc_endpoint: None }
    }

    pub const fn public_endpoint(self, host: &'static str) -> Self {
        Self { public_endpoint: Some(host), ..self }
    }

    pub const fn vpc_endpoint(self, host: &'static str) -> Self {
        Self { vpc_endpoint: Some(host), ..self }
    }
}

#[doc(hidden)]
impl ErrorInfo {
    /// A code that some operations answer with this status, and that trying again doesn't change.
    pub const fn new(code: &'static str, status: u16) -> Self {
        Self {
            code,
            status,
            message: "",
            retry: Retry::Never,
            common: false,
            gateway: false,
            absent: false,
            advice: "",
        }
    }

    pub const fn message(self, message: &'static str) -> Self {
        Self { message, ..self }
    }

    pub const fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    pub const fn common(self) -> Self {
        Self { common: true, ..self }
    }

    pub const fn gateway(self) -> Self {
        Self { gateway: true, ..self }
    }

    pub const fn absent(self) -> Self {
        Self { absent: true, ..self }
    }

    pub const fn advice(self, advice: &'static str) -> Self {
        Self { advice, ..self }
    }
}
