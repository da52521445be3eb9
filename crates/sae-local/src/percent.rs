//! Names and values as they stand in URLs and forms.

pub use sae_sign::decode;

/// A name with its value.
pub type Pair = (String, String);

/// The pairs of a query string or a form.
pub fn pairs(text: &str) -> Vec<Pair> {
    let decoded = |text: &str| decode(text, true).into_owned();
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => (decoded(name), decoded(value)),
            None => (decoded(pair), String::new()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn a_query_is_a_list_of_pairs() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs("A=1&B=&C&&D=x%3Dy"),
            [pair("A", "1"), pair("B", ""), pair("C", ""), pair("D", "x=y")]
        );
        assert!(pairs("").is_empty());
    }
}
