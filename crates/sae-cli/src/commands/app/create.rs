//! `sae app create`: a new application.

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command};
use sae::model::{CreateApplication, EnvVar, PackageType};
use sae::transport::{HasData as _, Operation as _};
use serde_json::json;

use super::change::number;
use super::in_namespace;
use sae::transport::text::escape_control;

use crate::failure::Failure;
use crate::rollout::{self, Rollout};
use crate::session::Printer;
use crate::tell::tell;
use crate::{block_on, parameters, render, session};

pub fn command() -> Command {
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let create = Command::new("create")
        .about("Create an application and deploy it; prints its identifier")
        .arg(Arg::new("name").value_name("NAME").required(true).help("Name of the application"))
        .arg(text("image", "URL", "Image that its instances run").conflicts_with("package"))
        .arg(
            text("package", "URL", "JAR or WAR file that its instances run")
                .requires_all(["package-version", "jdk"]),
        )
        .arg(
            text("package-version", "VERSION", "Version of the package, a text of your own")
                .requires("package"),
        )
        .arg(text("jdk", "JDK", "JDK that runs the package, as in \"Open JDK 8\""))
        .arg(number("replicas", "N", "How many instances are wanted").default_value("1"))
        .arg(
            number("cpu", "MILLICORES", "CPU of an instance [default: what the service takes]")
                .requires("memory"),
        )
        .arg(
            number("memory", "MB", "Memory of an instance [default: what the service takes]").requires("cpu"),
        )
        .arg(
            text("env", "NAME=VALUE", "Environment variable of the instances; may be repeated")
                .short('e')
                .action(ArgAction::Append),
        )
        .arg(text("description", "TEXT", "What it is, for people"))
        .arg(
            text("param", "NAME=VALUE", "Any other parameter of CreateApplication; may be repeated")
                .action(ArgAction::Append),
        )
        .arg(
            Arg::new("no-deploy")
                .long("no-deploy")
                .action(ArgAction::SetTrue)
                .help("Create it without deploying anything"),
        )
        .group(ArgGroup::new("runs").args(["image", "package"]).required(true));
    rollout::arguments(create.after_help(EXAMPLES))
}

pub fn run(options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let mut request = request(options)?;
    let client = session::client(options)?;
    block_on(async {
        if request.namespace_id.is_none() {
            request.namespace_id = in_namespace(&client, options).await?;
        }
        let reply = client.send(request).await?;
        let made = reply.output.data().cloned().unwrap_or_default();
        let app = made.app_id.unwrap_or_default();
        tell!(
            "created {} as {}",
            escape_control(options.get_one::<String>("name").map_or("", String::as_str)),
            escape_control(&app)
        );
        match made.change_order_id.filter(|id| !id.is_empty() && !options.get_flag("no-deploy")) {
            Some(order) => {
                Rollout::new(&printer, options).made(&app).follow(&client.change_order(order)).await
            }
            None if printer.is_document() => printer.print(&json!({ "AppId": app }).to_string()),
            None => render::write(&format!("{}\n", escape_control(&app))),
        }
    })
}

fn request(options: &ArgMatches) -> Result<CreateApplication, Failure> {
    let text = |name: &str| options.get_one::<String>(name).map(String::as_str);
    let number = |name: &str| options.get_one::<i64>(name).copied();
    let name = text("name").unwrap_or_default();
    let package = match text("package") {
        Some(url) if is_war(url) => PackageType::War,
        Some(_) => PackageType::FatJar,
        None => PackageType::Image,
    };
    let mut request = CreateApplication::new(name, package, number("replicas").unwrap_or(1));
    request.image_url = text("image").map(str::to_owned);
    request.package_url = text("package").map(str::to_owned);
    request.package_version = text("package-version").map(str::to_owned);
    request.jdk = text("jdk").map(str::to_owned);
    request.app_description = text("description").map(str::to_owned);
    request.cpu = number("cpu");
    request.memory = number("memory");
    if options.get_flag("no-deploy") {
        request = request.deploy(false);
    }
    let variables = options.get_many::<String>("env").into_iter().flatten();
    let variables = variables.map(|pair| variable(pair)).collect::<Result<Vec<_>, _>>()?;
    if !variables.is_empty() {
        request = request.envs(variables);
    }
    let others = options.get_many::<String>("param").into_iter().flatten().map(String::as_str);
    parameters::set(CreateApplication::DESCRIPTION, &mut request, others)?;
    Ok(request)
}

/// The value is not shown: it may be a secret.
fn variable(pair: &str) -> Result<EnvVar, Failure> {
    match pair.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok(EnvVar::new(name).value(value)),
        _ => Err(Failure::usage("--env: expected NAME=VALUE, as in GREETING=hello")),
    }
}

/// Whether a package is a WAR file, going by its name without what may follow it in a URL.
pub fn is_war(url: &str) -> bool {
    let file = url.split(['?', '#']).next().unwrap_or(url);
    file.to_ascii_lowercase().ends_with(".war")
}

const EXAMPLES: &str = "Examples:
  sae app create shop -n test --image registry/shop:1 --cpu 1000 --memory 2048
  sae app create shop -n test --package https://host/shop.jar --package-version 1 --jdk \"Open JDK 8\"
  sae app create shop -n test --image shop:1 -e A=1 --param Timezone=Asia/Shanghai";
