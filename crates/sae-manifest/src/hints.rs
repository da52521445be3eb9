//! Suggests the names that are nearest to an unknown one.
//!
//! [Findings](crate::Finding) end with such a suggestion. A program that checks other names, such as those of operations, can word its
//! messages in the same way.

use std::collections::BTreeSet;

/// The nearest names, as the end of a sentence: `; did you mean replicas?`. Empty if none is near.
///
/// ```
/// use sae_manifest::hints::did_you_mean;
///
/// let keys = ["replicas", "memory", "cpu"];
/// assert_eq!(did_you_mean("replcas", keys.into_iter()), "; did you mean replicas?");
/// assert_eq!(did_you_mean("x", keys.into_iter()), "");
/// ```
pub fn did_you_mean<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> String {
    weighted_did_you_mean(wanted, names.map(|name| (name, 1.0)))
}

/// Like [`did_you_mean`], with a weight for each name: the similarity of the name is multiplied by it. A weight below 1 makes a name less
/// likely to be suggested.
pub fn weighted_did_you_mean<'a>(wanted: &str, names: impl Iterator<Item = (&'a str, f64)>) -> String {
    suggestion(wanted, names.map(|(name, weight)| (likeness(wanted, name) * weight, name)).collect())
}

/// Not generic, because it is large and used for many types.
fn suggestion(wanted: &str, mut near: Vec<(f64, &str)>) -> String {
    near.retain(|(likeness, _)| *likeness > ENOUGH);
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let mut seen = BTreeSet::new();
    near.retain(|(_, name)| seen.insert(*name));
    let begun = near.iter().take_while(|(_, name)| is_beginning(wanted, name)).count();
    let shown = match near.first() {
        // A name that differs only in spelling is the only suggestion.
        Some((likeness, _)) if *likeness >= SAME => 1,
        _ => begun.clamp(3, 8),
    };
    let names: Vec<_> = near.iter().take(shown).map(|(_, name)| *name).collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!("; did you mean {name}?"),
        [names @ .., last] => format!("; did you mean {} or {last}?", names.join(", ")),
    }
}

/// Similarity from 0 to 1: by letters, for typing mistakes, and by words, for other spellings and abbreviations.
fn likeness(wanted: &str, name: &str) -> f64 {
    let (wanted_words, name_words) = (words(wanted), words(name));
    let letters = strsim::jaro_winkler(&wanted_words.concat(), &name_words.concat());
    if letters >= SAME {
        return 1.0;
    }
    let best = |word: &String| name_words.iter().map(|other| word_likeness(word, other)).fold(0.0, f64::max);
    let count = u32::try_from(wanted_words.len().max(1)).unwrap_or(u32::MAX);
    let matched = wanted_words.iter().map(best).sum::<f64>() / f64::from(count);
    let more = i32::try_from(name_words.len().saturating_sub(wanted_words.len())).unwrap_or(i32::MAX);
    let by_words = matched * MORE.powi(more);
    let slip = strsim::normalized_damerau_levenshtein(&wanted_words.concat(), &name_words.concat());
    let likeness = (0.75 * by_words + 0.25 * letters).max(if slip > SLIP { slip } else { 0.0 });
    if is_beginning(wanted, name) { f64::midpoint(likeness, 1.0) } else { likeness }
}

/// Whether the name starts with these words and continues.
fn is_beginning(wanted: &str, name: &str) -> bool {
    let (wanted, name) = (words(wanted), words(name));
    wanted.len() > 1 && wanted.len() < name.len() && name.starts_with(&wanted)
}

/// The words of a name in lower case: `ListApps`, `list-apps` and `list_apps` have the same. What everybody abbreviates is
/// written out.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase() || c.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    for word in words.iter_mut().filter(|word| *word == "ns") {
        "namespaces".clone_into(word);
    }
    words
}

fn word_likeness(word: &str, other: &str) -> f64 {
    let (stem, other_stem) = (stem(word), stem(other));
    if word == other {
        1.0
    } else if meaning(word) == meaning(other) || meaning(stem) == meaning(other_stem) {
        0.95
    } else if READS.contains(&meaning(word)) && READS.contains(&other) {
        // `ListRegions` for `DescribeRegions`: which of them the API has is hard to remember.
        0.9
    } else if stem.len() >= 3 && other.starts_with(stem) {
        // `Apps` is rather short for `Applications` than for `Application`.
        if word.ends_with('s') == other.ends_with('s') { 0.95 } else { 0.85 }
    } else {
        strsim::jaro_winkler(word, other) * 0.7
    }
}

/// The word without a plural ending.
fn stem(word: &str) -> &str {
    word.strip_suffix('s').filter(|stem| stem.len() > 1).unwrap_or(word)
}

/// The word that the API uses instead.
fn meaning(word: &str) -> &str {
    match word {
        "get" | "show" | "query" => "describe",
        "ls" => "list",
        "add" | "make" | "new" | "insert" => "create",
        "rm" | "remove" => "delete",
        "set" | "change" | "modify" => "update",
        "scale" => "rescale",
        word => word,
    }
}

/// Words for reading.
const READS: [&str; 2] = ["describe", "list"];
const ENOUGH: f64 = 0.55;
const SAME: f64 = 0.999;
/// From this similarity on, letters alone are enough: one in four may be wrong.
const SLIP: f64 = 0.75;
/// Factor for each additional word.
const MORE: f64 = 0.93;

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn what_was_probably_meant_comes_first() {
        let names = [
            "ListApplications",
            "ListApplicationConfigs",
            "DescribeApplicationStatus",
            "DescribeRegions",
            "DescribeNamespaces",
            "DeleteNamespace",
            "DeleteApplication",
            "RescaleApplication",
            "DeployK8sApplication",
            "DeployApplication",
        ];
        for (wanted, meant) in [
            ("ListApps", "ListApplications"),
            ("list-applications", "ListApplications"),
            ("describe-application", "DescribeApplicationStatus"),
            ("get_regions", "DescribeRegions"),
            ("DescribeRegion", "DescribeRegions"),
            ("ListRegions", "DescribeRegions"),
            ("list-ns", "DescribeNamespaces"),
            ("DeleteNS", "DeleteNamespace"),
            ("rm-app", "DeleteApplication"),
            ("ScaleApp", "RescaleApplication"),
            ("DeployK8sAplication", "DeployK8sApplication"),
        ] {
            let near = did_you_mean(wanted, names.into_iter());
            assert!(near.starts_with(&format!("; did you mean {meant}")), "{wanted}: {near}");
        }
        assert_eq!(did_you_mean("describe-regions", names.into_iter()), "; did you mean DescribeRegions?");
        assert_eq!(did_you_mean("x", names.into_iter()), "");
    }
}
