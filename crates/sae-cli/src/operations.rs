//! Finding an operation by its name.

use sae::transport::Registered;

use crate::failure::Failure;

/// The operation of this name: in the product that was asked for, or else in SAE, or else in EDAS.
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
    let near = nearest(name, all.map(|operation| operation.description.name));
    Err(Failure::usage(format!("unknown operation {name:?}{near}")))
}

fn named(groups: Groups, name: &str) -> Option<&'static Registered> {
    groups.iter().copied().flatten().find(|operation| operation.description.name == name)
}

/// Every operation with its summary, by product and group, as a person would look for it.
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
            Err(Failure::usage(format!("unknown group {group:?}{}", nearest(group, groups.into_iter()))))
        }
        _ => Ok(out.trim_end_matches('\n').to_owned() + "\n"),
    }
}

/// The names that come nearest, as the end of a sentence.
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> String {
    let wanted = wanted.to_lowercase();
    let mut near: Vec<_> = names
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.6)
        .collect();
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let names: Vec<_> = near.iter().take(3).map(|(_, name)| *name).collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!("; did you mean {name}?"),
        [names @ .., last] => format!("; did you mean {} or {last}?", names.join(", ")),
    }
}

type Groups = &'static [&'static [Registered]];

const PRODUCTS: [(&str, Groups); 2] = [("sae", sae::model::OPERATIONS), ("edas", sae::edas::OPERATIONS)];
