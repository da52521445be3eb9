//! Ingresses.

use sae_models::sae::{
    self, CreateIngress, CreateIngressOutput, DeleteIngress, DeleteIngressOutput, DescribeIngress,
    DescribeIngressOutput, IngressBackendProtocol, IngressCorsConfig, IngressDefaultRule,
    IngressDefaultRuleConfig, IngressIdentity, IngressLoadBalancerType, IngressNetwork, IngressPage,
    IngressProtocol, IngressRule, IngressRuleConfig, IngressSummary, ListIngresses, ListIngressesOutput,
    UpdateIngress, UpdateIngressOutput,
};
use sae_transport::{Json, UnknownMembers};

use crate::domain::commands::ingresses::NewIngress;
use crate::domain::configuration::Settings;
use crate::domain::ingress::{Backend, Ingress, LoadBalancerKind, Route, Routes};
use crate::domain::{Refusal, State, integer};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{needed, structure, text};
use crate::handlers::page::{count, page};
use crate::handlers::sae::configuration::capitalised;
use crate::protocol::parameters::Parameters;

impl Handle for CreateIngress {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("rules lead to applications of the namespace"),
        Source::Metadata.says("an ingress has at most 40 rules"),
        Source::Metadata.says("domain and path are needed; a domain has letters, digits and hyphens and may begin with *.; a path begins with a slash, and on CLB has at most 80 characters"),
        Source::Metadata.says("a port of a load balancer has one listener, of an ingress or of an application"),
        Source::Assumption.says("a load balancer is there if its identifier begins with lb- for CLB or alb- for ALB"),
        Source::Assumption.says("a load balancer is created for ALB alone"),
        Source::Provider.says("a default rule that is {} is none"),
        Source::Assumption.says("without LoadBalanceType the identifier of the load balancer says it"),
        Source::Assumption.says("without ListenerProtocol it is HTTPS if there is a certificate, otherwise HTTP; HTTPS needs one"),
        Source::Assumption.says("two rules with the same domain and path are refused, and so is an ingress without any rule"),
        Source::Metadata.says("CertId counts for CLB alone, CertIds for ALB alone"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateIngressOutput, Refusal> {
        let kind = self.load_balance_type.as_ref().and_then(|kind| text(kind.as_str()));
        let network = self.address_type.map(|network| network.as_str().to_owned());
        if network.as_deref().is_some_and(|network| !matches!(network, "" | "Internet" | "Intranet")) {
            return Err(Refusal::invalid("AddressType"));
        }
        structure("ZoneMappings", self.zone_mappings.as_ref())?;
        let routes = Routes {
            port: needed("ListenerPort", self.listener_port)?,
            protocol: self.listener_protocol.and_then(|protocol| text(protocol.as_str())),
            certificate: self.cert_id.unwrap_or_default(),
            certificates: self.cert_ids.unwrap_or_default(),
            default: default_rule(&self.default_rule)?,
            rules: rules(&self.rules)?,
            idle_timeout: self.idle_timeout.unwrap_or(IDLE_TIMEOUT),
            request_timeout: self.request_timeout.unwrap_or(REQUEST_TIMEOUT),
            settings: settings(Settings::new(), &call.parameters),
        };
        let new = NewIngress {
            namespace: self.namespace_id,
            description: self.description.unwrap_or_default(),
            slb: self.slb_id,
            kind: kind.as_deref().map(LoadBalancerKind::parse).transpose()?,
            network: network.filter(|network| !network.is_empty()),
            routes,
        };
        let mut output = CreateIngressOutput::default();
        output.data = Some(identity(call.state.create_ingress(new, call.now())?));
        Ok(output)
    }
}

impl Handle for DescribeIngress {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Provider.says("an ingress that doesn't exist is InvalidParameter.WithMessage"),
        Source::Provider.says(
            "what has no value is left out: DefaultRule, RewritePath, BackendProtocol, CertId, CertIds",
        ),
        Source::Assumption.says("the rules that lead to an application are gone once it is deleted"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeIngressOutput, Refusal> {
        let ingress = call.state.ingress(needed("IngressId", self.ingress_id)?)?;
        let mut output = DescribeIngressOutput::default();
        output.data = Some(described(call.state, ingress));
        Ok(output)
    }
}

impl Handle for UpdateIngress {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("Rules and DefaultRule replace all that there were"),
        Source::Provider.says("a default rule that is {} removes it"),
        Source::Assumption
            .says("what isn't sent stays as it is; an empty certificate or description removes it"),
        Source::Metadata.says("LoadBalanceType changes nothing"),
        Source::Assumption.says("0 as a time-out stands for the default"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateIngressOutput, Refusal> {
        let id = needed("IngressId", self.ingress_id)?;
        let mut routes = call.state.ingress(id)?.routes.clone();
        let sent = |name: &str| call.parameters.get(name).cloned();
        if let Some(port) = self.listener_port {
            routes.port = integer::parse(&port).ok_or_else(|| Refusal::invalid("ListenerPort"))?;
        }
        if let Some(protocol) = self.listener_protocol.and_then(|protocol| text(protocol.as_str())) {
            routes.protocol = Some(protocol);
        }
        routes.certificate = sent("CertId").unwrap_or(routes.certificate);
        routes.certificates = sent("CertIds").unwrap_or(routes.certificates);
        if let Some(default) = &self.default_rule {
            routes.default = default_rule(default)?;
        }
        if let Some(sent) = &self.rules {
            routes.rules = rules(sent)?;
        }
        let timeout = |sent: Option<i64>, default: i64, former| match sent {
            None => former,
            Some(0) => default,
            Some(seconds) => seconds,
        };
        routes.idle_timeout = timeout(self.idle_timeout, IDLE_TIMEOUT, routes.idle_timeout);
        routes.request_timeout = timeout(self.request_timeout, REQUEST_TIMEOUT, routes.request_timeout);
        routes.settings = settings(routes.settings, &call.parameters);
        let description = sent("Description");
        call.state.update_ingress(id, description, routes)?;
        let mut output = UpdateIngressOutput::default();
        output.data = Some(identity(id));
        Ok(output)
    }
}

impl Handle for DeleteIngress {
    const SOURCE: Source = Source::Metadata;

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteIngressOutput, Refusal> {
        let id = needed("IngressId", self.ingress_id)?;
        call.state.delete_ingress(id)?;
        let mut output = DeleteIngressOutput::default();
        output.data = Some(identity(id));
        Ok(output)
    }
}

impl Handle for ListIngresses {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("AppId selects the ingresses with a rule that leads to the application"),
        Source::Assumption.says("without CurrentPage and PageSize all are listed, the oldest first"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListIngressesOutput, Refusal> {
        let state = &*call.state;
        state.namespace(&self.namespace_id)?;
        let wanted = |ingress: &&Ingress| {
            self.app_id.as_ref().is_none_or(|id| ingress.backends().any(|backend| backend.application == *id))
        };
        let found: Vec<&Ingress> = state.ingresses_of(&self.namespace_id).filter(wanted).collect();
        let whole = if self.current_page.is_none() { count(found.len()).max(10) } else { 10 };
        let page = page(found, self.current_page, self.page_size, whole)?;
        let mut data = IngressPage::default();
        data.current_page = Some(page.number);
        data.page_size = Some(page.size);
        data.total_size = Some(page.total);
        data.ingress_list = page.items.iter().map(|ingress| listed(state, ingress)).collect();
        let mut output = ListIngressesOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

/// The default rule; none if it is an empty object.
fn default_rule(sent: &Json<IngressDefaultRuleConfig>) -> Result<Option<Backend>, Refusal> {
    let rule = needed("DefaultRule", structure("DefaultRule", Some(sent))?)?;
    let application = rule.app_id.as_deref().and_then(text);
    if application.is_none() && rule.container_port.is_none() {
        return Ok(None);
    }
    Ok(Some(Backend {
        application: needed("DefaultRule.appId", application)?,
        port: needed("DefaultRule.containerPort", rule.container_port)?,
    }))
}

fn rules(sent: &Json<Vec<IngressRuleConfig>>) -> Result<Vec<Route>, Refusal> {
    let rules = needed("Rules", structure("Rules", Some(sent))?)?;
    let route = |(at, rule): (usize, &IngressRuleConfig)| {
        let member = |name: &str| format!("Rules[{at}].{name}");
        Ok(Route {
            backend: Backend {
                application: needed(&member("appId"), rule.app_id.as_deref().and_then(text))?,
                port: needed(&member("containerPort"), rule.container_port)?,
            },
            domain: needed(&member("domain"), rule.domain.as_deref().and_then(text))?,
            path: needed(&member("path"), rule.path.as_deref().and_then(text))?,
            rewrite: rule.rewrite_path.as_deref().and_then(text),
            protocol: rule.backend_protocol.as_ref().and_then(|protocol| text(protocol.as_str())),
        })
    };
    rules.iter().enumerate().map(route).collect()
}

/// The former settings with those that were sent.
fn settings(mut former: Settings, sent: &Parameters) -> Settings {
    let sent = SETTINGS.iter().filter_map(|name| Some((name, sent.get(name)?)));
    former.extend(sent.map(|(name, value)| ((*name).to_owned(), value.clone())));
    former
}

fn identity(id: i64) -> IngressIdentity {
    let mut data = IngressIdentity::default();
    data.ingress_id = Some(id);
    data
}

fn described(state: &State, ingress: &Ingress) -> sae::Ingress {
    let routes = &ingress.routes;
    let on = |name: &str| routes.settings.get(name).map(|value| value.eq_ignore_ascii_case("true"));
    let mut data = sae::Ingress::default();
    data.id = Some(ingress.id);
    data.cert_id = text(&routes.certificate);
    data.cert_ids = text(&routes.certificates);
    data.cors_config = cors(routes);
    data.created_by_sae = Some(ingress.network.is_some());
    data.default_rule = default(state, routes);
    data.description = text(&ingress.description);
    data.enable_gzip = on("EnableGzip");
    data.enable_x_forwarded_for = on("EnableXForwardedFor");
    data.enable_x_forwarded_for_client_src_port = on("EnableXForwardedForClientSrcPort");
    data.enable_x_forwarded_for_proto = on("EnableXForwardedForProto");
    data.enable_x_forwarded_for_slb_id = on("EnableXForwardedForSlbId");
    data.enable_x_forwarded_for_slb_port = on("EnableXForwardedForSlbPort");
    data.idle_timeout = Some(routes.idle_timeout);
    data.listener_port = Some(routes.port);
    data.listener_protocol = Some(IngressProtocol::from(ingress.protocol()));
    data.load_balance_type = Some(IngressLoadBalancerType::from(ingress.kind.as_str()));
    data.namespace_id = text(&ingress.namespace);
    data.request_timeout = Some(routes.request_timeout);
    data.rules = routes.rules.iter().map(|rule| answered(state, rule)).collect();
    data.security_policy_id = routes.settings.get("SecurityPolicyId").and_then(|id| text(id));
    data.slb_id = text(&ingress.slb);
    data.slb_type = network(ingress);
    data
}

fn listed(state: &State, ingress: &Ingress) -> IngressSummary {
    let routes = &ingress.routes;
    let mut data = IngressSummary::default();
    data.id = Some(ingress.id);
    data.cert_id = text(&routes.certificate);
    data.cert_ids = text(&routes.certificates);
    data.cors_config = cors(routes);
    data.create_time = Some(ingress.created);
    data.default_rule = default(state, routes);
    data.description = text(&ingress.description);
    data.idle_timeout = Some(routes.idle_timeout);
    data.listener_port = Some(routes.port.to_string());
    data.listener_protocol = Some(IngressProtocol::from(ingress.protocol()));
    data.load_balance_type = Some(IngressLoadBalancerType::from(ingress.kind.as_str()));
    data.namespace_id = text(&ingress.namespace);
    data.request_timeout = Some(routes.request_timeout);
    data.rules = routes.rules.iter().map(|rule| answered(state, rule)).collect();
    data.slb_id = text(&ingress.slb);
    data.slb_type = network(ingress);
    data
}

fn default(state: &State, routes: &Routes) -> Option<IngressDefaultRule> {
    let backend = routes.default.as_ref()?;
    let mut data = IngressDefaultRule::default();
    data.app_id = text(&backend.application);
    data.app_name = name(state, backend);
    data.container_port = Some(backend.port);
    Some(data)
}

fn answered(state: &State, rule: &Route) -> IngressRule {
    let mut data = IngressRule::default();
    data.app_id = text(&rule.backend.application);
    data.app_name = name(state, &rule.backend);
    data.backend_protocol = rule.protocol.as_deref().map(IngressBackendProtocol::from);
    data.container_port = Some(rule.backend.port);
    data.domain = text(&rule.domain);
    data.path = text(&rule.path);
    data.rewrite_path.clone_from(&rule.rewrite);
    data
}

fn name(state: &State, backend: &Backend) -> Option<String> {
    state.applications.get(&backend.application).and_then(|application| text(&application.name))
}

/// The network of a load balancer that was created for the ingress; of others nothing is known.
fn network(ingress: &Ingress) -> Option<IngressNetwork> {
    ingress.network.as_ref().map(|network| IngressNetwork::from(network.to_ascii_lowercase().as_str()))
}

/// What `CorsConfig` says, if it is JSON with the members of the answer.
fn cors(routes: &Routes) -> Option<IngressCorsConfig> {
    let sent = serde_json::from_str(routes.settings.get("CorsConfig")?).ok()?;
    let mut data: IngressCorsConfig = serde_json::from_value(capitalised(sent)).ok()?;
    data.unknown_members = UnknownMembers::default();
    Some(data)
}

/// Parameters that are kept as they were sent.
const SETTINGS: &[&str] = &[
    "CorsConfig",
    "EnableGzip",
    "EnableXForwardedFor",
    "EnableXForwardedForClientSrcPort",
    "EnableXForwardedForProto",
    "EnableXForwardedForSlbId",
    "EnableXForwardedForSlbPort",
    "SecurityPolicyId",
];
/// Seconds that a connection may idle by default.
const IDLE_TIMEOUT: i64 = 15;
/// Seconds that an application has for its answer by default.
const REQUEST_TIMEOUT: i64 = 60;
