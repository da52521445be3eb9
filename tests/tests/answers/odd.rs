//! Answers in which any value is another than the spec says: nothing that came is lost, and nothing is invented.

use sae_transport::{DynFields, NoteKind, Reply};
use serde_json::{Value, json};

use super::shapes::{Filling, document, xml};
use super::{operations, paths, read};

/// Every value of every answer is replaced in some round, by another odd value in each.
fn rounds() -> impl Iterator<Item = usize> {
    (0..ODD * EVERY).step_by(11)
}

const ODD: usize = 14;
const EVERY: usize = 3;

#[test]
fn nothing_of_an_odd_answer_is_lost_in_json() {
    for operation in operations() {
        for round in rounds() {
            let filling = Filling { unknown: round % 2 == 0, empty_items: false };
            let mut body = document(operation.description, &mut *(operation.output)(), filling);
            Oddity::of(round, false).change_below(&mut body);
            let reply = read(operation, &body.to_string());
            let (came, goes) = (said(&body), said(&printed(&reply)));
            let lost = difference(&came, &goes, "");
            assert_eq!(lost, None, "{} in round {round}", operation.description.name);
        }
    }
}

/// In XML a list of one item, an object and an empty text look alike: what counts are the texts. Of a structure in place of a string of
/// JSON what the type doesn't know is noted alone.
#[test]
fn no_text_of_an_odd_answer_is_lost_in_xml() {
    // A second envelope, in lower case, says again what the first one does.
    let is_lower = |field: &&str| field.starts_with(|first: char| first.is_ascii_lowercase());
    for operation in operations().filter(|it| !it.description.envelope.fields.iter().any(is_lower)) {
        for round in rounds() {
            let filling = Filling { unknown: round % 2 == 0, empty_items: false };
            let mut body = document(operation.description, &mut *(operation.output)(), filling);
            Oddity::of(round, true).change_below(&mut body);
            let body = xml(&without_lists_of_lists(&body));
            let reply = read(operation, &body);
            let (came, goes) = (texts_of_xml(&body), texts(&printed(&reply)));
            assert_eq!(goes, came, "{} in round {round}: {body}", operation.description.name);
        }
    }
}

#[test]
fn items_that_fit_nothing_stay_in_a_list_without_its_announced_wrapper() {
    let operation = operations().find(|it| it.description.name == "ListVpc").expect("it is in the spec");
    let reply = read(operation, r#"{"VpcList":["odd",{"VpcId":"a"},null]}"#);
    assert_eq!(printed(&reply), json!({"VpcList":{"VpcEntity":["odd",{"VpcId":"a"},null]}}));
    let reply = read(operation, "<R><VpcList>odd</VpcList><VpcList><VpcId>a</VpcId></VpcList></R>");
    assert_eq!(printed(&reply), json!({"VpcList":{"VpcEntity":["odd",{"VpcId":"a"}]}}));
}

/// In XML the same element again is how a list is written, whether the spec knows of the list or not.
#[test]
fn an_element_that_comes_again_is_noted_and_kept() {
    let operation =
        operations().find(|it| it.description.name == "ListApplications").expect("it is in the spec");
    for (body, wanted, noted) in [
        (
            "<R><Data><TotalSize>1</TotalSize></Data><Data><TotalSize>2</TotalSize></Data></R>",
            json!({"Data":[{"TotalSize":1},{"TotalSize":"2"}]}),
            vec!["Data"],
        ),
        (
            "<R><Data><TotalSize>1</TotalSize></Data><Data/></R>",
            json!({"Data":[{"TotalSize":1},""]}),
            vec!["Data"],
        ),
        (
            "<R><Data><TotalSize>1</TotalSize><TotalSize>2</TotalSize><TotalSize>3</TotalSize></Data></R>",
            json!({"Data":{"TotalSize":[1,"2","3"]}}),
            vec!["Data.TotalSize", "Data.TotalSize"],
        ),
        ("<R><Code>200</Code><Code>300</Code></R>", json!({"Code":["200","300"]}), vec!["Code"]),
    ] {
        let reply = read(operation, body);
        assert_eq!(printed(&reply), wanted, "{body}");
        assert_eq!(paths(&reply.notes), noted, "{body}");
        assert!(reply.notes.iter().all(|note| note.kind == NoteKind::Repeated), "{body}");
    }
}

#[test]
fn a_value_that_fits_nothing_does_not_take_the_place_of_one_that_does() {
    for (name, body, wanted) in [
        (
            "DescribeApplicationConfig",
            r#"{"Data":{"Labels":{"a":"x","a":null}}}"#,
            json!({"Data":{"Labels":{"a":["x",null]}}}),
        ),
        (
            "ListApplications",
            r#"{"Data":{"TotalSize":1,"TotalSize":2,"TotalSize":"odd"}}"#,
            json!({"Data":{"TotalSize":[2,1,"odd"]}}),
        ),
        ("ListApplications", r#"{"Data":{"TotalSize":1},"Data":"x"}"#, json!({"Data":[{"TotalSize":1},"x"]})),
    ] {
        let operation = operations().find(|it| it.description.name == name).expect("it is in the spec");
        assert_eq!(printed(&read(operation, body)), wanted, "{body}");
    }
}

#[test]
fn a_member_that_comes_again_is_noted_and_kept() {
    for (name, body, wanted, noted) in [
        (
            "ListApplications",
            r#"{"Data":{"TotalSize":1,"TotalSize":2,"TotalSize":3},"Code":200,"Code":300}"#,
            json!({"Data":{"TotalSize":[3,1,2]},"Code":["300","200"]}),
            vec!["Data.TotalSize", "Data.TotalSize", "Code"],
        ),
        // The same value again says nothing new.
        (
            "ListApplications",
            r#"{"Data":{"TotalSize":1,"TotalSize":"1"},"Code":200,"Code":"200"}"#,
            json!({"Data":{"TotalSize":1},"Code":"200"}),
            vec![],
        ),
        (
            "ListApplications",
            r#"{"Data":{"TotalSize":1},"Data":{"CurrentPage":2}}"#,
            json!({"Data":[{"TotalSize":1,"CurrentPage":2},{"TotalSize":1}]}),
            vec!["Data"],
        ),
        (
            "ListApplications",
            r#"{"Data":{"Applications":[{"AppName":"a"}],"Applications":[{"AppName":"b"}]}}"#,
            json!({"Data":{"Applications":[{"AppName":"a"},{"AppName":"b"}]}}),
            vec!["Data.Applications"],
        ),
        (
            "DescribeConfigMap",
            r#"{"Data":{"Data":{"a":"1","b":"","b":"2","a":"3","c":"4"}}}"#,
            json!({"Data":{"Data":{"a":["3","1"],"b":["2",""],"c":"4"}}}),
            vec!["Data.Data.b", "Data.Data.a"],
        ),
        // Of what nobody knows, too.
        (
            "DescribeConfigMap",
            r#"{"Data":{"Data":{"a":{"b":1,"b":2}}}}"#,
            json!({"Data":{"Data":{"a":{"b":[2,1]}}}}),
            vec!["Data.Data.a.b"],
        ),
        (
            "DescribeConfigMap",
            "<R><Data><Data><a>1</a><b>2</b><a>3</a><a>4</a></Data></Data></R>",
            json!({"Data":{"Data":{"a":["1","3","4"],"b":"2"}}}),
            vec!["Data.Data.a", "Data.Data.a"],
        ),
    ] {
        let operation = operations().find(|it| it.description.name == name).expect("it is in the spec");
        let reply = read(operation, body);
        assert_eq!(printed(&reply), wanted, "{body}");
        assert_eq!(paths(&reply.notes), noted, "{body}");
        assert!(reply.notes.iter().all(|note| note.kind == NoteKind::Repeated), "{body}");
    }
}

fn printed(reply: &Reply<Box<dyn DynFields>>) -> Value {
    serde_json::from_str(&reply.to_json()).expect("JSON")
}

/// Puts odd values in the place of some.
struct Oddity {
    round: usize,
    /// Whether strings of JSON and entries of maps stay as they are.
    spares_some: bool,
    seen: usize,
}

impl Oddity {
    fn of(round: usize, spares_some: bool) -> Self {
        Self { round, spares_some, seen: 0 }
    }

    fn change_below(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    // The entries of maps have this name; of several in XML that fit nothing all are noted, and the last is kept.
                    if !(self.spares_some && name == "key") {
                        self.change(member);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.change(item)),
            _ => {}
        }
    }

    fn change(&mut self, value: &mut Value) {
        self.seen += 1;
        // Structures seldom, or little would be left of most answers.
        let is_structure = value.is_object() || value.is_array();
        let is_due = if is_structure {
            self.seen % 7 == self.round % 7
        } else {
            self.seen % EVERY == self.round % EVERY
        };
        let is_json = value.as_str().is_some_and(|text| structure(text).is_some());
        let is_spared = self.spares_some && (is_json || value.get("key").is_some());
        if is_due && !is_spared {
            *value = self.odd();
        } else {
            self.change_below(value);
        }
    }

    /// Each with a number of its own, so that a loss is seen.
    fn odd(&self) -> Value {
        let own = self.seen + 1000;
        match (self.round / EVERY + self.seen / EVERY) % ODD {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(own),
            3 => json!(f64::from(u32::try_from(own).expect("few")) + 0.5),
            4 => json!(format!("odd {own}")),
            5 => json!(""),
            6 => json!([]),
            7 => json!([format!("item {own}"), own]),
            8 => json!({ "Odd": format!("odd {own}") }),
            9 => json!([[own], []]),
            10 => json!({ "Odd": [{ "Odder": own }, { "Odder": own + 100_000 }] }),
            11 => json!(own.to_string()),
            12 => json!(format!("{{\"Odd\":{own}}}")),
            _ => json!([{ "Odd": own }, null, { "Odd": [] }]),
        }
    }
}

/// What a value says: numbers and booleans may come as texts, structures as texts of JSON; `null` and what is empty say nothing.
fn said(value: &Value) -> Value {
    match value {
        Value::String(text) if structure(text).is_some() => {
            structure(text).as_ref().map_or(Value::Null, said)
        }
        Value::Null => Value::Null,
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| (name.clone(), said(member)));
            let members: serde_json::Map<_, _> =
                members.filter(|(_, member)| !says_nothing(member)).collect();
            Value::Object(members)
        }
        Value::Array(items) => Value::Array(items.iter().map(said).collect()),
        Value::String(text) => json!(text),
        scalar => json!(scalar.to_string()),
    }
}

/// The first place where they differ, with both values.
fn difference(came: &Value, goes: &Value, path: &str) -> Option<String> {
    // A list may come without the wrapper that the spec announces, and goes out in it.
    if let (false, Some(wrapper)) = (came.is_object(), goes.as_object())
        && let Some(list @ Value::Array(_)) = wrapper.values().next().filter(|_| wrapper.len() == 1)
    {
        return difference(came, list, path);
    }
    // An object whose single member holds the items is a wrapper, whatever its name.
    if let (Value::Object(wrapper), Value::Array(_)) = (came, goes)
        && let Some(single) = wrapper.values().next().filter(|it| wrapper.len() == 1 && !it.is_object())
        && difference(single, goes, path).is_none()
    {
        return None;
    }
    // What stands in place of a list is its only item.
    if let (false, Some([item])) = (came.is_array(), goes.as_array().map(Vec::as_slice)) {
        return difference(came, item, path);
    }
    let (Value::Object(own), Value::Object(others)) = (came, goes) else {
        let (Value::Array(own), Value::Array(others)) = (came, goes) else {
            return (came != goes).then(|| format!("{path}: {came} went out as {goes}"));
        };
        let mut pairs = own.iter().zip(others).enumerate();
        return pairs
            .find_map(|(at, (own, other))| difference(own, other, &format!("{path}[{at}]")))
            .or_else(|| (own.len() != others.len()).then(|| format!("{path}: {came} went out as {goes}")));
    };
    let mut names = own.keys().chain(others.keys());
    let found = names.find_map(|name| {
        let (own, other) = (own.get(name).unwrap_or(&Value::Null), others.get(name).unwrap_or(&Value::Null));
        difference(own, other, &format!("{path}.{name}"))
    })?;
    // An item in place of a list goes out in the list's wrapper.
    let wrapped = others.values().next().filter(|list| others.len() == 1 && list.is_array());
    if wrapped.is_some_and(|list| difference(came, list, path).is_none()) { None } else { Some(found) }
}

/// What of JSON is in a text.
fn structure(text: &str) -> Option<Value> {
    text.starts_with(['{', '[']).then(|| serde_json::from_str(text).ok()).flatten()
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn texts(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found.retain(|text| !text.is_empty());
    found.sort_unstable();
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Null => {}
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::String(text) => match structure(text) {
            Some(inner) => collect(&inner, found),
            None => found.push(text.clone()),
        },
        scalar => found.push(scalar.to_string()),
    }
}

fn texts_of_xml(text: &str) -> Vec<String> {
    let texts = text.split('>').filter_map(|part| part.split('<').next()).filter(|text| !text.is_empty());
    let mut found = Vec::new();
    for text in texts {
        collect(&json!(text.replace("&lt;", "<").replace("&amp;", "&")), &mut found);
    }
    found.sort_unstable();
    found
}

/// XML has no `null` and no lists of lists.
fn without_lists_of_lists(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(_, member)| !member.is_null());
            members.map(|(name, member)| (name.clone(), without_lists_of_lists(member))).collect()
        }
        Value::Array(items) => {
            let items = items.iter().filter(|item| !item.is_null() && !item.is_array());
            items.map(without_lists_of_lists).collect()
        }
        scalar => scalar.clone(),
    }
}
