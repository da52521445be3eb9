//! Where the behaviour of this server comes from, as data beside each handler.

use std::fmt;

/// Where a fact about the service comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
    /// The API reference of 2019 for SAE, or the page on DeployK8sApplication for EDAS.
    Document,
    /// The official API metadata of today and the documentation that is made from it.
    Metadata,
    /// The code of an official SDK.
    Sdk,
    /// What Terraform's provider for Alibaba Cloud sends and expects.
    Provider,
    /// Nothing official says it: this server had to choose.
    Assumption,
}

/// Something that this server does, or refuses, beyond the shape of requests and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The rule in a sentence without its full stop: `a resource has at most 20 tags`.
    pub says: &'static str,
    /// Where it comes from.
    pub source: Source,
}

/// Where an implemented operation and its rules come from; see [`fidelity`](crate::fidelity).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fidelity {
    /// The product: `sae`.
    pub product: &'static str,
    /// The wire name of the operation.
    pub operation: &'static str,
    /// Where its parameters and its answer come from.
    pub source: Source,
    /// Its rules.
    pub rules: &'static [Rule],
}

/// An operation that this server is not to serve; see [`out_of_scope`](crate::out_of_scope).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutOfScope {
    /// The product: `edas`.
    pub product: &'static str,
    /// The wire name of the operation.
    pub operation: &'static str,
    /// Why it isn't served, as the end of a sentence.
    pub reason: &'static str,
}

impl Source {
    /// The source in a word: `document`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Metadata => "metadata",
            Self::Sdk => "SDK",
            Self::Provider => "provider",
            Self::Assumption => "assumption",
        }
    }

    /// A rule from this source.
    pub(crate) const fn says(self, says: &'static str) -> Rule {
        Rule { says, source: self }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
