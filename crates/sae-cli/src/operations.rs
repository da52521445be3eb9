//! Finding an operation by its name.

use sae::transport::Registered;

use crate::failure::Failure;

/// Every operation of a product.
pub fn of_product(product: &str) -> Option<&'static [&'static [Registered]]> {
    match product {
        "sae" => Some(sae::model::OPERATIONS),
        "edas" => Some(sae::edas::OPERATIONS),
        _ => None,
    }
}

/// The operation of this name: in the product that was asked for, or else in SAE, or else in EDAS.
pub fn find(name: &str, product: Option<&str>) -> Result<&'static Registered, Failure> {
    let products = match product {
        Some(product) if of_product(product).is_some() => vec![product],
        Some(product) => {
            return Err(Failure::usage(format!("unknown product {product:?}; expected sae or edas")));
        }
        None => vec!["sae", "edas"],
    };
    let all = || products.iter().filter_map(|product| of_product(product)).flatten().copied().flatten();
    all().find(|operation| operation.description.name == name).ok_or_else(|| {
        let names = all().map(|operation| operation.description.name);
        Failure::usage(format!("unknown operation {name:?}{}", nearest(name, names)))
    })
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
