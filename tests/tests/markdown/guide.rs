//! What pages of the guide show of lists, waiting, endpoints, EDAS, and beside other SDKs.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "as the guide has it")]
#![allow(clippy::duration_suboptimal_units, reason = "the guide is written for Rust 1.88")]

use std::error::Error;
use std::future::ready;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sae::change_order::{ChangeOrder, Outcome};
use sae::edas::{GetK8sCluster, InsertK8sApplication};
use sae::model::{
    CreateApplication, CreateNamespace, DeployApplication, DescribeApplicationConfig,
    DescribeApplicationStatus, EnvVar, ListApplications, PackageType, SERVICE, UpdateStrategy,
};
use sae::{Builder, Client, Credentials, ErrorCode, RetryOn, RetryPolicy};
use sae_local::{LocalSae, Pace};

fn in_hangzhou() -> Result<Client, sae::Error> {
    let keys = Credentials::new("my-id", "my-secret");
    Client::builder().credentials(keys).region("cn-hangzhou").vpc(true).build()
}

async fn count_elsewhere(client: &Client) -> Result<Option<i64>, sae::Error> {
    let reply = client.call(ListApplications::new()).region("cn-shanghai").await?;
    Ok(reply.into_data()?.total_size)
}

async fn names(client: &Client) -> Result<Vec<String>, sae::Error> {
    let applications = client.items(ListApplications::new().page_size(100)).all().await?;
    Ok(applications.into_iter().filter_map(|application| application.app_name).collect())
}

async fn count(client: &Client) -> Result<usize, sae::Error> {
    let mut pages = client.pages(ListApplications::new().page_size(100));
    let mut count = 0;
    while let Some(page) = pages.next().await {
        count += page?.into_data()?.applications.len();
    }
    Ok(count)
}

async fn second_page(client: &Client) -> Result<Option<i64>, sae::Error> {
    let page = client.send(ListApplications::new().current_page(2).page_size(20)).await?.into_data()?;
    println!("{} of {:?}", page.applications.len(), page.total_size);
    Ok(page.total_size)
}

async fn in_a_minute(client: &Client) -> Result<usize, Box<dyn Error>> {
    let all = client.items(ListApplications::new().page_size(100)).all();
    let applications = tokio::time::timeout(Duration::from_secs(60), all).await??;
    Ok(applications.len())
}

async fn running(client: &Client) -> Result<Vec<String>, sae::Error> {
    let mut applications = client.items(ListApplications::new().page_size(100));
    let mut names = Vec::new();
    while let Some(application) = applications.try_next().await? {
        if application.running_instances > Some(0) {
            names.extend(application.app_name);
        }
    }
    Ok(names)
}

async fn names_by_stream(client: &Client) -> Result<Vec<String>, sae::Error> {
    let applications = client.items(ListApplications::new());
    applications.try_filter_map(|application| ready(Ok(application.app_name))).try_collect().await
}

fn behind_a_gateway(builder: Builder) -> Result<Client, sae::Error> {
    const RESTARTING: ErrorCode = ErrorCode::from_static("Gateway.Restarting");
    let conditions = RetryOn::new().transient_code(RESTARTING).status(409);
    builder.retry(RetryPolicy::new().retry_on(conditions)).build()
}

async fn wait_a_little(order: ChangeOrder) -> Result<(), Box<dyn Error>> {
    let finished = order.wait().timeout(Duration::from_secs(60)).await?;
    if finished.outcome == Outcome::TimedOut {
        println!("{} keeps running: wait for it again later, or abort it", order.id());
        return Ok(());
    }
    finished.success()?;
    Ok(())
}

async fn wait(client: &Client, id: &str) -> Result<(), Box<dyn Error>> {
    let order = client.change_order(id);
    let finished =
        order.wait().timeout(Duration::from_secs(15 * 60)).watch(|snapshot| eprintln!("{snapshot}")).await?;
    finished.success()?;
    Ok(())
}

async fn confirm_each(order: ChangeOrder) -> Result<(), Box<dyn Error>> {
    let finished = loop {
        let finished = order.wait().await?;
        if finished.outcome != Outcome::WaitingForConfirmation {
            break finished;
        }
        order.confirm().await?;
    };
    finished.success()?;
    Ok(())
}

async fn show(order: ChangeOrder) -> Result<(), sae::Error> {
    let mut progress = order.progress();
    while let Some(snapshot) = progress.next().await {
        println!("{}", snapshot?);
    }
    Ok(())
}

async fn insert(client: &Client) -> Result<String, Box<dyn Error>> {
    let clusters = client.items(GetK8sCluster::new("cn-hangzhou")).all().await?;
    let cluster = clusters.into_iter().find_map(|cluster| cluster.cluster_id).ok_or("no cluster")?;
    let insert = InsertK8sApplication::new("shop", cluster).image_url("repo/shop:1").replicas(2);
    let created = client.send(insert).await?.output.application_info.ok_or("no application")?;
    Ok(created.app_id.ok_or("no AppId")?)
}

fn client() -> Result<Client, sae::Error> {
    let keys = Credentials::new("my-id", "my-secret");
    Client::builder().credentials(keys).region("cn-hangzhou").build()
}

async fn image(client: &Client, app: &str) -> Result<Option<String>, sae::Error> {
    let config = client.send(DescribeApplicationConfig::new(app)).await?.into_data()?;
    Ok(config.image_url)
}

async fn deploy(client: &Client, app: &str) -> Result<(), Box<dyn Error>> {
    let request =
        DeployApplication::new(app).image_url("repo/shop:2").envs([EnvVar::plain("GREETING", "hello")]);
    let order = client.deploy(request).await?;
    order.wait().await?.success()?;
    Ok(())
}

async fn exists(client: &Client, app: &str) -> Result<bool, sae::Error> {
    match client.send(DescribeApplicationStatus::new(app)).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

async fn within_limits(client: &Client, app: &str) -> Result<(), sae::Error> {
    client
        .call(DescribeApplicationStatus::new(app))
        .attempt_timeout(Duration::from_secs(10))
        .max_attempts(3)
        .await?;
    Ok(())
}

#[tokio::test]
async fn pages_about_the_library_do_what_they_say() -> Result<(), Box<dyn Error>> {
    let server = LocalSae::builder().pace(Pace::instant()).start().await?;
    let keys = Credentials::new("local", "local-secret");
    let local = Client::builder().credentials(keys).endpoint(server.endpoint()).build()?;
    local.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
    let create = CreateApplication::new("shop", PackageType::Image, 2)
        .namespace_id("cn-hangzhou:shop")
        .image_url("repo/shop:1")
        .cpu(1000)
        .memory(2048);
    let order = local.submit(create).await?;
    let app = order.app_id().ok_or("no AppId")?.to_owned();
    wait(&local, order.id()).await?;
    wait_a_little(order).await?;

    assert_eq!(names(&local).await?, ["shop"]);
    assert_eq!((count(&local).await?, second_page(&local).await?), (1, Some(1)));
    assert_eq!(in_a_minute(&local).await?, 1);
    assert_eq!(
        (running(&local).await?, names_by_stream(&local).await?),
        (names(&local).await?, names(&local).await?)
    );
    assert_eq!(count_elsewhere(&local).await?, Some(1));
    assert_eq!(image(&local, &app).await?.as_deref(), Some("repo/shop:1"));
    deploy(&local, &app).await?;
    assert_eq!(image(&local, &app).await?.as_deref(), Some("repo/shop:2"));
    assert!(exists(&local, &app).await? && !exists(&local, "00000000-0000-0000-0000-000000000000").await?);
    within_limits(&local, &app).await?;

    let keys = Credentials::new("my-id", "my-secret");
    behind_a_gateway(Client::builder().credentials(keys).region("cn-hangzhou"))?;

    let by_hand = UpdateStrategy::batches(2).manual();
    let request = DeployApplication::new(&app).image_url("repo/shop:3").update_strategy(by_hand);
    let order = local.deploy(request).await?;
    confirm_each(order.clone()).await?;
    show(order).await?;
    assert!(!insert(&local).await?.is_empty());
    Ok(())
}

#[test]
fn a_region_decides_the_endpoint() -> Result<(), sae::Error> {
    assert_eq!(client()?.endpoint(&SERVICE)?.host(), "sae.cn-hangzhou.aliyuncs.com");
    assert_eq!(in_hangzhou()?.endpoint(&SERVICE)?.host(), "sae-vpc.cn-hangzhou.aliyuncs.com");
    Ok(())
}
