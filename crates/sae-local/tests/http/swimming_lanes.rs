//! Lane groups and lanes: create, change, describe, list, switch, and applications that go away.

use sae_local::{LocalSae, Pace};
use serde_json::{Value, json};

use crate::calls::by_name::{call, done};
use crate::client::Call;
use crate::parameters::description;

const NAMESPACE: (&str, &str) = ("NamespaceId", "cn-beijing:test");
const APP_RULE: &str = r#"{"ConditionJoiner":"AND","Conditions":[{"Type":"header","Name":"t","Condition":"in","Value":"g1, g2"}],"Paths":["/a"]}"#;
const GATEWAY_RULE: &str = r#"{"ConditionJoiner":"OR","Conditions":[{"Type":"cookie","Name":"t","Condition":"==","Value":"g1"}],"RouteIds":[9504,9505],"Percentage":50}"#;
const MESSAGE: &str = "InvalidParameter.WithMessage";

async fn data(local: &LocalSae, operation: &str, query: &[(&str, &str)]) -> Value {
    let query = [&[NAMESPACE], query].concat();
    done(local, operation, &query).await.json()["Data"].take()
}

async fn application(local: &LocalSae, name: &str, more: &[(&str, &str)]) -> String {
    let base = [
        NAMESPACE,
        ("AppName", name),
        ("PackageType", "Image"),
        ("ImageUrl", "demo/nginx:1"),
        ("Replicas", "1"),
    ];
    done(local, "CreateApplication", &[&base, more].concat()).await.value("AppId")
}

/// A server with two applications in the namespace `cn-beijing:test`.
async fn server() -> (LocalSae, [String; 2]) {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    done(&local, "CreateNamespace", &[NAMESPACE, ("NamespaceName", "test")]).await;
    let apps = [application(&local, "entry", &[]).await, application(&local, "cart", &[]).await];
    (local, apps)
}

fn list(ids: &[&String]) -> String {
    json!(ids).to_string()
}

/// Creates a group behind an MSE gateway.
async fn group(local: &LocalSae, name: &str, apps: &[&String], more: &[(&str, &str)]) -> String {
    let apps = list(apps);
    let base = [("EntryAppType", "mse-gw"), ("EntryAppId", "gw-1"), ("GroupName", name), ("AppIds", &apps)];
    let kept = base.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| name != other));
    let query: Vec<_> = kept.chain(more.iter().copied()).collect();
    data(local, "CreateOrUpdateSwimmingLaneGroup", &query).await["GroupId"].to_string()
}

async fn lane(local: &LocalSae, group: &str, name: &str, more: &[(&str, &str)]) -> String {
    let base =
        [("GroupId", group), ("LaneName", name), ("LaneTag", name), ("MseGatewayEntryRule", GATEWAY_RULE)];
    data(local, "CreateOrUpdateSwimmingLane", &[&base, more].concat()).await["LaneId"].to_string()
}

#[tokio::test]
async fn a_group_is_created_changed_listed_and_deleted() {
    let (local, [entry, cart]) = server().await;
    assert_eq!(data(&local, "ListAllSwimmingLaneGroups", &[]).await, json!([]));
    let id = group(&local, "shop", &[&cart], &[("SwimVersion", "2")]).await;
    let listed = data(&local, "ListAllSwimmingLaneGroups", &[]).await;
    assert_eq!(
        listed[0],
        json!({
            "AppIds": [cart], "Apps": [{ "AppId": cart, "AppName": "cart" }], "CanaryModel": 0,
            "EntryApp": { "AppId": "gw-1", "AppType": "mse-gw" }, "EntryAppId": "gw-1", "EntryAppType": "mse-gw",
            "GroupId": id.parse::<i64>().unwrap(), "GroupName": "shop", "NamespaceId": "cn-beijing:test", "SwimVersion": "2",
        })
    );
    let of_it = ("GroupId", id.as_str());
    // What isn't sent stays.
    let both = list(&[&cart, &entry]);
    data(&local, "CreateOrUpdateSwimmingLaneGroup", &[of_it, ("AppIds", &both)]).await;
    data(
        &local,
        "CreateOrUpdateSwimmingLaneGroup",
        &[of_it, ("EntryAppType", "mse"), ("EntryAppId", &entry)],
    )
    .await;
    let found = data(&local, "ListAllSwimmingLaneGroups", &[]).await[0].take();
    assert_eq!(
        json!([found["GroupName"], found["AppIds"], found["EntryApp"]]),
        json!(["shop", [cart, entry], { "AppId": entry, "AppName": "entry", "AppType": "mse" }])
    );
    data(&local, "DeleteSwimmingLaneGroup", &[of_it]).await;
    assert_eq!(data(&local, "ListAllSwimmingLaneGroups", &[]).await, json!([]));
    for operation in ["DeleteSwimmingLaneGroup", "ListAllSwimmingLanes", "ListSwimmingLaneGroupTags"] {
        assert_eq!(call(&local, operation, &[NAMESPACE, of_it]).await.value("Code"), MESSAGE, "{operation}");
    }
}

#[tokio::test]
async fn a_lane_is_created_changed_described_and_switched() {
    let (local, [_, cart]) = server().await;
    let canary = application(
        &local,
        "cart-g1",
        &[("BaseAppId", &cart), ("ServiceTags", r#"{"alicloud.service.tag":"g1"}"#)],
    )
    .await;
    application(&local, "other-g1", &[("ServiceTags", r#"{"alicloud.service.tag":"g1"}"#)]).await;
    let group = group(&local, "shop", &[&cart], &[]).await;
    let of_group = ("GroupId", group.as_str());
    let id = lane(&local, &group, "g1", &[]).await;
    let of_it = [of_group, ("LaneId", id.as_str())];
    let rule: Value = serde_json::from_str(GATEWAY_RULE).unwrap();
    let found = data(&local, "DescribeSwimmingLane", &of_it).await;
    assert_eq!(
        json!([
            found["LaneId"],
            found["LaneName"],
            found["LaneTag"],
            found["CanaryModel"],
            found["Enable"],
            found["EnableRules"]
        ]),
        json!([id.parse::<i64>().unwrap(), "g1", r#"{"alicloud.service.tag":"g1"}"#, 0, true, true])
    );
    assert_eq!(
        found["Apps"],
        json!([{ "AppId": canary, "AppName": "cart-g1" }]),
        "what branches off the group and has the tag"
    );
    let mut answered = found["MseGatewayEntryRule"].clone();
    let routes = answered.as_object_mut().unwrap().remove("Routes").unwrap();
    answered.as_object_mut().unwrap().retain(|name, _| rule.get(name).is_some());
    assert_eq!((answered, routes), (rule, json!([{ "RouteId": 9504 }, { "RouteId": 9505 }])));
    let listed = data(&local, "ListAllSwimmingLanes", &[of_group]).await;
    assert_eq!(json!([listed[0]["LaneId"], listed[0]["Apps"]]), json!([found["LaneId"], found["Apps"]]));
    assert_eq!(
        data(&local, "ListSwimmingLaneGroupTags", &[of_group]).await,
        json!([{ "Tag": "g1", "Metadata": r#"{"alicloud.service.tag":"g1"}"# }])
    );

    let switch = [&of_it[..], &[("Enable", "false")]].concat();
    data(&local, "UpdateSwimmingLaneEnableAttribute", &switch).await;
    let change = [&of_it[..], &[("LaneName", "first"), ("CanaryModel", "1")]].concat();
    assert_eq!(data(&local, "CreateOrUpdateSwimmingLane", &change).await["LaneId"], found["LaneId"]);
    let changed = data(&local, "DescribeSwimmingLane", &of_it).await;
    assert_eq!(
        json!([
            changed["LaneName"],
            changed["LaneTag"],
            changed["CanaryModel"],
            changed["Enable"],
            changed["EnableRules"]
        ]),
        json!(["first", found["LaneTag"], 1, false, false])
    );
    assert_eq!(changed["MseGatewayEntryRule"], found["MseGatewayEntryRule"]);
    let routes = async |gateway: &str| {
        data(&local, "ListSwimmingLaneGatewayRoutes", &[("GatewayUniqueId", gateway)]).await
    };
    assert_eq!(routes("gw-1").await, json!([{ "RouteId": 9504 }, { "RouteId": 9505 }]));
    assert_eq!(routes("gw-2").await, json!([]));
    data(&local, "DeleteSwimmingLaneGroup", &[of_group]).await;
    assert_eq!(
        call(&local, "DescribeSwimmingLane", &[&[NAMESPACE], &of_it[..]].concat()).await.value("Code"),
        MESSAGE
    );
}

#[tokio::test]
async fn a_java_application_leads_into_a_lane_by_its_own_rule() {
    let (local, [entry, cart]) = server().await;
    let group = group(&local, "shop", &[&cart], &[("EntryAppType", "mse"), ("EntryAppId", &entry)]).await;
    let of_group = ("GroupId", group.as_str());
    let new = [of_group, ("LaneName", "g1"), ("LaneTag", "g1")];
    let without = call(&local, "CreateOrUpdateSwimmingLane", &[&[NAMESPACE], &new[..]].concat()).await;
    assert_eq!(without.value("Code"), "InvalidParameter.NotEmpty");
    let new = [&new[..], &[("AppEntryRule", APP_RULE)]].concat();
    let id = data(&local, "CreateOrUpdateSwimmingLane", &new).await["LaneId"].to_string();
    let found = data(&local, "DescribeSwimmingLane", &[of_group, ("LaneId", &id)]).await;
    assert_eq!(
        json!([
            found["AppEntryRule"]["ConditionJoiner"],
            found["AppEntryRule"]["Paths"],
            found["AppEntryRule"]["Conditions"]
        ]),
        json!(["AND", ["/a"], [{ "Type": "header", "Name": "t", "Condition": "in", "Value": "g1, g2", "Values": ["g1", "g2"] }]])
    );
    assert!(found.get("MseGatewayEntryRule").is_none(), "{found}");
    let xml = description("ListAllSwimmingLanes").path;
    let xml =
        Call::new("GET", xml, &[NAMESPACE, of_group]).header("accept", "application/xml").send(&local).await;
    assert!(
        xml.body.contains("<Conditions>") && xml.body.contains("<LaneName>g1</LaneName>"),
        "{}",
        xml.body
    );
}

#[tokio::test]
async fn applications_for_lanes_are_found_by_group_and_tag() {
    let (local, [entry, cart]) = server().await;
    let tags = ("ServiceTags", r#"{"alicloud.service.tag":"g1"}"#);
    let canary = application(&local, "cart-g1", &[("BaseAppId", &cart), tags]).await;
    let group = group(&local, "shop", &[&cart], &[]).await;
    let candidates = async |query: &[(&str, &str)]| {
        let found = data(&local, "ListApplicationsForSwimmingLane", query).await;
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["AppId"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(candidates(&[]).await, [&cart, &canary, &entry].map(Clone::clone), "ordered by name");
    assert_eq!(candidates(&[("GroupId", &group)]).await, [&cart, &canary].map(Clone::clone));
    assert_eq!(candidates(&[("Tag", "g1")]).await, std::slice::from_ref(&canary));
    assert!(candidates(&[("Tag", "g2")]).await.is_empty());
    let found = data(&local, "ListApplicationsForSwimmingLane", &[("Tag", "g1")]).await;
    assert_eq!(
        found[0],
        json!({ "AppId": canary, "AppName": "cart-g1", "BaseAppId": cart, "BaseAppName": "cart", "ServiceTags": { "alicloud.service.tag": "g1" } })
    );
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let (local, [entry, cart]) = server().await;
    let elsewhere = [
        ("AppName", "x"),
        ("NamespaceId", "cn-beijing"),
        ("PackageType", "Image"),
        ("ImageUrl", "a"),
        ("Replicas", "1"),
    ];
    let elsewhere = list(&[&done(&local, "CreateApplication", &elsewhere).await.value("AppId")]);
    let group = group(&local, "shop", &[&cart], &[]).await;
    let id = lane(&local, &group, "g1", &[]).await;
    let (empty, obviously) = ("InvalidParameter.NotEmpty", "InvalidParameter.Obviously");
    let cart = list(&[&cart]);
    for (name, value, code) in [
        ("NamespaceId", "", empty),
        ("NamespaceId", "cn-beijing:nowhere", "InvalidNamespaceId.NotFound"),
        ("NamespaceId", "cn-beijing", MESSAGE),
        ("GroupName", "", empty),
        ("GroupName", "shop", MESSAGE),
        ("AppIds", &elsewhere, MESSAGE),
        ("AppIds", "[]", empty),
        ("EntryAppType", "", obviously),
        ("EntryAppType", "tram", obviously),
        ("EntryAppType", "mse", MESSAGE),
        ("EntryAppId", "", empty),
        ("EntryAppId", &entry, obviously),
        ("SwimVersion", "1", obviously),
        ("GroupId", "999", MESSAGE),
    ] {
        let base = [
            NAMESPACE,
            ("EntryAppType", "mse-gw"),
            ("EntryAppId", "gw-1"),
            ("GroupName", "a"),
            ("AppIds", cart.as_str()),
        ];
        let mut query: Vec<_> = base.into_iter().filter(|(other, _)| *other != name).collect();
        query.push((name, value));
        let answer = call(&local, "CreateOrUpdateSwimmingLaneGroup", &query).await;
        assert_eq!(answer.value("Code"), code, "{name}={value}: {}", answer.body);
    }
    let condition = |kind: &str, how: &str| {
        format!(r#"{{"Conditions":[{{"Type":"{kind}","Name":"t","Condition":"{how}","Value":"1"}}]}}"#)
    };
    let (no_kind, no_comparison) = (condition("body", "=="), condition("header", "~"));
    for (name, value, code) in [
        ("GroupId", "", empty),
        ("GroupId", "999", MESSAGE),
        ("NamespaceId", "cn-beijing", MESSAGE),
        ("LaneId", "999", MESSAGE),
        ("LaneName", "", empty),
        ("LaneTag", "", empty),
        ("LaneTag", "g1", MESSAGE),
        ("CanaryModel", "2", obviously),
        ("MseGatewayEntryRule", "", empty),
        ("MseGatewayEntryRule", "[]", obviously),
        ("MseGatewayEntryRule", r#"{"Percentage":101}"#, obviously),
        ("MseGatewayEntryRule", r#"{"PercentageByRoute":{"1":-1}}"#, obviously),
        ("MseGatewayEntryRule", r#"{"IndependentPercentageEnable":true}"#, empty),
        ("MseGatewayEntryRule", r#"{"ConditionJoiner":"XOR"}"#, obviously),
        ("MseGatewayEntryRule", &no_kind, obviously),
        ("MseGatewayEntryRule", &no_comparison, obviously),
    ] {
        let base = [
            NAMESPACE,
            ("GroupId", group.as_str()),
            ("LaneName", "g2"),
            ("LaneTag", "g2"),
            ("MseGatewayEntryRule", GATEWAY_RULE),
        ];
        let mut query: Vec<_> = base.into_iter().filter(|(other, _)| *other != name).collect();
        if !(name == "GroupId" && value.is_empty()) {
            query.push((name, value));
        }
        let answer = call(&local, "CreateOrUpdateSwimmingLane", &query).await;
        assert_eq!(answer.value("Code"), code, "{name}={value}: {}", answer.body);
    }
    for (operation, lane) in [("DescribeSwimmingLane", "999"), ("UpdateSwimmingLaneEnableAttribute", "999")] {
        let query = [NAMESPACE, ("GroupId", group.as_str()), ("LaneId", lane), ("Enable", "true")];
        assert_eq!(call(&local, operation, &query).await.value("Code"), MESSAGE, "{operation}");
    }
    let other = [("NamespaceId", "cn-beijing"), ("GroupId", group.as_str()), ("LaneId", id.as_str())];
    assert_eq!(
        call(&local, "DescribeSwimmingLane", &other).await.value("Code"),
        MESSAGE,
        "a group of another namespace"
    );
    for operation in ["ListAllSwimmingLaneGroups", "ListApplicationsForSwimmingLane"] {
        let nowhere = call(&local, operation, &[("NamespaceId", "cn-beijing:nowhere")]).await;
        assert_eq!(nowhere.value("Code"), "InvalidNamespaceId.NotFound", "{operation}");
    }
}

#[tokio::test]
async fn groups_go_with_their_entry_and_their_namespace() {
    let (local, [entry, cart]) = server().await;
    let by_java = group(&local, "java", &[&cart], &[("EntryAppType", "mse"), ("EntryAppId", &entry)]).await;
    let by_gateway = group(&local, "gateway", &[&cart, &entry], &[]).await;
    let rule =
        [("GroupId", by_java.as_str()), ("LaneName", "g1"), ("LaneTag", "g1"), ("AppEntryRule", APP_RULE)];
    data(&local, "CreateOrUpdateSwimmingLane", &rule).await;
    lane(&local, &by_gateway, "g1", &[]).await;
    let control = local.control();
    let before = control.snapshot().unwrap();
    done(&local, "DeleteApplication", &[("AppId", &entry)]).await;
    let left = data(&local, "ListAllSwimmingLaneGroups", &[]).await;
    assert_eq!(
        json!([left.as_array().unwrap().len(), left[0]["GroupName"], left[0]["AppIds"]]),
        json!([1, "gateway", [cart]])
    );
    done(&local, "DeleteApplication", &[("AppId", &cart)]).await;
    assert_eq!(data(&local, "ListAllSwimmingLaneGroups", &[]).await[0]["AppIds"], json!([]));
    done(&local, "DeleteNamespace", &[NAMESPACE]).await;
    done(&local, "CreateNamespace", &[NAMESPACE, ("NamespaceName", "test")]).await;
    assert_eq!(
        data(&local, "ListAllSwimmingLaneGroups", &[]).await,
        json!([]),
        "groups go with their namespace"
    );
    control.restore(&before).await.unwrap();
    assert_eq!(data(&local, "ListAllSwimmingLaneGroups", &[]).await.as_array().unwrap().len(), 2);
    assert_eq!(
        data(&local, "ListAllSwimmingLanes", &[("GroupId", &by_java)]).await.as_array().unwrap().len(),
        1
    );
}
