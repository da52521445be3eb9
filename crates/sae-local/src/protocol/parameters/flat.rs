//! Flat parameters: a structure as one parameter for each member, `Data.1.Key`, becomes one text of JSON.

use std::collections::BTreeMap;

use sae_transport::{Description, Style};
use serde_json::{Map, Value};

use crate::protocol::percent::Pair;

/// The members of flat parameters, by the name of their parameter.
#[derive(Default)]
pub struct FlatParameters(BTreeMap<&'static str, Node>);

/// A structure that is being collected.
#[derive(Default)]
struct Node {
    text: Option<String>,
    members: BTreeMap<String, Self>,
}

impl FlatParameters {
    /// Takes a pair if it is a member of a flat parameter. The first value of a member counts.
    pub fn take(&mut self, description: &Description, (name, value): &Pair) -> bool {
        let Some((first, rest)) = name.split_once('.') else { return false };
        let flat = description.parameters.iter().find(|one| one.name == first && one.style == Style::Flat);
        let Some(parameter) = flat else { return false };
        let steps: Vec<&str> = rest.splitn(DEPTH, '.').collect();
        let mut node = self.0.entry(parameter.name).or_default();
        for step in steps {
            node = node.members.entry(step.to_owned()).or_default();
        }
        node.text.get_or_insert_with(|| value.clone());
        true
    }

    /// The parameters as JSON.
    pub fn into_json(self) -> impl Iterator<Item = (&'static str, String)> {
        self.0.into_iter().map(|(name, node)| (name, node.into_value().to_string()))
    }
}

impl Node {
    /// A list if the members are numbered from 1.
    fn into_value(mut self) -> Value {
        if let Some(text) = self.text.filter(|_| self.members.is_empty()) {
            return Value::String(text);
        }
        let numbered = (1..=self.members.len()).map(|number| number.to_string());
        if numbered.clone().all(|number| self.members.contains_key(&number)) {
            let items = numbered.filter_map(|number| self.members.remove(&number));
            return items.map(Self::into_value).collect();
        }
        let members = self.members.into_iter().map(|(name, node)| (name, node.into_value()));
        Value::Object(members.collect::<Map<_, _>>())
    }
}

/// How deep members may lie inside each other. Further dots belong to the last name.
const DEPTH: usize = 16;

#[cfg(test)]
mod tests {
    use sae_models::edas::CreateK8sConfigMap;
    use sae_transport::Operation as _;

    use super::FlatParameters;

    #[test]
    fn members_become_a_structure() {
        let mut flat = FlatParameters::default();
        let mut take = |name: &str, value: &str| {
            flat.take(CreateK8sConfigMap::DESCRIPTION, &(name.to_owned(), value.to_owned()))
        };
        assert!(take("Data.2.Key", "b"));
        assert!(take("Data.1.Key", "a"));
        assert!(take("Data.1.More.x", "1"));
        assert!(take("Data.1.Key", "later"));
        assert!(!take("Data", "x") && !take("Name.1", "x") && !take("Other.1", "x"));
        let json = r#"[{"Key":"a","More":{"x":"1"}},{"Key":"b"}]"#;
        assert_eq!(flat.into_json().collect::<Vec<_>>(), [("Data", json.to_owned())]);
    }
}
