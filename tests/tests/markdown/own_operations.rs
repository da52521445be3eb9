//! What the guide says of operations that are written by hand.

use std::error::Error;
use std::path::Path;

use sae::Credentials;
use sae::model::SERVICE;
use sae::testing::Fake;
use sae_local::{LocalSae, Pace};

use crate::read;

sae::transport::operation! {
    GET "/pop/v1/sam/app/listAppVersions", Read, SERVICE;

    /// Lists the versions of an application.
    pub struct ListAppVersions {
        /// Identifier of the application.
        field app_id: String = query "AppId",
    }
    /// The answer.
    pub struct ListAppVersionsOutput {
        field data: Vec<Version> = "Data",
    }
    /// A version of an application.
    pub struct Version {
        field id: Option<String> = "Id",
        field kind: Option<String> = "Type",
    }
}

async fn kinds(client: &sae::Client, app: &str) -> Result<Vec<Option<String>>, sae::Error> {
    let reply = client.send(ListAppVersions { app_id: app.to_owned() }).await?;
    Ok(reply.data.iter().map(|version| version.kind.clone()).collect())
}

#[tokio::test]
async fn an_operation_of_ones_own_is_called() -> Result<(), Box<dyn Error>> {
    let fake = Fake::new();
    let version = Version { kind: Some("image".to_owned()), ..Version::default() };
    fake.on::<ListAppVersions>().answer(ListAppVersionsOutput { data: vec![version], ..Default::default() });

    assert_eq!(kinds(&fake.client()?, "7171a6ca").await?, [Some("image".to_owned())]);
    assert_eq!(fake.requests::<ListAppVersions>()[0].app_id, "7171a6ca");
    fake.finish()?;
    Ok(())
}

sae::transport::operation! {
    GET "/pop/v1/sam/app/{AppId}/widgets", Read, SERVICE;

    pub struct CountWidgets {
        field app_id: String = path "AppId",
    }
    pub struct CountWidgetsOutput {
        field total: Option<i64> = "Total",
    }
}

#[tokio::test]
async fn widgets_are_counted() -> Result<(), Box<dyn Error>> {
    let fake = Fake::new();
    fake.on::<CountWidgets>().json(r#"{"Total":3}"#);

    let reply = fake.client()?.send(CountWidgets { app_id: "7171a6ca".to_owned() }).await?;
    assert_eq!(reply.total, Some(3));
    assert_eq!(fake.requests::<CountWidgets>()[0].app_id, "7171a6ca");
    fake.finish()?;
    Ok(())
}

#[tokio::test]
async fn the_local_server_has_no_operations_of_ones_own() -> Result<(), Box<dyn Error>> {
    let server = LocalSae::builder().pace(Pace::instant()).start().await?;
    let keys = Credentials::new("local", "local-secret");
    let local = sae::Client::builder().credentials(keys).endpoint(server.endpoint()).build()?;
    let codes = [local.send(CountWidgets { app_id: "a".to_owned() }).await.map(|_| ())]
        .map(|result| result.err().and_then(|error| Some(error.code()?.to_string())));
    assert_eq!(codes, ["InvalidApi.NotFound"].map(|code| Some(code.to_owned())));
    Ok(())
}

/// As the page of the guide says.
#[test]
fn an_operation_by_hand_takes_20_lines() {
    let page = read(Path::new("docs/guide/src/own-operations.md"));
    let (_, from) = page.split_once("sae::transport::operation! {").expect("the page declares one");
    let (body, _) = from.split_once("\n}\n").expect("it ends");
    let lines = 1 + body.lines().count();
    assert!(lines <= 20, "{lines} lines");
}
