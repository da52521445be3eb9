//! Which files a spec has, and where each stands.

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// `service.toml`
    Service,
    /// `errors.toml`
    Errors,
    /// `shapes.toml`, of a service or of a group.
    Shapes,
    /// `deviations.toml`
    Deviations,
    /// An operation.
    Operation,
}

impl FileKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Service, Self::Errors, Self::Shapes, Self::Deviations, Self::Operation];

    /// The kind of the file at this path below the spec; `None` for what is no TOML file of a service or group.
    pub fn of(path: &str) -> Option<Self> {
        let steps: Vec<&str> = path.split('/').collect();
        match steps.as_slice() {
            [_, "service.toml"] => Some(Self::Service),
            [_, "errors.toml"] => Some(Self::Errors),
            [_, "deviations.toml"] => Some(Self::Deviations),
            [_, "shapes.toml"] | [_, _, "shapes.toml"] => Some(Self::Shapes),
            [_, _, file] if file.strip_suffix(".toml").is_some() => Some(Self::Operation),
            _ => None,
        }
    }

    /// Its name, which is that of its schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Errors => "errors",
            Self::Shapes => "shapes",
            Self::Deviations => "deviations",
            Self::Operation => "operation",
        }
    }

    /// The first line of a file of this kind, which tells editors where its schema is.
    pub fn schema_line(self, path: &str) -> String {
        let up = "../".repeat(path.matches('/').count());
        format!("{MARK} {up}{SCHEMAS}/{}.json", self.name())
    }
}

/// The folder of schemas in the folder of the spec.
pub const SCHEMAS: &str = "schemas";

/// How a line starts that names a schema.
pub const MARK: &str = "#:schema";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_its_schema_from_where_it_stands() {
        for (path, expected) in [
            ("sae-2019-05-06/service.toml", Some("#:schema ../schemas/service.json")),
            ("sae-2019-05-06/shapes.toml", Some("#:schema ../schemas/shapes.json")),
            ("sae-2019-05-06/slb/shapes.toml", Some("#:schema ../../schemas/shapes.json")),
            ("sae-2019-05-06/slb/bind_slb.toml", Some("#:schema ../../schemas/operation.json")),
            ("sae-2019-05-06/other.toml", None),
            ("schemas/operation.json", None),
            ("README.md", None),
        ] {
            let line = FileKind::of(path).map(|kind| kind.schema_line(path));
            assert_eq!(line.as_deref(), expected, "{path}");
        }
    }
}
