//! `sae app list`, `show` and `history`, which change nothing.

use sae::deploy::Token;
use sae::model::{
    Application, ApplicationConfig, ApplicationStatus, DescribeApplicationConfig, DescribeApplicationStatus,
    ListApplications,
};
use sae::transport::encode_json;
use sae::transport::text::redact_url;
use sae_local::service_time;

use crate::args::Namespace;
use crate::args::app::{AppHistory, AppList, AppShow};
use crate::commands::{orders, resolve};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::list::{self, Column, List, print_page};
use crate::timestamp::zoned;

pub async fn list(args: &AppList, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let client = context.client()?;
    let mut request = ListApplications::new().page_size(PAGE);
    request.app_name.clone_from(&args.name);
    request.namespace_id = resolve::namespace(&client, namespace).await?;
    let found = list::collect(client.items(request), args.listing.limit()).await?;
    APPLICATIONS.print(&context.printer, found, &args.listing)
}

pub async fn show(args: &AppShow, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let client = context.client()?;
    let app = resolve::application(&client, &args.application, namespace).await?;
    let status = client.send(DescribeApplicationStatus::new(&app)).await?.into_data()?;
    let config = client.send(DescribeApplicationConfig::new(&app)).await?.into_data()?;
    if context.printer.is_page() {
        return print_page(&context.printer, page(status, config), None);
    }
    let (status, config) = (encode_json::to_string_pretty(&status), encode_json::to_string_pretty(&config));
    context.printer.print(&format!("{{\"Status\": {status}, \"Config\": {config}}}"))
}

pub async fn history(args: &AppHistory, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    orders::list(&args.application, namespace, &args.listing, context).await
}

/// The page for a person. Values that may be secret are left out: only names of variables are shown, and no commands.
fn page(status: ApplicationStatus, config: ApplicationConfig) -> [(&'static str, Option<String>); 11] {
    let instances = format!(
        "{} of {} instances",
        status.running_instances.unwrap_or_default(),
        config.replicas.unwrap_or_default()
    );
    let state = status.current_status.map(|state| format!("{}, {instances}", words(state.as_str())));
    let last = status.last_change_order_id.filter(|id| !id.is_empty()).map(|id| {
        let state = status.last_change_order_status.map(|state| words(state.as_str()));
        format!("{} ({id})", state.unwrap_or_default())
    });
    let created = status.create_time.map(|time| time.parse().map_or(time, |at| zoned(&service_time(at))));
    let variables = config.envs.as_ref().and_then(|variables| variables.value());
    let variables = variables.map(|all| {
        let names = all.iter().map(|variable| variable.name.as_str());
        names.map(|name| format!("{name}=…")).collect::<Vec<_>>().join(", ")
    });
    [
        ("NAME", config.app_name),
        ("NAMESPACE", config.namespace_id),
        ("ID", config.app_id),
        ("STATUS", state),
        ("LAST CHANGE", last),
        ("CREATED", created),
        ("CONFIGURED", Some(configured(config.image_url.as_deref(), config.package_url.as_deref()))),
        ("VERSION", config.package_version),
        ("SIZE", Some(size(config.cpu, config.memory))),
        ("VARIABLES", variables),
        ("DESCRIPTION", config.app_description.map(|text| Token::split(&text).0.to_owned())),
    ]
}

/// A status of the service as words.
fn words(status: &str) -> String {
    status.to_lowercase().replace('_', " ")
}

const APPLICATIONS: List<Application> = List {
    columns: &[
        Column { title: "NAME", cell: |app| app.app_name.clone().unwrap_or_default() },
        Column { title: "NAMESPACE", cell: |app| app.namespace_id.clone().unwrap_or_default() },
        Column { title: "RUNNING", cell: running },
        Column { title: "SIZE", cell: |app| size(app.cpu, app.mem) },
        Column {
            title: "CONFIGURED",
            cell: |app| configured(app.image_url.as_deref(), app.package_url.as_deref()),
        },
        Column { title: "ID", cell: |app| app.app_id.clone().unwrap_or_default() },
    ],
    hide: &["SIZE", "ID", "CONFIGURED", "NAMESPACE"],
    id: |app| app.app_id.clone().unwrap_or_default(),
    none: "no applications",
};

fn running(app: &Application) -> String {
    format!("{}/{}", app.running_instances.unwrap_or_default(), app.instances.unwrap_or_default())
}

/// The image, or else the package. The URL of a package is redacted: reading an application doesn't grant access to its package.
fn configured(image: Option<&str>, package: Option<&str>) -> String {
    image
        .filter(|url| !url.is_empty())
        .map_or_else(|| package.map(redact_url).unwrap_or_default(), str::to_owned)
}

/// Cores and GiB.
fn size(cpu: Option<i64>, memory: Option<i64>) -> String {
    let (Some(cpu), Some(memory)) = (cpu, memory) else { return String::new() };
    let in_thousands = |amount: i64, unit: i64| match (amount / unit, amount % unit) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{}", rest * 10 / unit),
    };
    format!("{} CPU, {} GiB", in_thousands(cpu, 1000), in_thousands(memory, 1024))
}

const PAGE: i64 = 100;
