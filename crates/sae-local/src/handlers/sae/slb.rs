//! Load balancers.

use sae_models::sae::{
    ApplicationSlbs, BindSlb, BindSlbOutput, DescribeApplicationSlbs, DescribeApplicationSlbsOutput,
    SlbChargeType, SlbListener, SlbListenerPort, SlbProtocol, UnbindSlb, UnbindSlbOutput,
};
use sae_transport::Json;

use crate::domain::Refusal;
use crate::domain::commands::load_balancers::Binding;
use crate::domain::load_balancer::{Listener, Listeners, tcp};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{change_order, structure, text};

impl Handle for BindSlb {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says(
            "refused while another change order of the application runs, and before its first deployment",
        ),
        Source::Metadata.says("listeners are for TCP, HTTP or HTTPS"),
        Source::Provider.says("a side with an empty list stays as it is"),
        Source::Assumption.says("a port of a load balancer belongs to one application"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<BindSlbOutput, Refusal> {
        let internet =
            side("Internet", self.internet.as_ref(), self.internet_slb_id, self.internet_slb_charge_type)?;
        let intranet =
            side("Intranet", self.intranet.as_ref(), self.intranet_slb_id, self.intranet_slb_charge_type)?;
        let mut output = BindSlbOutput::default();
        output.data =
            Some(change_order(call.state.bind_slb(&self.app_id, internet, intranet, call.now())?));
        Ok(output)
    }
}

impl Handle for UnbindSlb {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says(
            "refused while another change order of the application runs, and before its first deployment",
        ),
        Source::Assumption.says("a side without a load balancer is refused"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UnbindSlbOutput, Refusal> {
        let (internet, intranet) = (self.internet.unwrap_or(false), self.intranet.unwrap_or(false));
        let mut output = UnbindSlbOutput::default();
        output.data =
            Some(change_order(call.state.unbind_slb(&self.app_id, internet, intranet, call.now())?));
        Ok(output)
    }
}

impl Handle for DescribeApplicationSlbs {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] =
        &[Source::Provider
            .says("an application that doesn't exist is refused with 404 InvalidAppId.NotFound")];

    /// The document lists InvalidApplication.NotFound, whose status is 400: with that, Terraform doesn't see that load
    /// balancers are gone with their application.
    fn handle(self, call: &mut Call<'_>) -> Result<DescribeApplicationSlbsOutput, Refusal> {
        let gone = |_| Refusal::new("InvalidAppId.NotFound");
        let application = call.state.application(&self.app_id).map_err(gone)?;
        let mut data = ApplicationSlbs::default();
        data.app_id = text(&application.id);
        data.app_name = text(&application.name);
        if let Some(bound) = &application.load_balancers.internet {
            data.internet = listeners(bound);
            data.internet_ip = text(&bound.address);
            data.internet_slb_id = text(&bound.id);
            data.internet_slb_charge_type = bound.charge.as_deref().map(SlbChargeType::from);
            data.internet_slb_expired = Some(false);
        }
        if let Some(bound) = &application.load_balancers.intranet {
            data.intranet = listeners(bound);
            data.intranet_ip = text(&bound.address);
            data.intranet_slb_id = text(&bound.id);
            data.intranet_slb_charge_type = bound.charge.as_deref().map(SlbChargeType::from);
            data.intranet_slb_expired = Some(false);
        }
        let mut output = DescribeApplicationSlbsOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

/// A load balancer to bind; none if it has no listeners, as clients write a side that they don't use. A listener
/// without a protocol is one for TCP.
fn side(
    parameter: &str,
    ports: Option<&Json<Vec<SlbListenerPort>>>,
    id: Option<String>,
    charge: Option<SlbChargeType>,
) -> Result<Option<Binding>, Refusal> {
    let listener = |asked: &SlbListenerPort| {
        let protocol =
            text(asked.protocol.as_str()).map_or_else(tcp, |protocol| protocol.to_ascii_uppercase());
        let certificate = asked.https_cert_id.as_deref().and_then(text).filter(|_| protocol == "HTTPS");
        Listener { port: asked.port, target: asked.target_port, protocol, certificate }
    };
    let ports = structure(parameter, ports)?.filter(|ports| !ports.is_empty());
    Ok(ports.map(|ports| Binding {
        id,
        charge: charge.map(|charge| charge.as_str().to_owned()),
        ports: ports.iter().map(listener).collect(),
    }))
}

fn listeners(bound: &Listeners) -> Vec<SlbListener> {
    let listener = |open: &Listener| {
        let mut data = SlbListener::default();
        data.port = Some(open.port);
        data.target_port = Some(open.target);
        data.protocol = Some(SlbProtocol::from(open.protocol.as_str()));
        data.https_cert_id.clone_from(&open.certificate);
        data.create_time = Some(bound.bound);
        data
    };
    bound.ports.iter().map(listener).collect()
}
