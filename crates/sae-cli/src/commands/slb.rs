//! `sae slb`: load balancers in front of applications.

use clap::{Arg, ArgAction, ArgMatches, Command};
use sae::model::{BindSlb, DescribeApplicationSlbs, SlbListener, SlbListenerPort, SlbProtocol, UnbindSlb};
use sae::transport::encode_json;

use crate::commands::app;
use crate::failure::Failure;
use crate::list::Table;
use crate::rollout::{self, Rollout};
use crate::session::Printer;
use crate::{block_on, confirm, session};

/// The command line.
pub fn command() -> Command {
    let show = Command::new("show").about("Show the load balancers of an application with their listeners");
    let bind = Command::new("bind")
        .about("Put load balancers in front of an application")
        .arg(ports("internet", "Listener that the internet reaches; may be repeated"))
        .arg(ports("intranet", "Listener that the VPC reaches; may be repeated"))
        .arg(text("internet-slb", "ID", "Load balancer to use for the internet, instead of a new one"))
        .arg(text("intranet-slb", "ID", "Load balancer to use for the VPC, instead of a new one"))
        .arg(text("certificate", "ID", "Certificate of the listeners that speak HTTPS"));
    let unbind = Command::new("unbind")
        .about("Take the load balancers of an application away")
        .arg(side("internet", "The one that the internet reaches"))
        .arg(side("intranet", "The one that the VPC reaches"));
    let [show, bind, unbind] = [show, bind, unbind].map(app::with_application);
    app::with_namespace(session::noun("slb", "Load balancers in front of applications", EXAMPLES))
        .subcommand(show.after_help("Example:\n  sae slb show shop"))
        .subcommand(rollout::arguments(bind.after_help(BIND_EXAMPLES)))
        .subcommand(confirm::argument(rollout::arguments(unbind.after_help(UNBIND_EXAMPLES))))
}

fn text(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn ports(name: &'static str, help: &'static str) -> Arg {
    text(name, "PORT:TARGET[/PROTOCOL]", help).action(ArgAction::Append)
}

fn side(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (verb, options) = session::verb(matches)?;
    match verb {
        "show" => show(options),
        "bind" => bind(options),
        _ => unbind(options),
    }
}

fn show(options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    let found = block_on(async {
        let app = app::named(&client, options).await?;
        Ok(client.send(DescribeApplicationSlbs::new(app)).await?.into_data()?)
    })?;
    if printer.is_document() {
        return printer.print(&encode_json::to_string_pretty(&found));
    }
    let mut table = Table::new(
        &["REACHED FROM", "ADDRESS", "PORT", "TARGET", "PROTOCOL", "SLB"],
        &["SLB", "TARGET", "PROTOCOL"],
    );
    let sides = [
        ("internet", &found.internet, &found.internet_ip, &found.internet_slb_id),
        ("VPC", &found.intranet, &found.intranet_ip, &found.intranet_slb_id),
    ];
    for (side, listeners, address, slb) in sides {
        for listener in listeners {
            table.row(row(side, listener, address.as_deref(), slb.as_deref()));
        }
    }
    table.print(&printer, "no load balancers; `sae slb bind` adds one")
}

fn row(side: &str, listener: &SlbListener, address: Option<&str>, slb: Option<&str>) -> Vec<String> {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    vec![
        side.to_owned(),
        address.unwrap_or_default().to_owned(),
        number(listener.port),
        number(listener.target_port),
        listener.protocol.as_ref().map(|protocol| protocol.as_str().to_owned()).unwrap_or_default(),
        slb.unwrap_or_default().to_owned(),
    ]
}

fn bind(options: &ArgMatches) -> Result<(), Failure> {
    let (internet, intranet) = (listeners("internet", options)?, listeners("intranet", options)?);
    if internet.is_empty() && intranet.is_empty() {
        return Err(Failure::usage("no listener; give --internet or --intranet, as in --internet 80:8080"));
    }
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    block_on(async {
        let mut request = BindSlb::new(app::named(&client, options).await?);
        request.internet_slb_id = options.get_one::<String>("internet-slb").cloned();
        request.intranet_slb_id = options.get_one::<String>("intranet-slb").cloned();
        if !internet.is_empty() {
            request = request.internet(internet);
        }
        if !intranet.is_empty() {
            request = request.intranet(intranet);
        }
        Rollout::new(&printer, options).follow(&client.submit(request).await?).await
    })
}

fn listeners(side: &str, options: &ArgMatches) -> Result<Vec<SlbListenerPort>, Failure> {
    let certificate = options.get_one::<String>("certificate");
    let texts = options.get_many::<String>(side).into_iter().flatten();
    texts
        .map(|text| {
            let mut listener = listener(text).ok_or_else(|| {
                Failure::usage(format!(
                    "--{side}: {text:?} is no listener; expected PORT:TARGET or PORT:TARGET/PROTOCOL with tcp, http or \
                     https, as in 80:8080/http"
                ))
            })?;
            if listener.protocol == SlbProtocol::Https {
                let Some(certificate) = certificate else {
                    return Err(Failure::usage(format!("--{side}: {text} needs --certificate")));
                };
                listener = listener.https_cert_id(certificate);
            }
            Ok(listener)
        })
        .collect()
}

fn listener(text: &str) -> Option<SlbListenerPort> {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let (port, target) = ports.split_once(':')?;
    let protocol = match protocol.to_ascii_lowercase().as_str() {
        "tcp" => SlbProtocol::Tcp,
        "http" => SlbProtocol::Http,
        "https" => SlbProtocol::Https,
        _ => return None,
    };
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    Some(SlbListenerPort::new(number(port)?, number(target)?, protocol))
}

fn unbind(options: &ArgMatches) -> Result<(), Failure> {
    let (internet, intranet) = (options.get_flag("internet"), options.get_flag("intranet"));
    let which = match (internet, intranet) {
        (true, true) => "the load balancers of both sides",
        (true, false) => "the load balancer of the internet side",
        (false, true) => "the load balancer of the VPC side",
        (false, false) => return Err(Failure::usage("say which: --internet, --intranet or both")),
    };
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    block_on(async {
        let app = app::named(&client, options).await?;
        confirm::ask(&format!("take {which} away from {}", app::given(options)?), options)?;
        let request = UnbindSlb::new(app).internet(internet).intranet(intranet);
        Rollout::new(&printer, options).follow(&client.submit(request).await?).await
    })
}

const EXAMPLES: &str = "Examples:
  sae slb show shop
  sae slb bind shop --internet 80:8080";
const BIND_EXAMPLES: &str = "Examples:
  sae slb bind shop --internet 80:8080
  sae slb bind shop --internet 443:8080/https --certificate 1234_cn-hangzhou
  sae slb bind shop --intranet 80:8080 --intranet-slb lb-bp1example";
const UNBIND_EXAMPLES: &str = "Example:\n  sae slb unbind shop --internet --yes";
