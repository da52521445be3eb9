//! What people write becomes what the service knows.

use std::sync::Arc;

use sae::model::CreateNamespace;
use sae::{Client, ErrorKind};

use crate::world::{Script, World, client_of, create, fine};

async fn world() -> (World, Client) {
    let world = World::new().await;
    let client = world.client();
    for (name, id) in
        [("Shop", "cn-hangzhou:shop"), ("Test", "cn-hangzhou:test"), ("Twin", "cn-hangzhou:twin1")]
    {
        client.send(CreateNamespace::new(name).namespace_id(id)).await.expect("it is new");
    }
    for (name, namespace) in [("cart", "shop"), ("web", "shop"), ("web", "test")] {
        let create = create(name).deploy(false).namespace_id(format!("cn-hangzhou:{namespace}"));
        client.send(create).await.expect("it is new");
    }
    (world, client)
}

#[tokio::test]
async fn applications_are_found_by_name_by_id_and_in_their_namespace() {
    let (_world, client) = world().await;
    let cart = client.resolve_application("cart").await.expect("there is one");
    let id = cart.app_id.clone().expect("an id");
    assert_eq!(client.resolve_application(&id).await.expect("it is the same"), cart);
    for text in ["cn-hangzhou:test/web", "test/web", "Test/web"] {
        let web = client.resolve_application(text).await.expect("there is one");
        assert_eq!(web.namespace_id.as_deref(), Some("cn-hangzhou:test"), "{text}");
    }
}

#[tokio::test]
async fn a_name_of_two_applications_is_an_error_that_lists_both() {
    let (_world, client) = world().await;
    let error = client.resolve_application("web").await.expect_err("there are two");
    assert_eq!((error.kind(), error.exit_code(), error.is_not_found()), (ErrorKind::Ambiguous, 2, false));
    let places: Vec<_> = error.candidates().iter().filter_map(|it| it.namespace_id.as_deref()).collect();
    assert_eq!(places.len(), 2, "{places:?}");
    assert!(places.contains(&"cn-hangzhou:shop") && places.contains(&"cn-hangzhou:test"), "{places:?}");
    for part in ["cn-hangzhou:shop/web (", "cn-hangzhou:test/web ("] {
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(!error.to_string().contains("cart"), "{error}");
}

#[tokio::test]
async fn an_unknown_name_is_an_error_that_lists_what_there_is_the_likeliest_first() {
    let (_world, client) = world().await;
    let error = client.resolve_application("carts").await.expect_err("there is none").to_string();
    let at = |part: &str| error.find(part).unwrap_or_else(|| panic!("{part}: {error}"));
    assert!(at("shop/cart") < at("shop/web"), "{error}");
    let error = client.resolve_application("test/cart").await.expect_err("it is elsewhere").to_string();
    assert!(error.contains("test/web") && !error.contains("shop/"), "{error}");
    let error = client.resolve_application("shop/").await.expect_err("there is no name");
    assert_eq!(error.kind(), ErrorKind::Request);
}

#[tokio::test]
async fn namespaces_are_found_by_id_short_id_and_name() {
    let (_world, client) = world().await;
    for text in ["cn-hangzhou:twin1", "twin1", "Twin"] {
        let found = client.resolve_namespace(text).await.expect("there is one");
        assert_eq!(found.namespace_id.as_deref(), Some("cn-hangzhou:twin1"), "{text}");
    }
    client.send(CreateNamespace::new("Twin").namespace_id("cn-hangzhou:twin2")).await.expect("it is new");
    let error = client.resolve_namespace("Twin").await.expect_err("there are two").to_string();
    assert!(error.contains("cn-hangzhou:twin1") && error.contains("cn-hangzhou:twin2"), "{error}");
    let error = client.resolve_namespace("nowhere").await.expect_err("there is none");
    assert_eq!((error.kind(), error.is_not_found()), (ErrorKind::NotFound, true));
    let error = error.to_string();
    assert!(error.contains("cn-hangzhou:shop"), "{error}");
}

#[tokio::test]
async fn nothing_of_that_name_is_a_kind_of_its_own() {
    let (_world, client) = world().await;
    let error = client.resolve_application("nope").await.expect_err("there is none");
    assert_eq!((error.kind(), error.exit_code(), error.is_not_found()), (ErrorKind::NotFound, 3, true));
    assert!(!error.candidates().is_empty(), "{error}");
}

#[tokio::test]
async fn an_application_is_looked_for_by_one_filtered_request() {
    let one = r#"{"Data":{"TotalSize":2,"CurrentPage":1,"PageSize":100,"Applications":[
        {"AppId":"id-1","AppName":"cart-2"},{"AppId":"id-2","AppName":"cart"}]},"Success":true,"Code":200}"#;
    let script = Arc::new(Script::default().says("ListApplications", [fine(one)]));
    let found = client_of(&script).resolve_application("cn-hangzhou:shop/cart").await.expect("there is one");
    assert_eq!(found.app_id.as_deref(), Some("id-2"), "the service's search finds parts of names, too");
    let urls = script.urls("ListApplications");
    assert_eq!(urls.len(), 1);
    assert!(
        urls[0].contains("AppName=cart") && urls[0].contains("NamespaceId=cn-hangzhou%3Ashop"),
        "{urls:?}"
    );

    let id = "7171a6ca-d1cd-4928-8642-7d5cfe69aaaa";
    let one = format!(r#"{{"Data":{{"TotalSize":1,"Applications":[{{"AppId":"{id}","AppName":"cart"}}]}}}}"#);
    let script = Arc::new(Script::default().says("ListApplications", [fine(one)]));
    client_of(&script).resolve_application(id).await.expect("there is one");
    let urls = script.urls("ListApplications");
    assert!(urls.len() == 1 && urls[0].contains("FieldType=appIds"), "{urls:?}");
}
