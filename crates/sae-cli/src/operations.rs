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

type Groups = &'static [&'static [Registered]];

const PRODUCTS: [(&str, Groups); 2] = [("sae", sae::model::OPERATIONS), ("edas", sae::edas::OPERATIONS)];

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
