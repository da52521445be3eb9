//! The golden output is Rust, and it does what the spec says.

use sae_transport::{Json, Operation, Position, Registered, RequestParts};

#[rustfmt::skip]
#[expect(dead_code, unused_imports, reason = "no program uses these services")]
mod golden {
    #[path = "../golden/names/expected/mod.rs"]
    pub(super) mod names;
    #[path = "../golden/shapes/expected/mod.rs"]
    pub(super) mod shapes;
    #[path = "../golden/wire/expected/mod.rs"]
    pub(super) mod wire;
}

// As sae-models shows its services.
mod names {
    pub(super) use super::golden::names::names_2020_01_01::{types::*, *};
}
mod shapes {
    pub(super) use super::golden::shapes::shapes_2020_01_01::{types::*, *};
}
mod wire {
    pub(super) use super::golden::wire::wire_2020_01_01::{types::*, *};
}

#[test]
fn every_operation_is_registered_once() {
    let names = |groups: &[&[Registered]]| -> Vec<&str> {
        groups.iter().flat_map(|group| group.iter()).map(|operation| operation.description.name).collect()
    };
    assert_eq!(names(names::OPERATIONS), ["Match"]);
    assert_eq!(names(shapes::OPERATIONS), ["GetTree", "PutTree"]);
    assert_eq!(
        names(wire::OPERATIONS),
        ["CreateThing", "MoveThings", "ListNothing", "ListThings", "PaintThing", "StartThing"]
    );
}

#[test]
fn keywords_are_names() {
    let request = names::Match::new("a", "b").new_(true).default_(1).r#gen(0.5);
    assert_eq!((request.r#type.as_str(), request.self_.as_str()), ("a", "b"));
    assert_eq!((request.new, request.default, request.r#gen), (Some(true), Some(1), Some(0.5)));
}

#[test]
fn structures_hold_themselves() {
    let leaf = shapes::Leaf::new().node(shapes::Node::new("end")).secret(["word".to_owned()]);
    let text = format!("{leaf:?}");
    assert!(text.contains("end") && !text.contains("word"), "{text}");
    let root = shapes::Node::new("root").parent(shapes::Node::new("above")).leaf(leaf);
    let request = shapes::PutTree::new(root).matrix(vec![vec![1, 2], vec![]]);
    let value = request.root.value().unwrap();
    assert_eq!(value.parent.as_ref().unwrap().name.as_deref(), Some("above"));
    assert_eq!(Json::<shapes::Node>::raw(request.root.to_text()), request.root);
}

/// What the documentation of `PutTree` shows.
#[test]
fn examples_compile() {
    use shapes::{Label, Leaf, Node, PutTree};

    let request = PutTree::new(
        Node::new("root")
            .children([Node::new("leaf").leaf(Leaf::new().secret(["word".to_owned()]))])
            .labels([("a".to_owned(), Label::new("b"))]),
    )
    .tag(["a".to_owned(), "b".to_owned()])
    .since(1_675_824_035_951_i64);
    assert_eq!(request.tag, ["a", "b"]);
    let parts = RequestParts::of(PutTree::DESCRIPTION, &request).unwrap();
    let example = Json::<Node>::raw(PutTree::DESCRIPTION.parameters[0].example.unwrap());
    assert_eq!(Json::<Node>::raw(&*parts.query[0].1), example, "{}", parts.query[0].1);
}

#[test]
fn values_keep_their_spelling() {
    assert_eq!(wire::Colour::from("dark-red"), wire::Colour::DarkRed);
    assert_eq!(wire::Colour::from("green").as_str(), "green");
    assert_eq!(wire::State::from(-1), wire::State::Gone);
    assert_eq!(wire::State::VALUES, [-1, 0]);
}

#[test]
fn descriptions_say_what_the_spec_says() {
    let description = wire::CreateThing::DESCRIPTION;
    assert_eq!(description.other_path, Some("/things"));
    let positions: Vec<Position> =
        description.parameters.iter().map(|parameter| parameter.position).collect();
    assert_eq!(positions, [Position::Path, Position::Header, Position::Body, Position::Body]);
    assert_eq!(description.service.error("ThingBusy").unwrap().status, 409);
    assert_eq!(wire::ListNothing::DESCRIPTION.envelope.fields, ["Code", "Message", "RequestId"]);
}

#[test]
fn lists_and_change_orders_are_reached() {
    use sae_transport::{HasChangeOrder as _, Paged as _};

    let mut page = wire::ThingPage::default();
    page.things.push(wire::ListedThing::default());
    let mut output = wire::ListThingsOutput::default();
    assert!(wire::ListThings::items(&mut output).is_none(), "nothing is no page");
    output.data = Some(page);
    assert_eq!(wire::ListThings::items(&mut output).map(|items| items.len()), Some(1));
    assert_eq!(wire::ListThings::PAGES.id, ["Id", "Kind"]);

    let mut output = wire::StartThingOutput::default();
    assert_eq!(output.change_order_id(), None);
    output.order = Some("order".to_owned());
    assert_eq!(output.change_order_id(), Some("order"));
}
