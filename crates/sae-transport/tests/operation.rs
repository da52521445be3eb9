//! Operations that are written by hand with `operation!`.

#![allow(clippy::expect_used, reason = "a test ends where something is not as it must be")]

use std::collections::BTreeMap;

use sae_transport::{
    BodyFormat, Effect, EnvelopeShape, Method, Operation, Position, RequestParts, Service, Style,
    decode_json, operation,
};

static ENVELOPE: EnvelopeShape =
    EnvelopeShape { fields: &["RequestId"], numeric_code: false, text_success: false };
static SERVICE: Service = Service {
    product: "sae",
    version: "2019-05-06",
    title: "SAE",
    public_endpoint: "sae.{region}.example.com",
    vpc_endpoint: "sae-vpc.{region}.example.com",
    regions: &[],
    errors: &[],
    envelope: &ENVELOPE,
};

operation! {
    PUT "/pop/v1/apps/{AppId}/paint" form, Write, SERVICE;

    /// Paints an application,
    /// inside and outside.
    pub struct PaintApplication {
        /// Identifier of the application.
        field app_id: String = path "AppId",
        field layers: i64 = query "Layers",
        field colour: Option<String> = body "Colour",
        secret password: Option<String> = body "Password",
        field tags: BTreeMap<String, String> = query flat "Tag",
        field parts: Vec<String> = query "Parts",
        field zone: Option<String> = header "x-zone",
    }

    /// The answer.
    pub struct PaintApplicationOutput {
        field data: Option<Paint> = "Data" | "data",
        wrapped rooms: Vec<String> = "Rooms" in "Room",
    }

    /// What was painted.
    pub struct Paint {
        field litres: Option<f64> = "Litres",
        secret recipe: Option<String> = "Recipe",
    }
}

operation! {
    GET "/pop/v1/apps/{AppId}/rooms/{Room}", Read, SERVICE;

    pub struct ListDoors {
        field app_id: String = path "AppId",
        field room: String = path "Room",
    }
    pub struct ListDoorsOutput {
        field total: Option<i64> = "Total",
        field doors: Vec<Door> = "Doors",
    }
    pub struct Door {
        field size: BTreeMap<String, f64> = "Size",
    }
}

#[test]
fn comments_are_optional() {
    assert_eq!(ListDoors::DESCRIPTION.summary, "");
    let request = ListDoors { app_id: "a".into(), room: "r".into() };
    let parts = RequestParts::of(ListDoors::DESCRIPTION, &request).expect("it is complete");
    assert_eq!(parts.path, "/pop/v1/apps/a/rooms/r");

    let mut answer = ListDoorsOutput::default();
    let text = r#"{"Total":3,"Doors":[{"Size":{"height":2.5}}]}"#;
    let notes = decode_json::object(text, &mut answer).expect("it is JSON");
    assert!(notes.is_empty(), "{notes:?}");
    assert_eq!(serde_json::to_string(&answer).expect("it is written"), text);
}

#[test]
fn the_description_says_what_the_table_says() {
    let description = PaintApplication::DESCRIPTION;
    assert_eq!(
        (description.name, description.summary),
        ("PaintApplication", "Paints an application, inside and outside.")
    );
    assert_eq!((description.method, description.effect), (Method::Put, Effect::Write));
    assert_eq!(description.body, BodyFormat::Form);
    let rows: Vec<_> = (description.parameters.iter())
        .map(|it| (it.name, it.kind, it.position, it.required, it.sensitive))
        .collect();
    assert_eq!(
        rows,
        [
            ("AppId", "string", Position::Path, true, false),
            ("Layers", "long", Position::Query, true, false),
            ("Colour", "string", Position::Body, false, false),
            ("Password", "string", Position::Body, false, true),
            ("Tag", "{string}", Position::Query, false, false),
            ("Parts", "[string]", Position::Query, false, false),
            ("x-zone", "string", Position::Header, false, false),
        ]
    );
    let tag = description.parameters.iter().find(|it| it.name == "Tag").expect("it is a parameter");
    assert_eq!(tag.style, Style::Flat);
    let id = description.parameters.first().expect("there are parameters");
    assert_eq!(id.doc, "Identifier of the application.");
}

#[test]
fn parameters_go_where_their_words_say() {
    let request = PaintApplication {
        app_id: "a/b".into(),
        layers: 2,
        colour: Some("blue".into()),
        password: Some("sesame".into()),
        tags: [("team".to_owned(), "shop".to_owned())].into(),
        parts: vec!["door".into()],
        zone: Some("z".into()),
    };
    let parts = RequestParts::of(PaintApplication::DESCRIPTION, &request).expect("it is complete");
    assert_eq!(parts.path, "/pop/v1/apps/a%2Fb/paint");
    let query = [("Layers", "2"), ("Tag.team", "shop"), ("Parts", r#"["door"]"#)];
    assert_eq!(parts.query, query.map(|(name, value)| (name.into(), value.into())));
    assert_eq!(parts.headers, [("x-zone".into(), "z".into())]);
    assert_eq!(parts.body.expect("two parameters are in it").bytes, b"Colour=blue&Password=sesame");
    assert!(!format!("{request:?}").contains("sesame"));

    let empty = PaintApplication::default();
    let error = RequestParts::of(PaintApplication::DESCRIPTION, &empty);
    let error = error.expect_err("the identifier is empty").to_string();
    assert!(error.contains("the required parameter AppId is missing"), "{error}");
}

#[test]
fn structs_inside_others_are_shown_by_their_members_alone() {
    let text = r#"{"Data":{"Litres":1.5,"Recipe":"sesame","New":1},"Rooms":{"Room":["hall"]}}"#;
    let mut answer = PaintApplicationOutput::default();
    decode_json::object(text, &mut answer).expect("it is JSON");
    let unknown = format!("{:?}", answer.data.as_ref().expect("it came").unknown_members);
    let shown = format!(
        r#"PaintApplicationOutput {{ Data: {{Litres: 1.5, Recipe: (secret), unknown_members: {unknown}, ..}}, Rooms: ["hall"], .. }}"#
    );
    assert_eq!(format!("{answer:?}"), shown);

    let text = r#"{"Doors":[{"Size":{"height":2.5}},{}]}"#;
    let mut answer = ListDoorsOutput::default();
    decode_json::object(text, &mut answer).expect("it is JSON");
    let shown = r#"ListDoorsOutput { Doors: [{Size: {"height": 2.5}, ..}, {..}], .. }"#;
    assert_eq!(format!("{answer:?}"), shown);
    answer.doors.pop();
    let lines = [
        "ListDoorsOutput {",
        "    Doors: [",
        "        {",
        "            Size: {",
        "                \"height\": 2.5,",
        "            },",
        "            ..",
        "        },",
        "    ],",
        "    ..",
        "}",
    ];
    assert_eq!(format!("{answer:#?}").lines().collect::<Vec<_>>(), lines);
}

operation! {
    DELETE "/pop/v1/apps/{AppId}/doors/{Description}", Write, SERVICE;

    /// Its parameters are in the path, and none says that it is required.
    pub struct RemoveDoor {
        field app_id: Option<String> = path "AppId",
        field description: Option<String> = path "Description",
    }

    pub struct RemoveDoorOutput {
        field left: Option<i64> = "Left",
    }
}

#[test]
fn a_path_is_sent_whole_or_not_at_all() {
    let remove = |app_id: Option<&str>, description: Option<&str>| {
        let request =
            RemoveDoor { app_id: app_id.map(str::to_owned), description: description.map(str::to_owned) };
        let parts = RequestParts::of(RemoveDoor::DESCRIPTION, &request).map(|parts| parts.path);
        parts.map_err(|error| error.to_string())
    };
    assert_eq!(remove(Some("a"), Some("front")).as_deref(), Ok("/pop/v1/apps/a/doors/front"));
    for empty in [None, Some("")] {
        let said = "RemoveDoor: the required parameter AppId is missing";
        assert_eq!(remove(empty, Some("front")).expect_err("a part is missing"), said);
        // A description can be cleared, but not in a path.
        let said = "RemoveDoor: the required parameter Description is missing";
        assert_eq!(remove(Some("a"), empty).expect_err("a part is missing"), said);
        let said = "RemoveDoor: the required parameters AppId and Description are missing";
        assert_eq!(remove(empty, None).expect_err("both are missing"), said);
    }
}

#[test]
fn answers_are_read_and_kept_whole() {
    let text = r#"{"data":{"Litres":1.5,"Recipe":"sesame"},"Rooms":{"Room":["hall"]},"New":1}"#;
    let mut answer = PaintApplicationOutput::default();
    decode_json::object(text, &mut answer).expect("it is JSON");
    let paint = answer.data.clone().expect("it came");
    assert_eq!((paint.litres, paint.recipe.as_deref()), (Some(1.5), Some("sesame")));
    assert_eq!(answer.rooms, ["hall"]);
    assert!(!format!("{answer:?}").contains("sesame"));
    let again = serde_json::to_string(&answer).expect("it is written");
    assert_eq!(again, r#"{"Data":{"Litres":1.5,"Recipe":"sesame"},"Rooms":{"Room":["hall"]},"New":1}"#);
}
