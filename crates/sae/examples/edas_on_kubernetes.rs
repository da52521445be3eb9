//! EDAS: an application on Kubernetes, deployed and followed: `cargo run --package sae --example edas_on_kubernetes`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::error::Error;
use std::time::Duration;

use sae::FieldExt;
use sae::edas::{
    ChangeOrderStatus, DeployK8sApplication, EnvVar, GetChangeOrderInfo, GetK8sCluster, InsertK8sApplication,
};
use sae_local::LocalSae;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Always a local server, because this makes an application.
    let server = LocalSae::start().await?;
    // One client calls both services; `Client::from_env` takes ALIBABA_CLOUD_EDAS_ENDPOINT, or the region.
    let client = stage::local(&server.endpoint()).build()?;

    let clusters = client.items(GetK8sCluster::new("cn-hangzhou")).all().await?;
    let cluster = clusters.into_iter().find_map(|cluster| cluster.cluster_id).ok_or("no cluster")?;
    let insert = InsertK8sApplication::new("shop", cluster).image_url("repo/shop:1").replicas(2);
    let created = client.send(insert).await?.output.application_info.or_missing("ApplicationInfo")?;
    let app = created.app_id.or_missing("AppId")?;

    let mut order = created.change_order_id.or_missing("ChangeOrderId")?;
    for image in ["repo/shop:1", "repo/shop:2"] {
        if image != "repo/shop:1" {
            let deploy = DeployK8sApplication::new(&app).image(image).envs([EnvVar::plain("COLOR", "green")]);
            order = client.send(deploy).await?.output.change_order_id.or_missing("ChangeOrderId")?;
        }
        let status = loop {
            let info = client.send(GetChangeOrderInfo::new(&order)).await?.output.change_order_info;
            match info.and_then(|info| info.status) {
                Some(ChangeOrderStatus::Running | ChangeOrderStatus::Preparing) => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                other => break other,
            }
        };
        println!("{image}: {:?}", status.or_missing("Status")?);
    }
    Ok(())
}
