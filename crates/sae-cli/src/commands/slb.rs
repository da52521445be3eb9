//! `sae slb`: load balancers in front of applications.

use sae::model::{BindSlb, DescribeApplicationSlbs, SlbListener, SlbListenerPort, SlbProtocol, UnbindSlb};
use sae::transport::encode_json;

use crate::args::Namespace;
use crate::args::slb::{Slb, SlbBind, SlbShow, SlbUnbind, SlbVerb};
use crate::commands::resolve;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::follow::Rollout;
use crate::output::confirm;
use crate::output::list::Table;

pub async fn run(args: Slb) -> Result<Exit, Failure> {
    let Slb { connection, output, namespace, verb } = args;
    let context = Context::new(connection, &output)?;
    match verb {
        SlbVerb::Show(args) => show(&args, &namespace, &context).await?,
        SlbVerb::Bind(args) => bind(args, &namespace, &context).await?,
        SlbVerb::Unbind(args) => unbind(&args, &namespace, &context).await?,
    }
    Ok(Exit::DONE)
}

async fn show(args: &SlbShow, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let client = context.client()?;
    let app = resolve::application(&client, &args.application, namespace).await?;
    let found = client.send(DescribeApplicationSlbs::new(app)).await?.into_data()?;
    if context.printer.is_document() {
        return context.printer.print(&encode_json::to_string_pretty(&found));
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
    table.print(&context.printer, "no load balancers; `sae slb bind` adds one")
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

async fn bind(args: SlbBind, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let certificate = args.certificate.as_deref();
    let internet = listeners("internet", &args.internet, certificate)?;
    let intranet = listeners("intranet", &args.intranet, certificate)?;
    if internet.is_empty() && intranet.is_empty() {
        return Err(Failure::usage("no listeners; give --internet or --intranet, as in --internet 80:8080"));
    }
    let client = context.client()?;
    let mut request = BindSlb::new(resolve::application(&client, &args.application, namespace).await?);
    request.internet_slb_id = args.internet_slb;
    request.intranet_slb_id = args.intranet_slb;
    if !internet.is_empty() {
        request = request.internet(internet);
    }
    if !intranet.is_empty() {
        request = request.intranet(intranet);
    }
    Rollout::new(context, &args.following).follow(&client.submit(request).await?).await
}

fn listeners(
    side: &str,
    texts: &[String],
    certificate: Option<&str>,
) -> Result<Vec<SlbListenerPort>, Failure> {
    texts
        .iter()
        .map(|text| {
            let mut listener = listener(text).ok_or_else(|| {
                Failure::usage(format!(
                    "--{side}: {text:?} is not a listener; expected PORT:TARGET or PORT:TARGET/PROTOCOL with tcp, http or \
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

async fn unbind(args: &SlbUnbind, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let which = match (args.internet, args.intranet) {
        (true, true) => "the load balancers of both sides",
        (true, false) => "the load balancer of the internet side",
        (false, true) => "the load balancer of the VPC side",
        (false, false) => return Err(Failure::usage("give --internet, --intranet or both")),
    };
    let client = context.client()?;
    let app = resolve::application(&client, &args.application, namespace).await?;
    confirm::ask(&format!("take {which} away from {}", args.application.name()?), args.confirmation)?;
    let request = UnbindSlb::new(app).internet(args.internet).intranet(args.intranet);
    Rollout::new(context, &args.following).follow(&client.submit(request).await?).await
}
