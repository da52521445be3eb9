//! Reads the present state in the form of a manifest.

use sae::Client;
use sae::change_order::StatusText;
use sae::deploy::Token;
use sae::model::{
    ApplicationState, ChangeOrderStatus, ChangeOrderType, DescribeApplicationConfig, DescribeApplicationSlbs,
    DescribeApplicationStatus, DescribeNamespaces, ListApplications, ListChangeOrders, TenantNamespace,
};
use sae::transport::{Fields, encode_json};

use crate::error::Error;
use crate::keys::{self, Key, Role};
use crate::value::Value;

/// An existing application.
pub struct Running {
    pub id: String,
    pub namespace: String,
    pub name: String,
}

/// The namespaces of the region.
pub async fn namespaces(client: &Client) -> Result<Vec<Value>, Error> {
    let found: Vec<TenantNamespace> = client.items(DescribeNamespaces::new(1, PAGE)).all().await?;
    let keys = keys::namespace();
    found.iter().map(|namespace| Ok(Value::Table(described(&document(namespace)?, &keys)))).collect()
}

/// The applications of a namespace, or of all.
pub async fn applications(client: &Client, namespace: Option<&str>) -> Result<Vec<Running>, Error> {
    let mut request = ListApplications::new().page_size(PAGE);
    request.namespace_id = namespace.map(str::to_owned);
    let found = client.items(request).all().await?;
    let running = found.into_iter().map(|found| {
        let missing =
            || Error::other("the service lists an application without identifier, namespace or name");
        Ok(Running {
            id: found.app_id.ok_or_else(missing)?,
            namespace: found.namespace_id.or(namespace.map(str::to_owned)).ok_or_else(missing)?,
            name: found.app_name.ok_or_else(missing)?,
        })
    });
    running.collect()
}

/// All settings of an application.
pub async fn application(client: &Client, running: &Running) -> Result<Value, Error> {
    let config = client.send(DescribeApplicationConfig::new(&running.id)).await?.into_data()?;
    let slbs = client.send(DescribeApplicationSlbs::new(&running.id)).await?.into_data()?;
    let mut config = document(&config)?;
    for (sent, answered) in keys::ANSWERED {
        if let Some(members) = config.as_object_mut()
            && let Some(value) = members.remove(*answered)
        {
            members.insert((*sent).to_owned(), value);
        }
    }
    // The token of the deployment isn't part of the description.
    if let Some(serde_json::Value::String(description)) = config.get_mut("AppDescription") {
        *description = Token::split(description).0.to_owned();
    }
    let mut values = described(&config, &keys::application());
    let slb = described(&document(&slbs)?, &keys::slb());
    if !slb.is_empty() {
        values.push(("slb".to_owned(), Value::Table(slb)));
    }
    // They are in the response, but were already known.
    values.retain(|(key, _)| key != "name" && key != "namespace");
    let mut named = vec![
        ("name".to_owned(), Value::text(&running.name)),
        ("namespace".to_owned(), Value::text(&running.namespace)),
    ];
    named.append(&mut values);
    Ok(Value::Table(named))
}

/// The condition of an application, apart from its settings.
pub enum Condition {
    /// It is running and nothing is changing.
    Settled,
    /// It is stopped.
    Stopped,
    /// It isn't running, for example because it was never deployed.
    Idle,
    /// The last rollout failed, so that its settings aren't what is running.
    Broken(String),
    /// A change order is running.
    UnderWay(Order),
}

/// A change order that goes on.
pub struct Order {
    pub id: String,
    /// Its status in words.
    pub word: String,
    /// Whether it stops the application.
    pub stops: bool,
    /// Whether it deletes the application.
    pub deletes: bool,
}

/// Reads the condition of an application.
pub async fn condition(client: &Client, running: &Running) -> Result<Condition, Error> {
    use ChangeOrderType as Type;
    // The change order is read first: its later effects are then part of the status.
    let last = client.items(ListChangeOrders::new(&running.id)).next().await.transpose()?;
    if let Some(last) = last {
        let kind = last.co_type_code;
        let rolls_out = matches!(
            kind,
            Some(
                Type::CreateApp
                    | Type::Deploy
                    | Type::Rollback
                    | Type::RescaleApplicationVertically
                    | Type::ScaleOut
            )
        );
        let standing = StatusText(last.status.as_ref());
        let word = standing.to_string();
        if standing.is_over() {
            if rolls_out && last.status != Some(ChangeOrderStatus::Succeeded) {
                return Ok(Condition::Broken(word));
            }
        } else if let (Some(_), Some(id)) = (&last.status, last.change_order_id) {
            let stops = matches!(kind, Some(Type::Stop | Type::StopApplication | Type::BatchStopApplication));
            let deletes = kind == Some(Type::DeleteApp);
            return Ok(Condition::UnderWay(Order { id, word, stops, deletes }));
        }
    }
    let status = client.send(DescribeApplicationStatus::new(&running.id)).await?.into_data()?;
    Ok(match (status.current_status, status.running_instances) {
        (Some(ApplicationState::Stopped), _) => Condition::Stopped,
        (Some(ApplicationState::Running), _) | (_, None | Some(1..)) => Condition::Settled,
        _ => Condition::Idle,
    })
}

fn document(fields: &dyn Fields) -> Result<serde_json::Value, Error> {
    serde_json::from_str(&encode_json::to_string(fields))
        .map_err(|error| Error::other(format!("the answer can't be read: {error}")))
}

fn described(json: &serde_json::Value, keys: &[Key]) -> Vec<(String, Value)> {
    let known = keys.iter().filter(|key| key.role != Role::Aside);
    let value = |key: &Key| {
        let name = key.field.wire.first()?;
        Some((key.field.key.clone(), Value::from_wire(json.get(*name)?, &key.field.shape)?))
    };
    known.filter_map(value).collect()
}

const PAGE: i64 = 100;
