//! The steps of the demo: each is a call to the service, and each claim is checked.

use sae::change_order::Outcome;
use sae::model::{
    AbortAndRollbackChangeOrder, BatchReleaseType, BatchUpdate, BindSlb, ConfirmPipelineBatch,
    CreateApplication, CreateNamespace, DeleteApplication, DeleteNamespace, DeployApplication,
    DescribeApplicationConfig, DescribeApplicationSlbs, DescribeApplicationStatus, DescribeInstanceLog,
    EnvVar, ListApplications, ListChangeOrders, PackageType, RescaleApplication, RestartApplication,
    SlbListenerPort, SlbProtocol, UpdateStrategy, UpdateStrategyType, error_code,
};
use sae::transport::{decode_json, encode_json};
use sae::{Any, Client, Credentials, Format};

use super::clients::Clients;
use super::rollout::{follow, instances, must_end, short};
use super::screen::Screen;
use crate::failure::Failure;

const NAMESPACE: &str = "cn-hangzhou:demo";

pub async fn run(screen: &Screen, clients: &Clients) -> Result<(), Failure> {
    let client = clients.client()?;
    screen.heading("A namespace to live in")?;
    client.send(CreateNamespace::new("Demo").namespace_id(NAMESPACE)).await?;
    screen.fact("CreateNamespace", NAMESPACE)?;

    let app = birth(screen, &client).await?;
    upgrade(screen, &client, &app).await?;
    change_of_mind(screen, &client, &app).await?;
    growth(screen, &client, &app).await?;
    two_languages(screen, clients, &client, &app).await?;
    wrong_secret(screen, clients).await?;
    end(screen, clients, &app).await
}

async fn birth(screen: &Screen, client: &Client) -> Result<String, Failure> {
    screen.heading("An application of three instances, created and deployed")?;
    let request = CreateApplication::new("shop", PackageType::Image, 3)
        .namespace_id(NAMESPACE)
        .image_url("demo/shop:1")
        .cpu(1000)
        .memory(2048)
        .envs([EnvVar::new("GREETING").value("hello")])
        .deploy(true);
    let created = client.send(request).await?.into_data()?;
    let app = present(created.app_id, "AppId")?;
    let order = present(created.change_order_id, "ChangeOrderId")?;
    screen.fact("CreateApplication", &format!("shop, 3 × demo/shop:1, change order {}", short(&order)))?;
    must_end(screen, client, &order, 3, &Outcome::Succeeded).await?;
    Ok(app)
}

async fn upgrade(screen: &Screen, client: &Client, app: &str) -> Result<(), Failure> {
    screen.heading("A new version in three batches, the second and the third confirmed by hand")?;
    let order = deploy(client, app, "demo/shop:2").await?;
    screen.fact("DeployApplication", &format!("demo/shop:2, change order {}", short(&order)))?;
    let mut first = true;
    loop {
        let (outcome, seen) = follow(screen, client, &order, 3).await?;
        match outcome {
            Outcome::Succeeded => break,
            Outcome::WaitingForConfirmation => {
                let pipeline = present(seen.order.current_pipeline_id, "CurrentPipelineId")?;
                if first {
                    refused_while_busy(screen, client, app).await?;
                    first = false;
                }
                screen.fact("waits for confirmation", &images(client, app).await?)?;
                client.send(ConfirmPipelineBatch::new(true, pipeline.as_str())).await?;
                screen.fact("ConfirmPipelineBatch", &format!("pipeline {} confirmed", short(&pipeline)))?;
            }
            _ => return Err(Failure::other("the deployment did not succeed")),
        }
    }
    screen.good(&format!("change order {} succeeded: {}", short(&order), images(client, app).await?))?;
    Ok(())
}

async fn refused_while_busy(screen: &Screen, client: &Client, app: &str) -> Result<(), Failure> {
    match client.send(RestartApplication::new(app)).await {
        Err(error) if error.is(&error_code::APPLICATION_CHANGER_ORDER_RUNNING) => {
            screen.fact("RestartApplication", "refused meanwhile: Application.ChangerOrderRunning")?;
            Ok(())
        }
        Err(error) => Err(error.into()),
        Ok(_) => Err(Failure::other("two change orders ran at once")),
    }
}

async fn change_of_mind(screen: &Screen, client: &Client, app: &str) -> Result<(), Failure> {
    screen.heading("A bad version, stopped after its first batch and rolled back")?;
    let order = deploy(client, app, "demo/shop:3-broken").await?;
    screen.fact("DeployApplication", &format!("demo/shop:3-broken, change order {}", short(&order)))?;
    let (outcome, _) = follow(screen, client, &order, 3).await?;
    if outcome != Outcome::WaitingForConfirmation {
        return Err(Failure::other("the deployment did not wait for a confirmation"));
    }
    screen.fact("after the first batch", &images(client, app).await?)?;
    client.send(AbortAndRollbackChangeOrder::new(order.as_str())).await?;
    screen.fact("AbortAndRollbackChangeOrder", short(&order))?;
    must_end(screen, client, &order, 3, &Outcome::Aborted).await?;
    let status = client.send(DescribeApplicationStatus::new(app)).await?.into_data()?;
    let rollback = present(status.last_change_order_id, "LastChangeOrderId")?;
    screen.fact("the rollback", &format!("change order {}", short(&rollback)))?;
    must_end(screen, client, &rollback, 3, &Outcome::Succeeded).await?;
    let config = client.send(DescribeApplicationConfig::new(app)).await?.into_data()?;
    let images = images(client, app).await?;
    if config.image_url.as_deref() != Some("demo/shop:2") || images != "3 × demo/shop:2" {
        return Err(Failure::other(format!("the rollback did not restore demo/shop:2: {images}")));
    }
    screen.good(&format!("configuration and instances are the former ones: {images}"))?;
    Ok(())
}

async fn growth(screen: &Screen, client: &Client, app: &str) -> Result<(), Failure> {
    screen.heading("Five instances behind a load balancer, and what one of them logged")?;
    let order = client.send(RescaleApplication::new(app, 5)).await?.into_data()?;
    let order = present(order.change_order_id, "ChangeOrderId")?;
    screen.fact("RescaleApplication", &format!("5 instances, change order {}", short(&order)))?;
    must_end(screen, client, &order, 5, &Outcome::Succeeded).await?;

    let listener = SlbListenerPort::new(80, 8080, SlbProtocol::Tcp);
    let order = client.send(BindSlb::new(app).intranet([listener])).await?.into_data()?;
    let order = present(order.change_order_id, "ChangeOrderId")?;
    screen.fact("BindSlb", &format!("port 80 to 8080, change order {}", short(&order)))?;
    must_end(screen, client, &order, 5, &Outcome::Succeeded).await?;
    let slbs = client.send(DescribeApplicationSlbs::new(app)).await?.into_data()?;
    screen.fact(
        "DescribeApplicationSlbs",
        &format!("reachable at {}", present(slbs.intranet_ip, "IntranetIp")?),
    )?;

    let instance = instances(client, app).await?.into_iter().find_map(|instance| instance.instance_id);
    let log = client.send(DescribeInstanceLog::new(present(instance, "InstanceId")?)).await?.into_data()?;
    screen.fact("DescribeInstanceLog", "")?;
    screen.quote(&log)?;
    Ok(())
}

async fn two_languages(
    screen: &Screen,
    clients: &Clients,
    client: &Client,
    app: &str,
) -> Result<(), Failure> {
    screen.heading("The same read in JSON and in XML, signed by both schemes")?;
    let json = client.send(DescribeApplicationStatus::new(app)).await?;
    screen.fact("JSON, signed by ACS3", "")?;
    screen.quote(&indented_json(&json.answer.body)?)?;
    let xml = clients.builder().format(Format::Xml).signature(sae::Scheme::Roa).build()?;
    let xml = xml.send(DescribeApplicationStatus::new(app)).await?;
    screen.fact("XML, signed by ROA", "")?;
    screen.quote(&String::from_utf8_lossy(&xml.answer.body).replace("><", ">\n<"))?;
    if json.data()? != xml.data()? {
        return Err(Failure::other("JSON and XML read differently"));
    }
    screen.good("both read as the same typed value")?;
    Ok(())
}

async fn wrong_secret(screen: &Screen, clients: &Clients) -> Result<(), Failure> {
    screen.heading("A wrong secret is refused, and explained")?;
    let stranger = clients.builder().credentials(Credentials::new("local", "guessed")).build()?;
    let Err(error) = stranger.send(ListApplications::new()).await else {
        return Err(Failure::other("a wrong secret was accepted"));
    };
    screen.fact("refused", &error.to_string())?;
    screen.fact("why", error.explanation().unwrap_or("not explained"))?;
    screen.fact("what to do", error.advice().unwrap_or("not known"))?;
    Ok(())
}

async fn end(screen: &Screen, clients: &Clients, app: &str) -> Result<(), Failure> {
    screen.heading("The end: everything is taken down again")?;
    let client = clients.client()?;
    let history = client.send(ListChangeOrders::new(app).page_size(20)).await?.into_data()?;
    for order in history.change_order_list {
        let kind = order.co_type_code.map(|code| code.to_string()).unwrap_or_default();
        screen.fact(&kind, order.description.as_deref().unwrap_or_default())?;
    }
    let order = client.send(DeleteApplication::new(app)).await?.into_data()?;
    let order = present(order.change_order_id, "ChangeOrderId")?;
    screen.fact("DeleteApplication", &format!("change order {}", short(&order)))?;
    gone(&client).await?;
    client.send(DeleteNamespace::new().namespace_id(NAMESPACE)).await?;
    screen.fact("DeleteNamespace", NAMESPACE)?;
    screen.good("no application and no namespace is left")?;
    Ok(())
}

/// Waits until the application has left the list.
async fn gone(client: &Client) -> Result<(), Failure> {
    for _ in 0..300 {
        if client.send(ListApplications::new()).await?.into_data()?.applications.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Err(Failure::other("the application is still listed 30 s after it was deleted"))
}

async fn deploy(client: &Client, app: &str, image: &str) -> Result<String, Failure> {
    let strategy = UpdateStrategy::new()
        .r#type(UpdateStrategyType::BatchUpdate)
        .batch_update(BatchUpdate::new(3).release_type(BatchReleaseType::Manual));
    let request = DeployApplication::new(app).image_url(image).update_strategy(strategy);
    let deployed = client.send(request).await?.into_data()?;
    present(deployed.change_order_id, "ChangeOrderId")
}

/// Which images run, and how often.
async fn images(client: &Client, app: &str) -> Result<String, Failure> {
    let mut counts = std::collections::BTreeMap::<String, u32>::new();
    for instance in instances(client, app).await? {
        *counts.entry(instance.image_url.unwrap_or_default()).or_default() += 1;
    }
    Ok(counts.iter().map(|(image, count)| format!("{count} × {image}")).collect::<Vec<_>>().join(", "))
}

/// The document as it came, on lines of its own.
fn indented_json(body: &[u8]) -> Result<String, Failure> {
    let mut document = Any::Null;
    decode_json::value(&String::from_utf8_lossy(body), &mut document)
        .map_err(|error| Failure::other(error.to_string()))?;
    Ok(encode_json::value_to_string_pretty(&document))
}

fn present<T>(value: Option<T>, name: &str) -> Result<T, Failure> {
    value.ok_or_else(|| Failure::other(format!("the service left out {name}")))
}
