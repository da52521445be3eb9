//! What a name could mean.

/// An application or a namespace that a name could mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// Its identifier.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The namespace that it is in.
    pub namespace_id: Option<String>,
}

impl Candidate {
    /// With an identifier and a name.
    pub fn new(id: Option<String>, name: Option<String>) -> Self {
        Self { id, name, namespace_id: None }
    }

    /// In this namespace.
    #[must_use]
    pub fn namespace(mut self, id: Option<String>) -> Self {
        self.namespace_id = id;
        self
    }
}
