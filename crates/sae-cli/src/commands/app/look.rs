//! `sae app list`, `show` and `history`: what there is, without changing it.

use clap::{Arg, ArgMatches, Command};
use sae::Client;
use sae::deploy::Token;
use sae::model::{
    Application, ApplicationConfig, ApplicationStatus, DescribeApplicationConfig, DescribeApplicationStatus,
    ListApplications, ListChangeOrders,
};
use sae::transport::encode_json;
use sae_local::service_time;

use super::{in_namespace, named, with_application};
use sae::transport::text::redact_url;

use crate::commands::order;
use crate::failure::Failure;
use crate::list::{self, Column, List, print_page};
use crate::session::Printer;
use crate::stamp::zoned;
use crate::{block_on, session};

pub fn commands() -> [Command; 3] {
    let list = Command::new("list")
        .visible_alias("ls")
        .about("List the applications of the region, or of a namespace")
        .arg(Arg::new("name").long("name").value_name("TEXT").help("Those whose name has this part alone"));
    let show = with_application(Command::new("show").about("Show what an application runs and how it is"));
    let history = with_application(
        Command::new("history").about("List the change orders of an application, newest first"),
    );
    [
        list::arguments(list).after_help(LIST_EXAMPLES),
        show.after_help(SHOW_EXAMPLES),
        list::arguments(history).after_help("Example:\n  sae app history shop --limit 5"),
    ]
}

pub fn run(verb: &str, options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    match verb {
        "list" => {
            let mut request = ListApplications::new().page_size(PAGE);
            request.app_name = options.get_one::<String>("name").cloned();
            let limit = list::limit(options);
            let found = block_on(async {
                request.namespace_id = in_namespace(&client, options).await?;
                Ok(list::collect(client.items(request), limit).await?)
            })?;
            APPLICATIONS.print(&printer, found, options)
        }
        "show" => {
            let (status, config) = block_on(described(&client, options))?;
            if printer.is_page() {
                return print_page(&printer, page(status, config), None);
            }
            let (status, config) =
                (encode_json::to_string_pretty(&status), encode_json::to_string_pretty(&config));
            printer.print(&format!("{{\"Status\": {status}, \"Config\": {config}}}"))
        }
        _ => {
            let limit = list::limit(options);
            let orders = block_on(async {
                let app = named(&client, options).await?;
                Ok(list::collect(client.items(ListChangeOrders::new(app).page_size(PAGE)), limit).await?)
            })?;
            order::LIST.print(&printer, orders, options)
        }
    }
}

async fn described(
    client: &Client,
    options: &ArgMatches,
) -> Result<(ApplicationStatus, ApplicationConfig), Failure> {
    let app = named(client, options).await?;
    let status = client.send(DescribeApplicationStatus::new(&app)).await?.into_data()?;
    let config = client.send(DescribeApplicationConfig::new(&app)).await?.into_data()?;
    Ok((status, config))
}

/// What a person wants to know. What may be secret is not shown: of variables the names, of commands nothing.
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

/// The image, or else the package. Whoever may see an application need not be allowed to fetch its package.
fn configured(image: Option<&str>, package: Option<&str>) -> String {
    image
        .filter(|url| !url.is_empty())
        .map_or_else(|| package.map(redact_url).unwrap_or_default(), str::to_owned)
}

/// Cores and GiB, as people say it.
fn size(cpu: Option<i64>, memory: Option<i64>) -> String {
    let (Some(cpu), Some(memory)) = (cpu, memory) else { return String::new() };
    let in_thousands = |amount: i64, unit: i64| match (amount / unit, amount % unit) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{}", rest * 10 / unit),
    };
    format!("{} CPU, {} GiB", in_thousands(cpu, 1000), in_thousands(memory, 1024))
}

const PAGE: i64 = 100;

const LIST_EXAMPLES: &str = "Examples:
  sae app list
  sae app list -n cn-hangzhou:shop
  sae app list -q --name web
  sae app list --output json --query '[?RunningInstances == `0`].AppName'";
const SHOW_EXAMPLES: &str = "Examples:
  sae app show shop
  sae app show shop -n cn-hangzhou:shop --output yaml --query Config.Envs";
