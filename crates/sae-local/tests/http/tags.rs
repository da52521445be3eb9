//! Tags: put on applications, listed, looked for, taken away, and gone with their application.

use sae_local::{LocalSae, Pace, Seed};
use serde_json::{Value, json};

use crate::calls;
use crate::calls::call;
use crate::client::{Answer, Call};

const TAGS: &str = "/tags";
const APP: &str = "/pop/v1/sam/app";

async fn local() -> LocalSae {
    LocalSae::builder().pace(Pace::instant()).start().await.unwrap()
}

async fn done(local: &LocalSae, method: &'static str, path: &str, query: &[(&str, &str)]) -> Value {
    calls::done(local, method, path, query).await.json()
}

async fn create(local: &LocalSae, name: &str) -> String {
    let query =
        [("AppName", name), ("PackageType", "Image"), ("ImageUrl", "demo/nginx:1"), ("Replicas", "1")];
    let created = done(local, "POST", &format!("{APP}/createApplication"), &query).await;
    created["Data"]["AppId"].as_str().unwrap().to_owned()
}

/// The parameters that all three operations need.
fn place(ids: &str) -> [(&str, &str); 3] {
    [("RegionId", "cn-hangzhou"), ("ResourceType", "application"), ("ResourceIds", ids)]
}

async fn tag(local: &LocalSae, ids: &str, tags: &str) -> Answer {
    call(local, "POST", TAGS, &[&place(ids)[..], &[("Tags", tags)]].concat()).await
}

/// The tags of an application as `key=value`.
async fn tags(local: &LocalSae, id: &str) -> Vec<String> {
    let listed = done(local, "GET", TAGS, &place(&format!("[\"{id}\"]"))).await;
    pairs(&listed["Data"]["TagResources"], "TagKey", "TagValue")
}

fn pairs(list: &Value, key: &str, value: &str) -> Vec<String> {
    let pair = |tag: &Value| format!("{}={}", tag[key].as_str().unwrap(), tag[value].as_str().unwrap());
    list.as_array().map(|tags| tags.iter().map(pair).collect()).unwrap_or_default()
}

#[tokio::test]
async fn tags_are_seen_wherever_the_application_is() {
    let local = local().await;
    let id = create(&local, "shop").await;
    let ids = format!("[\"{id}\"]");
    // As Terraform's provider writes them.
    let sent = r#"[null,null,{"key":"env","value":"test"},{"key":"Env","value":"other"}]"#;
    assert_eq!(tag(&local, &ids, sent).await.json()["Data"], json!(true));
    assert_eq!(tags(&local, &id).await, ["Env=other", "env=test"]);
    let config = done(&local, "GET", &format!("{APP}/describeApplicationConfig"), &[("AppId", &id)]).await;
    assert_eq!(pairs(&config["Data"]["Tags"], "Key", "Value"), ["Env=other", "env=test"]);
    let listed = done(&local, "GET", &format!("{APP}/listApplications"), &[]).await;
    assert_eq!(pairs(&listed["Data"]["Applications"][0]["Tags"], "Key", "Value"), ["Env=other", "env=test"]);
    // Names with capitals; a key that is there gets the new value; identifiers separated by commas.
    assert_eq!(tag(&local, &id, r#"[{"Key":"env","Value":"prod"}]"#).await.status, 200);
    assert_eq!(tags(&local, &id).await, ["Env=other", "env=prod"]);
    let listed = done(&local, "GET", TAGS, &place(&ids)).await;
    assert_eq!(listed["Data"]["TagResources"][0]["ResourceId"], json!(id));
    assert_eq!(listed["Data"]["TagResources"][0]["ResourceType"], "application");
    assert!(listed.get("NextToken").is_none() && listed["Data"].get("NextToken").is_none(), "{listed}");
}

#[tokio::test]
async fn tags_travel_in_a_form_as_official_sdks_send_them() {
    let local = local().await;
    let id = create(&local, "shop").await;
    let body = format!(
        "RegionId=cn-hangzhou&ResourceType=application&ResourceIds=%5B%22{id}%22%5D&Tags=%5B%7B%22key%22%3A%22a%22%2C%22value%22%3A%221%22%7D%5D"
    );
    let sent = Call::new("POST", TAGS, &[]).body("application/x-www-form-urlencoded", &body);
    assert_eq!(sent.send(&local).await.status, 200);
    assert_eq!(tags(&local, &id).await, ["a=1"]);
}

#[tokio::test]
async fn the_region_is_that_of_the_endpoint_unless_it_is_sent() {
    let local = local().await;
    let id = create(&local, "shop").await;
    let ids = format!("[\"{id}\"]");
    // As the official SDK of Go calls.
    assert_eq!(call(&local, "GET", TAGS, &place(&ids)[1..]).await.status, 200);
    let empty = [("RegionId", ""), place(&ids)[1], place(&ids)[2]];
    assert_eq!(
        call(&local, "GET", TAGS, &empty).await.refusal(),
        (400, "InvalidParameter.NotEmpty".to_owned())
    );
}

#[tokio::test]
async fn tags_are_taken_by_key_or_all_at_once() {
    let local = local().await;
    let (one, two) = (create(&local, "one").await, create(&local, "two").await);
    let both = format!("[\"{one}\",\"{two}\"]");
    let sent = r#"[{"key":"a","value":"1"},{"key":"b","value":"2"},{"key":"c","value":"3"}]"#;
    assert_eq!(tag(&local, &both, sent).await.status, 200);
    let untag = |more: &'static [(&str, &str)]| {
        let (local, both) = (&local, &both);
        async move { call(local, "DELETE", TAGS, &[&place(both)[..], more].concat()).await }
    };
    assert_eq!(untag(&[("TagKeys", r#"["a","absent"]"#)]).await.json()["Data"], json!(true));
    assert_eq!(
        (tags(&local, &one).await, tags(&local, &two).await.len()),
        (vec!["b=2".to_owned(), "c=3".to_owned()], 2)
    );
    assert_eq!(untag(&[("TagKeys", "b"), ("DeleteAll", "true")]).await.status, 200);
    assert_eq!(tags(&local, &one).await, ["c=3"]);
    for more in [&[][..], &[("DeleteAll", "false")]] {
        let refused = untag(more).await;
        assert_eq!(refused.refusal(), (400, "InvalidParameter.NotEmpty".to_owned()));
        assert!(refused.value("Message").contains("TagKeys"));
    }
    assert_eq!(untag(&[("DeleteAll", "true")]).await.status, 200);
    assert_eq!(tags(&local, &one).await.len() + tags(&local, &two).await.len(), 0);
}

#[tokio::test]
async fn applications_are_found_by_their_tags() {
    let local = local().await;
    let mut ids = Vec::new();
    for (name, sent) in [
        ("one", r#"[{"key":"env","value":"test"},{"key":"team","value":"a"}]"#),
        ("two", r#"[{"key":"env","value":"test"}]"#),
        ("three", r#"[{"key":"env","value":"prod"}]"#),
    ] {
        let id = create(&local, name).await;
        assert_eq!(tag(&local, &id, sent).await.status, 200);
        ids.push(id);
    }
    let team = r#"[{"key":"env","value":"test"},{"key":"team","value":"a"}]"#;
    for (wanted, expected) in [
        (r#"[{"Key":"env","Value":"test"}]"#, vec!["one", "two"]),
        (team, vec!["one"]),
        ("[]", vec!["one", "three", "two"]),
    ] {
        let listed = done(&local, "GET", &format!("{APP}/listApplications"), &[("Tags", wanted)]).await;
        let applications = listed["Data"]["Applications"].as_array().unwrap();
        let names: Vec<_> = applications.iter().map(|one| one["AppName"].as_str().unwrap()).collect();
        assert_eq!(
            (names, &listed["Data"]["TotalSize"]),
            (expected.clone(), &json!(expected.len())),
            "{wanted}"
        );
    }
    let query = [&place("")[..2], &[("Tags", team)]].concat();
    let listed = done(&local, "GET", TAGS, &query).await;
    assert_eq!(pairs(&listed["Data"]["TagResources"], "TagKey", "TagValue"), ["env=test", "team=a"]);
    assert_eq!(listed["Data"]["TagResources"][0]["ResourceId"], json!(ids[0]));
}

#[tokio::test]
async fn more_than_fifty_tags_come_in_pages() {
    let local = local().await;
    let sent: Vec<_> = (0..20).map(|at| json!({"key": format!("k{at:02}"), "value": "ü/1"})).collect();
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        ids.push(create(&local, name).await);
    }
    let ids = json!(ids).to_string();
    assert_eq!(tag(&local, &ids, &json!(sent).to_string()).await.status, 200);
    let mut found = std::collections::BTreeSet::new();
    let mut sizes = Vec::new();
    let mut token = String::new();
    loop {
        let query = [&place(&ids)[..], &[("NextToken", token.as_str())]].concat();
        let page = done(&local, "GET", TAGS, &query).await;
        let listed = page["Data"]["TagResources"].as_array().unwrap();
        sizes.push(listed.len());
        found.extend(listed.iter().map(|tag| format!("{} {}", tag["ResourceId"], tag["TagKey"])));
        assert_eq!(page.get("NextToken"), page["Data"].get("NextToken"), "both places say the same");
        let Some(next) = page["Data"].get("NextToken") else { break };
        token = next.as_str().unwrap().to_owned();
    }
    assert_eq!((sizes, found.len()), (vec![50, 50], 100));
    let refused = call(&local, "GET", TAGS, &[&place(&ids)[..], &[("NextToken", "zz")]].concat()).await;
    assert_eq!(refused.refusal(), (400, "InvalidParameter.Obviously".to_owned()));
    assert!(refused.value("Message").contains("{NextToken}"));
}

#[tokio::test]
async fn what_the_service_does_not_take_is_refused_by_name() {
    let local = local().await;
    let id = create(&local, "shop").await;
    let one = |key: &str, value: &str| json!([{"key": key, "value": value}]).to_string();
    let many = |count: usize| {
        json!((0..count).map(|at| json!({"key": format!("k{at}"), "value": "1"})).collect::<Vec<_>>())
            .to_string()
    };
    let long = "x".repeat(129);
    let twice = r#"[{"key":"a","value":"1"},{"key":"a","value":"2"}]"#.to_owned();
    for (tags, code, told) in [
        (one("", "1"), "InvalidParameter.TagKey", "TagKey"),
        (one(&long, "1"), "InvalidParameter.TagKey", "TagKey"),
        (one("a", ""), "InvalidParameter.TagValue", "TagValue"),
        (one("a", &long), "InvalidParameter.TagValue", "TagValue"),
        (one("aliyun-x", "1"), "InvalidParameter.TagKey", "TagKey"),
        (one("acs:x", "1"), "InvalidParameter.TagKey", "TagKey"),
        (one("a", "acs:x"), "InvalidParameter.TagValue", "TagValue"),
        (one("a", "see http://x"), "InvalidParameter.TagValue", "TagValue"),
        (one("see https://x", "1"), "InvalidParameter.TagKey", "TagKey"),
        (twice, "Duplicate.TagKey", "TagKey"),
        (many(21), "NumberExceed.Tags", "tags"),
        ("[]".to_owned(), "Missing.TagKey", "TagKey"),
        ("[null]".to_owned(), "InvalidParameter.Obviously", "{Tags[0]}"),
        (r#"[{"key":"a"}]"#.to_owned(), "InvalidParameter.Obviously", "{Tags[0].value}"),
    ] {
        let refused = tag(&local, &id, &tags).await;
        assert_eq!(refused.refusal(), (400, code.to_owned()), "{tags}");
        assert!(refused.value("Message").contains(told), "{tags}: {}", refused.body);
    }
    assert_eq!(
        tag(&local, &id, &one(&"ä".repeat(128), "x")).await.status,
        200,
        "characters count, not bytes"
    );
    assert_eq!(tag(&local, &id, &many(19)).await.status, 200);
    let refused = tag(&local, &id, &one("another", "1")).await;
    assert_eq!(refused.refusal(), (400, "NumberExceed.Tags".to_owned()));
    assert_eq!(tag(&local, &id, &one("k0", "2")).await.status, 200, "a key that is there needs no room");

    let ids = json!((0..51).map(|at| at.to_string()).collect::<Vec<_>>()).to_string();
    let tags = ("Tags", r#"[{"key":"a","value":"1"}]"#);
    for (method, query, code, told) in [
        (
            "GET",
            vec![("RegionId", "cn-hangzhou"), ("ResourceType", "application")],
            "InvalidParameter.NotEmpty",
            "ResourceIds",
        ),
        (
            "GET",
            vec![("RegionId", "cn-hangzhou"), ("ResourceType", "instance"), tags],
            "InvalidResourceType.NotFound",
            "resource type",
        ),
        (
            "GET",
            vec![("RegionId", "nowhere"), ("ResourceType", "application"), tags],
            "InvalidParameter.WithMessage",
            "{RegionId}",
        ),
        ("GET", place(&ids).to_vec(), "InvalidParameter.WithMessage", "{ResourceIds}"),
        ("POST", [&place("[]")[..], &[tags]].concat(), "InvalidParameter.NotEmpty", "ResourceIds"),
    ] {
        let refused = call(&local, method, TAGS, &query).await;
        assert_eq!(refused.refusal(), (400, code.to_owned()), "{query:?}");
        assert!(refused.value("Message").contains(told), "{}", refused.body);
    }
}

#[tokio::test]
async fn tags_go_with_their_application_and_stay_in_a_snapshot() {
    let local = local().await;
    let (kept, gone) = (create(&local, "kept").await, create(&local, "gone").await);
    let sent = r#"[{"key":"a","value":"1"}]"#;
    let both = format!("{kept},{gone}");
    assert_eq!(tag(&local, &both, sent).await.status, 200);
    let snapshot = local.control().snapshot();
    done(&local, "DELETE", &format!("{APP}/deleteApplication"), &[("AppId", &gone)]).await;
    assert_eq!(tags(&local, &gone).await.len(), 0);
    let refused = tag(&local, &both, r#"[{"key":"b","value":"2"}]"#).await;
    assert_eq!(refused.refusal(), (404, "InvalidAppId.NotFound".to_owned()));
    assert_eq!(tags(&local, &kept).await, ["a=1"], "nothing is done if one is refused");
    local.control().restore(&snapshot.unwrap()).await.unwrap();
    assert_eq!(tags(&local, &gone).await, ["a=1"]);
}

#[tokio::test]
async fn a_seed_puts_tags_on_what_it_creates() {
    let local = local().await;
    let seed = Seed::from_json(
        r#"{"calls":[
            {"operation":"CreateApplication","params":{"AppName":"cart","PackageType":"Image","ImageUrl":"demo/cart:1","Replicas":1}},
            {"operation":"TagResources","params":{"ResourceType":"application","ResourceIds":["cart"],"Tags":[{"key":"a","value":"1"}]}}
        ]}"#,
    );
    local.control().seed(&seed.unwrap()).await.unwrap();
    let listed = done(&local, "GET", &format!("{APP}/listApplications"), &[]).await;
    assert_eq!(pairs(&listed["Data"]["Applications"][0]["Tags"], "Key", "Value"), ["a=1"]);
}
