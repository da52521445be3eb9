//! Finds operations by name.

use sae::transport::{Description, Registered};
use sae_manifest::hints::{did_you_mean, weighted_did_you_mean};

use crate::failure::Failure;

/// Finds an operation in the given product, or else first in SAE, then in EDAS.
pub fn find(name: &str, product: Option<&str>) -> Result<&'static Registered, Failure> {
    let wanted: Vec<_> =
        PRODUCTS.into_iter().filter(|(known, _)| product.is_none_or(|wanted| wanted == *known)).collect();
    if let ([], Some(product)) = (wanted.as_slice(), product) {
        return Err(Failure::usage(format!("unknown product {product:?}; expected sae or edas")));
    }
    if let Some(operation) = wanted.iter().find_map(|(_, groups)| named(groups, name)) {
        return Ok(operation);
    }
    if let Some((other, _)) = PRODUCTS.iter().find(|(_, groups)| named(groups, name).is_some()) {
        let message = format!("{name} is an operation of {other}; leave out --product or give {other}");
        return Err(Failure::usage(message));
    }
    let all = wanted.iter().flat_map(|(_, groups)| *groups).copied().flatten();
    let weighted = all.map(|Registered { description, .. }| {
        // If both products have similar names, SAE and operations on applications are preferred.
        let product = if description.service.product == "sae" { 1.0 } else { 0.95 };
        let group = if ["application", "lifecycle"].contains(&description.group) { 1.0 } else { 0.99 };
        (description.name, product * group)
    });
    let near = weighted_did_you_mean(name, weighted);
    Err(Failure::usage(format!("unknown operation {name:?}{near}\n  `sae call --list` shows all of them")))
}

fn named(groups: Groups, name: &str) -> Option<&'static Registered> {
    groups.iter().copied().flatten().find(|operation| operation.description.name == name)
}

/// The operation with the same name in the other product.
pub fn namesake(operation: &Description) -> Option<&'static Description> {
    let mut other = PRODUCTS.into_iter().filter(|(product, _)| *product != operation.service.product);
    let namesake = other.find_map(|(_, groups)| named(groups, operation.name));
    namesake.map(|namesake| namesake.description)
}

/// Lists operations with their summaries by product and group.
pub fn listing(product: Option<&str>, group: Option<&str>) -> Result<String, Failure> {
    let mut out = String::new();
    let mut groups = Vec::new();
    for (product, of_product) in
        PRODUCTS.into_iter().filter(|(name, _)| product.is_none_or(|wanted| wanted == *name))
    {
        for operations in of_product {
            let Some(name) = operations.first().map(|operation| operation.description.group) else {
                continue;
            };
            groups.push(name);
            if group.is_some_and(|wanted| wanted != name) {
                continue;
            }
            let width =
                operations.iter().map(|operation| operation.description.name.len()).max().unwrap_or(0);
            out.push_str(&format!("{product} {name}\n"));
            for operation in *operations {
                let description = operation.description;
                out.push_str(&format!("  {:<width$}  {}\n", description.name, description.summary));
            }
            out.push('\n');
        }
    }
    match group {
        Some(group) if out.is_empty() => {
            Err(Failure::usage(format!("unknown group {group:?}{}", did_you_mean(group, groups.into_iter()))))
        }
        _ => Ok(out.trim_end_matches('\n').to_owned() + "\n"),
    }
}

type Groups = &'static [&'static [Registered]];

const PRODUCTS: [(&str, Groups); 2] = [("sae", sae::model::OPERATIONS), ("edas", sae::edas::OPERATIONS)];

/// The descriptions of all operations.
pub fn all() -> impl Iterator<Item = &'static Description> {
    PRODUCTS
        .into_iter()
        .flat_map(|(_, groups)| groups)
        .copied()
        .flatten()
        .map(|operation| operation.description)
}

/// The names of all operations, in order; some are in both products.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = all().map(|operation| operation.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}
