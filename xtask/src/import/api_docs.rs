//! The published descriptions of services: `api-docs.json`, one file a service. Unlike the metadata they say what an answer holds.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::metadata::{Found, Operation, Parameter, Source};
use super::product;
use crate::diagnostics::Problems;
use crate::spec::ServiceFolder;

/// A file, as it is published.
#[derive(Debug, Deserialize)]
struct ApiDocs {
    info: Info,
    #[serde(default)]
    components: Components,
    apis: BTreeMap<String, Api>,
}

#[derive(Debug, Deserialize)]
struct Info {
    product: String,
    version: String,
}

#[derive(Debug, Default, Deserialize)]
struct Components {
    #[serde(default)]
    schemas: BTreeMap<String, Schema>,
}

#[derive(Debug, Deserialize)]
struct Api {
    path: String,
    methods: Vec<String>,
    #[serde(default)]
    deprecated: bool,
    #[serde(default)]
    parameters: Vec<ApiParameter>,
    #[serde(default)]
    responses: BTreeMap<String, Response>,
}

#[derive(Debug, Deserialize)]
struct ApiParameter {
    name: String,
    r#in: String,
    style: Option<String>,
    #[serde(default)]
    schema: Schema,
}

#[derive(Debug, Deserialize)]
struct Response {
    schema: Option<Schema>,
}

/// What a value is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    /// The place of the schema that holds instead.
    #[serde(rename = "$ref")]
    reference: Option<String>,
    /// `string`, `integer`, `number`, `boolean`, `array`, `object` or another word.
    pub r#type: Option<String>,
    format: Option<String>,
    #[serde(default)]
    description: String,
    /// A boolean, unlike in JSON Schema.
    required: Option<Value>,
    #[serde(default)]
    r#enum: Vec<Value>,
    deprecated: Option<bool>,
    /// Members of an object.
    #[serde(default)]
    pub properties: BTreeMap<String, Schema>,
    /// What a list holds.
    pub items: Option<Box<Schema>>,
    /// What a map holds.
    pub additional_properties: Option<MapValues>,
}

/// What a map holds, or whether it is one.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum MapValues {
    /// The values are such.
    Of(Box<Schema>),
    /// Any values, or none.
    Any(bool),
}

impl Schema {
    /// Whether it should no longer be used.
    pub fn is_deprecated(&self) -> bool {
        self.deprecated == Some(true)
    }

    /// The schema itself, or the one that it names.
    pub fn resolve<'s>(&'s self, schemas: &'s BTreeMap<String, Self>) -> &'s Self {
        let name = self.reference.as_deref().and_then(|place| place.rsplit('/').next());
        name.and_then(|name| schemas.get(name)).unwrap_or(self)
    }
}

/// The operations that a file describes, if it is that of the service.
pub fn operations(
    service: &ServiceFolder,
    files: &BTreeMap<String, Vec<u8>>,
    problems: &mut Problems,
) -> Source {
    for (path, bytes) in files {
        let read: ApiDocs = match serde_json::from_slice(bytes) {
            Ok(read) => read,
            Err(error) => {
                problems.about(path, error.to_string());
                continue;
            }
        };
        if !read.info.product.eq_ignore_ascii_case(product(service)) {
            continue;
        }
        let (theirs, ours) = (&read.info.version, service.manifest.document.version.as_ref());
        if theirs != ours {
            let text = format!("version {theirs} can't be compared with {}, which is {ours}", service.name);
            problems.about(path, text);
        }
        let schemas = read.components.schemas;
        let operations = read.apis.into_iter().map(|(name, api)| {
            let operation = operation(name.clone(), api, &schemas);
            (name, Found { path: path.clone(), operation })
        });
        return Source { operations: operations.collect(), schemas };
    }
    let text = format!("no file describes {}; --docs takes its api-docs.json", service.name);
    problems.about(files.keys().map(String::as_str).collect::<Vec<_>>().join(" and "), text);
    Source::default()
}

fn operation(name: String, mut api: Api, schemas: &BTreeMap<String, Schema>) -> Operation {
    Operation {
        name,
        deprecated: Some(api.deprecated),
        method: api.methods.iter().map(|method| method.to_uppercase()).collect::<Vec<_>>().join("|"),
        path_pattern: api.path,
        parameters: api.parameters.into_iter().map(|it| parameter(it, schemas)).collect(),
        answer: api.responses.remove("200").and_then(|response| response.schema),
    }
}

fn parameter(parameter: ApiParameter, schemas: &BTreeMap<String, Schema>) -> Parameter {
    let ApiParameter { name, r#in, style, schema } = parameter;
    let schema = schema.resolve(schemas);
    Parameter {
        name,
        position: if r#in == "formData" { "body".to_owned() } else { r#in },
        r#type: word(schema, style.as_deref()).to_owned(),
        required: schema.required.as_ref().and_then(Value::as_bool).unwrap_or_default(),
        description: schema.description.clone(),
        r#enum: schema.r#enum.clone(),
        deprecated: schema.deprecated,
    }
}

/// The type of a parameter in the words of the metadata.
fn word(schema: &Schema, style: Option<&str>) -> &'static str {
    match (schema.r#type.as_deref(), schema.format.as_deref()) {
        (Some("string"), _) => "String",
        (Some("integer"), Some("int64")) => "Long",
        (Some("integer"), _) => "Integer",
        (Some("number"), Some("double")) => "Double",
        (Some("number"), _) => "Float",
        (Some("boolean"), _) => "Boolean",
        (Some("array"), _) if style != Some("json") => "RepeatList",
        _ => "Json",
    }
}
