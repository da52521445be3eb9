//! The codecs, over a struct written as the generator writes them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::collections::BTreeMap;

use sae_transport::{
    Any, Json, NoteKind, UnknownMembers, decode_json, decode_xml, encode_json, encode_xml, field_table,
    object,
};

#[derive(Clone, Default, PartialEq)]
struct Zoo {
    text: Option<String>,
    count: Option<i64>,
    share: Option<f64>,
    open: Option<bool>,
    keepers: Vec<String>,
    animals: Vec<Animal>,
    wrapped: Vec<Animal>,
    boxed: Vec<Animal>,
    labels: BTreeMap<String, String>,
    grid: Vec<Vec<i64>>,
    first: Option<Animal>,
    hidden: Option<String>,
    rules: Option<Json<Vec<Animal>>>,
    extra: Option<Any>,
    unknown_members: UnknownMembers,
}

#[derive(Clone, Default, PartialEq)]
struct Animal {
    name: Option<String>,
    legs: Option<i64>,
    unknown_members: UnknownMembers,
}

field_table!(Zoo {
    field text = "Text",
    field count = "Count",
    field share = "Share",
    field open = "Open",
    field keepers = "Keepers",
    field animals = "Animals",
    wrapped wrapped = "Wrapped" in "Animal",
    wrapped boxed = "Boxed" in "Name",
    field labels = "Labels",
    field grid = "Grid",
    field first = "First",
    secret hidden = "Hidden",
    field rules = "Rules",
    field extra = "Extra",
    ..unknown_members
});

field_table!(Animal {
    field name = "Name",
    field legs = "Legs",
    ..unknown_members
});

object!(Zoo, Animal);

fn animal(name: &str, legs: i64) -> Animal {
    Animal { name: Some(name.to_owned()), legs: Some(legs), ..Animal::default() }
}

fn full() -> Zoo {
    Zoo {
        text: Some("a < b & \"c\" > d\r\n\tü 动物园 🦓".to_owned()),
        count: Some(-9_007_199_254_740_993),
        share: Some(0.25),
        open: Some(true),
        keepers: vec!["Ann".to_owned(), String::from("Bo & Co")],
        animals: vec![animal("zebra", 4)],
        wrapped: vec![animal("emu", 2), animal("snake", 0)],
        boxed: vec![animal("fly", 6)],
        labels: [("app.kubernetes.io/name", "zoo"), ("2nd", "x"), ("_x_", "y")]
            .map(|(k, v)| (k.into(), v.into()))
            .into(),
        grid: vec![vec![1, 2], vec![3]],
        first: Some(animal("ant", 6)),
        hidden: Some("key".to_owned()),
        rules: Some([animal("yak", 4)].into()),
        extra: Some(Any::Text("anything".to_owned())),
        unknown_members: UnknownMembers::default(),
    }
}

#[track_caller]
fn json(text: &str) -> Zoo {
    let mut zoo = Zoo::default();
    let notes = decode_json::object(text, &mut zoo).expect("JSON");
    assert!(notes.iter().all(|note| note.kind == NoteKind::Unknown), "everything fits: {notes:?}");
    known(zoo)
}

#[track_caller]
fn xml(content: &str) -> Zoo {
    let mut zoo = Zoo::default();
    let notes = decode_xml::object(&format!("<Zoo>{content}</Zoo>"), &mut zoo).expect("XML");
    assert!(notes.iter().all(|note| note.kind == NoteKind::Unknown), "everything fits: {notes:?}");
    known(zoo)
}

/// Without what no field knows.
fn known(mut zoo: Zoo) -> Zoo {
    let Zoo { animals, wrapped, boxed, first, .. } = &mut zoo;
    for animal in animals.iter_mut().chain(wrapped).chain(boxed).chain(first) {
        animal.unknown_members = UnknownMembers::default();
    }
    zoo.unknown_members = UnknownMembers::default();
    zoo
}

#[test]
fn everything_survives_json() {
    assert!(json(&encode_json::to_string(&full())) == full());
}

#[test]
fn everything_survives_xml() {
    let document = encode_xml::to_string("Zoo", &full());
    let mut zoo = Zoo::default();
    assert_eq!(decode_xml::object(&document, &mut zoo).expect("XML"), []);
    assert!(zoo == full(), "{document}");
}

#[test]
fn everything_survives_serde() {
    let text = serde_json::to_string(&full()).expect("JSON");
    let zoo: Zoo = serde_json::from_str(&text).expect("the same");
    assert!(zoo == full());
    // serde is strict where an answer is tolerant.
    assert!(
        serde_json::from_str::<Zoo>(r#"{"Count":"many"}"#)
            .expect_err("no number")
            .to_string()
            .contains("Count")
    );
}

#[test]
fn scalars_read_from_every_spelling() {
    let wanted =
        Zoo { count: Some(7), share: Some(0.5), open: Some(true), text: Some("12".into()), ..Zoo::default() };
    assert!(json(r#"{"Count":7,"Share":0.5,"Open":true,"Text":12}"#) == wanted);
    assert!(json(r#"{"Count":"7","Share":"0.5","Open":"True","Text":"12"}"#) == wanted);
    assert!(json(r#"{"Count":7.0,"Share":"0.5","Open":"true","Text":12}"#) == wanted);
    assert!(json(r#"{"Count":"7.0","Share":"0.5","Open":"true","Text":12}"#) == wanted);
    assert!(xml("<Count> 7 </Count><Share>0.5</Share><Open>TRUE</Open><Text>12</Text>") == wanted);
}

#[test]
fn what_is_empty_or_null_or_unknown_is_nothing() {
    assert!(
        json(r#"{"Count":"","Open":"","Share":null,"First":"","Keepers":"","Labels":"","New":{"a":[1]}}"#)
            == Zoo::default()
    );
    assert!(
        xml("<Count/><Open></Open><First/><Keepers/><Animals/><Labels/><New><a>1</a></New>")
            == Zoo::default()
    );
    assert_eq!(xml("<Text></Text>").text.as_deref(), Some(""), "an empty text is one");
}

#[test]
fn a_structure_where_a_string_belongs_is_kept_as_json() {
    assert_eq!(json(r#"{"Text":{"b":[1,"x"]}}"#).text.as_deref(), Some(r#"{"b":[1,"x"]}"#));
    assert_eq!(xml("<Text><b>1</b><b>x</b></Text>").text.as_deref(), Some(r#"{"b":["1","x"]}"#));
}

#[test]
fn lists_read_wrapped_and_bare() {
    let two = vec![animal("emu", 2), animal("ant", 6)];
    let items =
        |zoo: &Zoo, field: &str| if field == "Wrapped" { zoo.wrapped.clone() } else { zoo.animals.clone() };
    let list = r#"[{"Name":"emu","Legs":2},{"Name":"ant","Legs":6}]"#;
    for field in ["Wrapped", "Animals"] {
        for text in [format!(r#"{{"{field}":{list}}}"#), format!(r#"{{"{field}":{{"Animal":{list}}}}}"#)] {
            assert!(items(&json(&text), field) == two, "{text}");
        }
        let (emu, ant) = ("<Name>emu</Name><Legs>2</Legs>", "<Name>ant</Name><Legs>6</Legs>");
        for text in [
            format!("<{field}>{emu}</{field}><{field}>{ant}</{field}>"),
            format!("<{field}><Animal>{emu}</Animal><Animal>{ant}</Animal></{field}>"),
        ] {
            assert!(items(&xml(&text), field) == two, "{text}");
        }
    }
}

#[test]
fn an_item_may_begin_with_a_member_that_nobody_knows() {
    let zoo = xml(
        "<Animals><New>1</New><Name>emu</Name></Animals><Animals><New><a>1</a></New><Legs>2</Legs></Animals>",
    );
    assert_eq!(zoo.animals.len(), 2);
    assert_eq!(zoo.animals[0].name.as_deref(), Some("emu"));
    assert_eq!(zoo.animals[1].legs, Some(2));
}

#[test]
fn an_item_that_has_gained_members_is_still_one_item() {
    for text in [
        r#"{"Animals":{"New":1,"Name":"emu","Legs":2}}"#,
        r#"{"Animals":{"New":{"Name":"inner"},"Name":"emu","Legs":2}}"#,
        r#"{"Animals":{"New":[{"Name":"inner"}],"Name":"emu","Legs":2}}"#,
    ] {
        assert!(json(text).animals == [animal("emu", 2)], "{text}");
    }
    let text = "<Animals><New><Name>inner</Name></New><Name>emu</Name><Legs>2</Legs></Animals>";
    assert!(xml(text).animals == [animal("emu", 2)]);
}

#[test]
fn a_wrapper_that_nobody_announced_may_hold_one_item_or_none_or_new_ones() {
    assert!(json(r#"{"Animals":{"Animal":{"Name":"emu","Legs":2}}}"#).animals == [animal("emu", 2)]);
    assert!(json(r#"{"Animals":{"Animal":null}}"#).animals.is_empty());
    assert!(json(r#"{"Animals":{"Animal":[]}}"#).animals.is_empty());
    let zoo = xml(
        "<Animals><Animal><New>1</New></Animal><Animal><Name>emu</Name><Legs>2</Legs></Animal></Animals>",
    );
    assert!(zoo.animals == [Animal::default(), animal("emu", 2)]);
    let zoo = xml("<Animals><Animal/><Animal><Name>emu</Name><Legs>2</Legs></Animal></Animals>");
    assert_eq!(
        zoo.animals.last().and_then(|animal| animal.name.as_deref()),
        Some("emu"),
        "nothing after it is lost"
    );
}

#[test]
fn an_announced_wrapper_wins_over_a_member_of_the_same_name() {
    // `Boxed` is announced to travel inside `Name`, and an item has a member of that name too.
    let boxed = [animal("emu", 2), animal("snake", 0)];
    let text = r#"{"Boxed":{"Name":[{"Name":"emu","Legs":2},{"Name":"snake","Legs":0}]}}"#;
    assert!(json(text).boxed == boxed);
    let (emu, snake) = ("<Name>emu</Name><Legs>2</Legs>", "<Name>snake</Name><Legs>0</Legs>");
    assert!(xml(&format!("<Boxed><Name>{emu}</Name><Name>{snake}</Name></Boxed>")).boxed == boxed);
}

#[test]
fn a_single_value_may_stand_for_a_list() {
    assert_eq!(json(r#"{"Keepers":"Ann","Animals":{"Name":"emu"}}"#).keepers, ["Ann"]);
    assert_eq!(json(r#"{"Animals":{"Name":"emu"}}"#).animals.len(), 1);
    assert_eq!(xml("<Keepers>Ann</Keepers>").keepers, ["Ann"]);
    assert_eq!(xml("<Keepers><Keeper>Ann</Keeper><Keeper>Bo</Keeper></Keepers>").keepers, ["Ann", "Bo"]);
}

#[test]
fn json_in_a_string_reads_as_text_and_as_structure_and_keeps_what_it_does_not_know() {
    let rules = |zoo: Zoo| zoo.rules.expect("it is there");
    let text = r#"[{"Name":"yak","Legs":4,"New":true}]"#;
    let from_text =
        rules(json(&format!(r#"{{"Rules":{}}}"#, serde_json::to_string(text).expect("a string"))));
    assert_eq!(from_text.value().map(Vec::len), Some(1));
    assert_eq!(from_text.to_text(), text, "the unknown member is kept");
    assert_eq!(rules(json(&format!(r#"{{"Rules":{text}}}"#))), from_text);
    assert_eq!(rules(xml("<Rules>[{\"Name\":\"yak\",\"Legs\":4,\"New\":true}]</Rules>")), from_text);
    assert_eq!(
        rules(json(r#"{"Rules":"{\"Name\":\"yak\",\"Legs\":4,\"New\":true}"}"#)),
        from_text,
        "one object for a list of one"
    );
    let unread = rules(json(r#"{"Rules":"none at all"}"#));
    assert_eq!((unread.value(), unread.to_text().as_str()), (None, "none at all"));
}

#[test]
fn an_object_in_place_of_a_list_keeps_a_member_that_comes_twice() {
    let mut zoo = Zoo::default();
    let notes =
        decode_json::object(r#"{"Animals":{"Name":"a","Name":"b","Legs":4}}"#, &mut zoo).expect("JSON");
    assert_eq!(zoo.animals[0].name.as_deref(), Some("b"));
    assert_eq!(zoo.animals[0].legs, Some(4));
    let seen: Vec<_> =
        notes.iter().map(|note| (note.kind, note.path.as_str(), note.value.as_str())).collect();
    assert_eq!(seen, [(NoteKind::Repeated, "Animals[0].Name", "\"a\"")]);
}

/// XML knows four characters of white space; what only Rust takes for some would hide a part of a name.
#[test]
fn a_form_feed_is_no_end_of_a_name() {
    for tag in ["a\u{c}b='c'", "a\u{c}<token=\"hush\"", "a\u{c}", "a\u{1}b"] {
        let document = format!("<Zoo><{tag}></a></Zoo>");
        let error = decode_xml::object(&document, &mut Zoo::default()).expect_err("it is no name");
        let why = std::error::Error::source(&error).expect("a cause").to_string();
        assert!(why.contains("begins no element") && !why.contains("hush"), "{why}");
    }
}

/// Such a number ends the first reading, and what was read by then doesn't come twice.
#[test]
fn an_answer_with_a_number_beyond_every_type_is_read_once() {
    for number in ["1e400", "-1e400", "12345678901234567890123", "-9223372036854775809", "1e19"] {
        let json = format!(
            r#"{{"Keepers":["Ann"],"Labels":{{"a":"b"}},"First":{{"Wings":2}},"New":1,"Text":"t","Text":"u","Count":{number}}}"#
        );
        let mut zoo = Zoo::default();
        let notes = decode_json::object(&json, &mut zoo).expect("JSON");
        let paths: Vec<_> = notes.iter().map(|note| note.path.as_str()).collect();
        assert_eq!(paths, ["First.Wings", "New", "Text", "Count"], "{number}");
        assert_eq!((zoo.keepers, zoo.labels.len()), (vec!["Ann".to_owned()], 1), "{number}");
        let kept = zoo.unknown_members.get("Count").expect("it is kept");
        assert!(number == "1e19" || kept == Any::from(number), "{number}: {kept:?}");
    }
}

#[test]
fn a_value_that_fits_no_reading_is_noted_with_its_path() {
    let mut zoo = Zoo::default();
    let text = r#"{"Count":"many","Animals":[{"Legs":4},{"Legs":{"a":1}}],"First":[1],"Open":2}"#;
    let notes = decode_json::object(text, &mut zoo).expect("JSON");
    let notes: Vec<_> = notes.iter().map(|note| (note.path.as_str(), note.value.as_str())).collect();
    assert_eq!(
        notes,
        [("Count", "many"), ("Animals[1].Legs", r#"{"a":1}"#), ("First", "[1]"), ("Open", "2")]
    );
    assert_eq!((zoo.count, zoo.first.is_none(), zoo.animals.len()), (None, true, 2));

    let mut zoo = Zoo::default();
    let notes = decode_xml::object("<Zoo><Count>many</Count><First><Legs>x</Legs></First></Zoo>", &mut zoo)
        .expect("XML");
    let paths: Vec<_> = notes.iter().map(|note| note.path.as_str()).collect();
    assert_eq!(paths, ["Count", "First.Legs"]);
}

#[test]
fn malformed_documents_are_errors() {
    let deep_json = "{\"Extra\":".repeat(200) + "1" + &"}".repeat(200);
    let deep_xml = "<Extra>".repeat(200) + &"</Extra>".repeat(200);
    for text in ["", "[1]", "{\"Text\":", "{} {}", "{\"Text\":\"\u{1}\"}", deep_json.as_str()] {
        assert!(decode_json::object(text, &mut Zoo::default()).is_err(), "{text:.40}");
    }
    for text in [
        "",
        "words",
        "<Zoo>",
        "<Zoo><Text>a</Zoo>",
        "<Zoo/><Zoo/>",
        "<Zoo/>words",
        "<!DOCTYPE Zoo [<!ENTITY a \"b\">]><Zoo><Text>&a;</Text></Zoo>",
        "<Zoo><Text>&nbsp;</Text></Zoo>",
        deep_xml.as_str(),
    ] {
        assert!(decode_xml::object(text, &mut Zoo::default()).is_err(), "{text:.40}");
    }
}

#[test]
fn xml_text_is_read_whole() {
    for (text, wanted) in [
        ("a &lt;b&gt; &#x1F993;<![CDATA[ <raw> & ]]>\nend", "a <b> 🦓 <raw> & \nend"),
        ("<![CDATA[&amp; &]]>", "&amp; &"),
        ("<![CDATA[]]>", ""),
        ("&amp;<!-- & -->&#38;amp;<?a b?>", "&&amp;"),
        ("&quot;&apos;&#x0003c;&#0060;]]>", "\"'<<]]>"),
    ] {
        let zoo = xml(&format!("<!-- a comment --><Text>{text}</Text>"));
        assert_eq!(zoo.text.as_deref(), Some(wanted), "{text}");
    }
}

#[test]
fn an_element_of_xml_reads_the_same_with_attributes_and_without() {
    for text in ["ant", "", " ", "a > b", "ant]]>", "\r\n"] {
        let plain = xml(&format!("<First><Name>{text}</Name><Legs>6</Legs></First>"));
        for spelled in
            ["<Name >{}</Name>", "<Name>{}</Name >", "<Name a='b'>{}</Name\n>", "<Name><!---->{}</Name>"]
        {
            let spelled = spelled.replace("{}", text);
            assert!(xml(&format!("<First>{spelled}<Legs>6</Legs></First>")) == plain, "{spelled}");
        }
    }
}

#[test]
fn names_of_map_entries_are_those_that_were_written() {
    let labels = BTreeMap::from([("app.kubernetes.io/name".to_owned(), "a".to_owned())]);
    let element = "<Labels><app.kubernetes.io_x00002F_name>a</app.kubernetes.io_x00002F_name></Labels>";
    assert_eq!(xml(element).labels, labels);
    // What nobody knows, too.
    let mut zoo = Zoo::default();
    decode_xml::object("<Zoo><a_x00002F_b>1</a_x00002F_b></Zoo>", &mut zoo).expect("XML");
    assert_eq!(zoo.unknown_members.names(), ["a/b"]);
    assert!(encode_xml::to_string("Zoo", &zoo).contains("<a_x00002F_b>1<"));
}

#[test]
fn what_is_wrong_in_a_text_that_nobody_knows_stays_as_it_stands() {
    let mut zoo = Zoo::default();
    decode_xml::object("<Zoo><New>R & D &amp; &nbsp;&#0;&;</New></Zoo>", &mut zoo).expect("XML");
    assert_eq!(encode_json::to_string(&zoo), r#"{"New":"R & D & &nbsp;&#0;&;"}"#);
}

#[test]
fn ends_of_lines_in_xml_are_line_feeds_unless_they_are_written_as_references() {
    let zoo = xml("<Text>a\r\nb\rc&#13;&#xA;d<![CDATA[\r\n]]></Text>");
    assert_eq!(zoo.text.as_deref(), Some("a\nb\nc\r\nd\n"));
}

#[test]
fn what_stands_around_texts_in_xml_is_passed_over() {
    let wanted = Zoo { text: Some("a".to_owned()), first: Some(animal("ant", 6)), ..Zoo::default() };
    for content in [
        "<?note <Text>?><Text a='>' b=\"/>'\">a</Text ><First><Name>ant</Name>\n<Legs>6</Legs >\t</First>",
        "<!-- <Text> - -- > --><Text>a</Text><New b='c'/><First><Legs>6</Legs><Name>ant</Name></First>",
        "words<Text>a</Text>&amp;<New>Research & Development&nbsp;<b/></New><First><!----><Name>a<!-- -->nt</Name><Legs><![CDATA[6]]></Legs></First>",
    ] {
        assert!(xml(content) == wanted, "{content}");
    }
    let mut zoo = Zoo::default();
    let document = "\u{feff}<?xml version=\"1.0\"?>\n<!-- before -->\n<Zoo x=\"y\">\n<Text>a</Text>\n</Zoo>\n<!-- after -->\n";
    decode_xml::object(document, &mut zoo).expect("XML");
    assert_eq!(zoo.text.as_deref(), Some("a"));
}

#[test]
fn an_error_in_xml_says_what_is_wrong() {
    let error = |document: &str| {
        let error = decode_xml::object(document, &mut Zoo::default()).expect_err("malformed");
        std::error::Error::source(&error).expect("a cause").to_string()
    };
    let name = "n".repeat(5000);
    for (document, wanted) in [
        ("<Zoo><Text>a</Zoo></Text>", "another element ends before <Text> does"),
        ("<Zoo>&amp;</Text></Zoo>", "another element ends before <Zoo> does"),
        ("<Zoo><Text>a</Text", "the XML ends in the middle of an element"),
        ("<Zoo><Text>a</", "the XML ends in the middle of an element"),
        ("<Zoo><Text/", "the XML ends in the middle of an element"),
        ("<Zoo><Text>1 <2</Text></Zoo>", "a < begins no element; in a text it is written &lt;"),
        ("<Zoo><Text>a <b> < c</Text></Zoo>", "a < begins no element; in a text it is written &lt;"),
        ("<Zoo><a/b>1</a/b></Zoo>", "a < begins no element; in a text it is written &lt;"),
        ("<Zoo><<a/></Zoo>", "a < begins no element; in a text it is written &lt;"),
        ("<Zoo><a=\"b\"/></Zoo>", "a < begins no element; in a text it is written &lt;"),
        ("<Zoo></></Zoo>", "a < begins no element; in a text it is written &lt;"),
        ("<Zoo><New> </New b='c'></Zoo>", "a < begins no element; in a text it is written &lt;"),
        ("<Zoo><?></Zoo>", "the XML ends in the middle of an element"),
        ("<Zoo><!ENTITY a \"b\"></Zoo>", "document types are not accepted"),
        ("<Zoo><!DOCTYPE Zoo [", "document types are not accepted"),
        (
            &format!("<Zoo><{name} a=''><{name} a=''></{name}></{name}></Zoo>"),
            "the names of open elements are longer than 8192 bytes",
        ),
        ("<Zoo><Text>a</TextZoo></Zoo>", "another element ends before <Text> does"),
        ("</Zoo>", "an element ends that has not begun"),
        ("<Zoo></Zoo></Zoo>", "an element ends that has not begun"),
        ("<Zoo><Text>1 < 2</Text></Zoo>", "a < begins no element; in a text it is written &lt;"),
        (
            "<Zoo><Text>salt & pepper; both</Text></Zoo>",
            "a & begins no character; in a text it is written &amp;",
        ),
        ("<Zoo><Text>salt &</Text></Zoo>", "a & begins no character; in a text it is written &amp;"),
        ("<Zoo><Text>&#0;</Text></Zoo>", "a & begins no character; in a text it is written &amp;"),
        ("<Zoo><Text>&#xD800;</Text></Zoo>", "a & begins no character; in a text it is written &amp;"),
        ("<Zoo><Text>&nbsp;</Text></Zoo>", "unknown entity &nbsp;"),
        ("<Zoo><!-- a", "the XML ends in the middle of an element"),
        ("<Zoo><Text a='>", "the XML ends in the middle of an element"),
        ("<Zoo><Te", "the XML ends in the middle of an element"),
        ("<Zoo><![CDATA[ ]]", "the XML ends in the middle of an element"),
        ("<!-- nothing -->", "there is no XML element"),
        ("<Zoo/> and more", "something follows the root element"),
        ("<!DOCTYPE Zoo><Zoo/>", "document types are not accepted"),
    ] {
        assert_eq!(error(document), wanted, "{document}");
    }
}

#[test]
fn characters_that_xml_cannot_hold_are_replaced() {
    let zoo = Zoo { text: Some("\u{1b}[31mred".to_owned()), ..Zoo::default() };
    let mut read = Zoo::default();
    decode_xml::object(&encode_xml::to_string("Zoo", &zoo), &mut read).expect("well-formed");
    assert_eq!(read.text.as_deref(), Some("\u{fffd}[31mred"));
}

#[test]
fn debug_shows_what_is_there_and_no_secret() {
    let shown = format!("{:?}", full());
    assert!(shown.contains("Hidden: (secret)") && !shown.contains("key"), "{shown}");
    assert_eq!(format!("{:?}", Zoo { count: Some(1), ..Zoo::default() }), "Zoo { Count: 1, .. }");
}
