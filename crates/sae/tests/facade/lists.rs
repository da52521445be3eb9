//! Lists are complete or an error, and nothing comes twice.

use std::sync::Arc;

use sae::ErrorKind;
use sae::edas::{CreateK8sConfigMap, GetK8sCluster, ListK8sConfigMaps};
use sae::model::{CreateNamespace, DescribeNamespaces, ListAppEvents, ListApplications, ListTagResources};

use crate::world::{Said, Script, World, client_of, fine};

/// A page of applications with these identifiers.
fn page(total: usize, ids: &[&str]) -> Said {
    let items: Vec<_> = ids.iter().map(|id| format!(r#"{{"AppId":"{id}"}}"#)).collect();
    fine(format!(
        r#"{{"Code":"200","Success":true,"Data":{{"TotalSize":{total},"Applications":[{}]}}}}"#,
        items.join(",")
    ))
}

fn applications(pages: impl IntoIterator<Item = Said>) -> Arc<Script> {
    Arc::new(Script::default().says("ListApplications", pages))
}

async fn ids(script: &Arc<Script>) -> Result<Vec<String>, sae::Error> {
    let items = client_of(script).items(ListApplications::new().page_size(2)).all().await?;
    Ok(items.into_iter().filter_map(|item| item.app_id).collect())
}

#[tokio::test]
async fn items_of_all_pages_come_in_order() {
    let world = World::new().await;
    let client = world.client();
    for number in 0..7 {
        let create =
            CreateNamespace::new(format!("N{number}")).namespace_id(format!("cn-hangzhou:n{number}"));
        client.send(create).await.expect("it is new");
    }
    let whole = client.send(DescribeNamespaces::new(1, 100)).await.expect("a list");
    let whole: Vec<_> = whole.into_data().expect("Data").namespaces;
    assert!(whole.len() > 7);
    // The page that the request names doesn't matter.
    let items = client.items(DescribeNamespaces::new(5, 3)).all().await.expect("a list");
    assert_eq!(items, whole);
    let mut pages = client.pages(DescribeNamespaces::new(1, 3));
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.expect("a page").into_data().expect("Data").namespaces.len());
    }
    assert_eq!(sizes.iter().sum::<usize>(), whole.len());
    assert_eq!(sizes.len(), whole.len().div_ceil(3));
}

#[tokio::test]
async fn pages_that_are_numbered_from_0_begin_with_0() {
    let world = World::new().await;
    let client = world.client();
    let clusters = client.send(GetK8sCluster::new("cn-hangzhou")).await.expect("clusters");
    let page = clusters.cluster_page.as_ref().expect("a page");
    let cluster =
        page.cluster_list.first().and_then(|cluster| cluster.cluster_id.clone()).expect("a cluster");
    for name in ["a", "b", "c"] {
        let create = CreateK8sConfigMap::new().cluster_id(&cluster).namespace("default").name(name);
        client.send(create).await.expect("it is new");
    }
    for size in [1, 2, 20] {
        let items = client.items(ListK8sConfigMaps::new().page_size(size)).all().await.expect("a list");
        let names: Vec<_> = items.into_iter().filter_map(|item| item.name).collect();
        assert_eq!(names, ["a", "b", "c"], "pages of {size}");
    }
}

#[tokio::test]
async fn pages_are_read_as_items_are_taken() {
    let script = applications([page(4, &["a", "b"]), page(4, &["c", "d"])]);
    let mut items = client_of(&script).items(ListApplications::new());
    for expected in ["a", "b"] {
        let item = items.next().await.expect("an item").expect("no error");
        assert_eq!(item.app_id.as_deref(), Some(expected));
    }
    assert_eq!(script.urls("ListApplications").len(), 1);
}

#[tokio::test]
async fn an_empty_list_is_one() {
    assert!(ids(&applications([page(0, &[])])).await.expect("a list").is_empty());
    let silent = fine(r#"{"Code":"200","Success":true,"Data":{}}"#);
    assert!(ids(&applications([silent])).await.expect("a list").is_empty());
}

#[tokio::test]
async fn an_item_that_moves_to_another_page_comes_once_and_none_is_missed() {
    // Between the first two pages "new" is put in front: "b" comes again, and the second reading finds the new one.
    let script = applications([
        page(3, &["a", "b"]),
        page(4, &["b", "c"]),
        page(4, &["new", "a"]),
        page(4, &["b", "c"]),
    ]);
    assert_eq!(ids(&script).await.expect("a list"), ["a", "b", "c", "new"]);
    // Between them "a" is deleted: "c" has moved to the first page, and the second reading finds it.
    let script = applications([page(4, &["a", "b"]), page(3, &["d"]), page(3, &["b", "c"]), page(3, &["d"])]);
    assert_eq!(ids(&script).await.expect("a list"), ["a", "b", "d", "c"]);
}

#[tokio::test]
async fn a_list_that_never_holds_still_is_an_error() {
    let turn = |number: usize| page(3 + number % 2, &["a", "b"]);
    let error = ids(&applications((0..100).map(turn))).await.expect_err("it isn't whole");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.operation(), Some("ListApplications"));
}

#[tokio::test]
async fn a_list_that_ends_before_its_end_is_an_error() {
    let script = applications([page(5, &["a", "b"]), page(5, &[])]);
    let error = ids(&script).await.expect_err("it isn't whole");
    assert!(error.to_string().contains("of 5 items"), "{error}");

    let script = applications([page(5, &["a", "b"]), page(5, &[])]);
    let mut pages = client_of(&script).pages(ListApplications::new());
    assert!(pages.next().await.expect("a page").is_ok());
    assert!(pages.next().await.expect("a page").is_ok());
    assert!(pages.next().await.expect("an error").is_err());
    assert!(pages.next().await.is_none(), "nothing follows an error");
}

#[tokio::test]
async fn a_page_that_cannot_be_read_is_an_error_and_the_end() {
    let refusal = Said::Refused(403, r#"{"Code":"NoPermission","Message":"no"}"#.to_owned(), None);
    let script = applications([page(4, &["a", "b"]), refusal]);
    let mut items = client_of(&script).items(ListApplications::new());
    assert!(items.next().await.expect("an item").is_ok());
    assert!(items.next().await.expect("an item").is_ok());
    assert!(items.next().await.expect("an error").is_err());
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn without_identifiers_a_change_is_an_error_because_items_would_come_twice() {
    let events = |total: usize, count: usize| {
        let items = vec![r#"{"Reason":"Killed"}"#; count].join(",");
        fine(format!(r#"{{"Code":"200","Data":{{"TotalSize":{total},"AppEventEntity":[{items}]}}}}"#))
    };
    let request = || ListAppEvents::new("cn-hangzhou:test").page_size(2);
    let script = Arc::new(Script::default().says("ListAppEvents", [events(3, 2), events(3, 1)]));
    assert_eq!(client_of(&script).items(request()).all().await.expect("a list").len(), 3);
    let script = Arc::new(Script::default().says("ListAppEvents", [events(3, 2), events(4, 2)]));
    let error = client_of(&script).items(request()).all().await.expect_err("it isn't whole");
    assert!(error.to_string().contains("changed"), "{error}");
}

#[tokio::test]
async fn tokens_lead_from_page_to_page() {
    let tags = |key: &str, next: &str| {
        fine(format!(
            r#"{{"Code":"200","Data":{{"NextToken":"{next}","TagResources":[{{"ResourceId":"r","TagKey":"{key}"}}]}}}}"#
        ))
    };
    let request = || ListTagResources::new("cn-hangzhou", "application");
    let script = Arc::new(
        Script::default().says("ListTagResources", [tags("a", "t1"), tags("b", "t2"), tags("c", "")]),
    );
    let items = client_of(&script).items(request()).all().await.expect("a list");
    let keys: Vec<_> = items.into_iter().filter_map(|item| item.tag_key).collect();
    assert_eq!(keys, ["a", "b", "c"]);
    let urls = script.urls("ListTagResources");
    assert!(!urls[0].contains("NextToken"), "{}", urls[0]);
    assert!(urls[2].contains("NextToken=t2"), "{}", urls[2]);

    let script = Arc::new(Script::default().says("ListTagResources", [tags("a", "t1"), tags("b", "t1")]));
    let error = client_of(&script).items(request()).all().await.expect_err("it has no end");
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn a_list_that_does_not_say_how_long_it_is_ends_where_nothing_new_comes() {
    let world = World::new().await;
    let app = world.application().await;
    let request = sae::model::DescribeApplicationGroups::new(&app);
    let groups = world.client().items(request).all().await.expect("a list");
    assert_eq!(groups.len(), 1);
}
