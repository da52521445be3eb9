//! The microservices of applications.

use std::collections::BTreeMap;

use sae_models::sae;
use sae_models::sae::{
    ApplicationService, DescribeAppServiceDetail, DescribeAppServiceDetailOutput,
    DescribeApplicationMseService, DescribeApplicationMseServiceOutput, ListAppServices,
    ListAppServicesOutput, ListAppServicesPage, ListAppServicesPageOutput,
    ListApplicationCenterServiceInstances, ListApplicationCenterServiceInstancesOutput, ListConsumedServices,
    ListConsumedServicesOutput, ListPublishedServices, ListPublishedServicesOutput, MicroserviceDetail,
    MicroservicePage, MicroserviceRegistry, MicroserviceSummary, MicroserviceType, MseApplication,
    ServiceInstanceList,
};
use serde_json::json;

use crate::domain::microservice::{FRAMEWORK, GROUP, Microservice, PORT, PROTOCOL, VERSION};
use crate::domain::{Application, Refusal, State};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;
use crate::handlers::page::{count, page};

const ONE_SERVICE: Rule = Source::Assumption.says(
    "an application that names a registry in MicroRegistration and has running instances publishes one service: a Spring Cloud service with the name of the application, in DEFAULT_GROUP, version 1.0.0, on port 8080",
);

impl Handle for ListAppServices {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        ONE_SERVICE,
        Source::Metadata.says("exactly one of VpcId, NamespaceId and AppId is needed"),
        Source::Assumption.says(
            "a page has 10 services unless its size is given; VpcId lists all applications in that VPC",
        ),
        Source::Assumption.says("NacosInstanceId and NacosNamespaceId choose nothing"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListAppServicesOutput, Refusal> {
        let state = &*call.state;
        let applications: Vec<&Application> = match (&self.vpc_id, &self.namespace_id, &self.app_id) {
            (Some(vpc), None, None) => {
                state.applications.values().filter(|application| application.network.vpc == *vpc).collect()
            }
            (None, Some(namespace), None) => {
                state.namespace(namespace)?;
                state.applications_in(namespace).collect()
            }
            (None, None, Some(id)) => vec![call.application(id)?],
            (None, None, None) => return Err(Refusal::missing("AppId")),
            _ => return Err(Refusal::unfit("AppId", "only one of VpcId, NamespaceId and AppId")),
        };
        let services = applications.into_iter().filter_map(Microservice::of);
        let chosen = services.filter(|service| {
            let is = |wanted: Option<&str>, value: &str| wanted.is_none_or(|wanted| wanted == value);
            is(self.registry_type.as_ref().map(MicroserviceRegistry::as_str), service.registry)
                && is(self.service_type.as_ref().map(MicroserviceType::as_str), FRAMEWORK)
        });
        let page = page(chosen, self.page_number, self.page_size, 10)?;
        let mut output = ListAppServicesOutput::default();
        output.data = page.items.iter().map(|service| listed(state, service)).collect();
        Ok(output)
    }
}

impl Handle for ListAppServicesPage {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[ONE_SERVICE, Source::Assumption.says("the answer has one page, the one that is asked for")];

    fn handle(self, call: &mut Call<'_>) -> Result<ListAppServicesPageOutput, Refusal> {
        let service = Microservice::of(call.application(&self.app_id)?);
        let page = page(
            service.filter(|_| self.service_type.as_str() == FRAMEWORK),
            self.page_number,
            self.page_size,
            10,
        )?;
        let mut data = MicroservicePage::default();
        data.current_page = Some(page.number.to_string());
        data.page_number = Some(page.number.to_string());
        data.page_size = Some(page.size.to_string());
        data.total_size = Some(page.total.to_string());
        data.result = page.items.iter().map(summary).collect();
        let mut output = ListAppServicesPageOutput::default();
        output.data = vec![data];
        Ok(output)
    }
}

impl Handle for DescribeAppServiceDetail {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        ONE_SERVICE,
        Source::Assumption.says("a service that the application doesn't publish is InvalidParameter.Obviously; its methods aren't known"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeAppServiceDetailOutput, Refusal> {
        let application = call.application(&self.app_id)?;
        let is = |wanted: Option<&str>, value: &str| wanted.is_none_or(|wanted| wanted == value);
        let service = Microservice::of(application).filter(|service| {
            is(self.service_name.as_deref(), service.name())
                && is(self.service_group.as_deref(), GROUP)
                && is(self.service_version.as_deref(), VERSION)
                && is(self.service_type.as_ref().map(MicroserviceType::as_str), FRAMEWORK)
        });
        let service = service.ok_or_else(|| Refusal::invalid("ServiceName"))?;
        let mut data = MicroserviceDetail::default();
        data.edas_app_name = text(&application.name);
        data.group = text(GROUP);
        data.service_name = text(service.name());
        data.service_ports = vec![PORT];
        data.service_protocol = text(PROTOCOL);
        data.service_type = Some(MicroserviceType::from(FRAMEWORK));
        data.spring_application_name = text(service.name());
        data.version = text(VERSION);
        let mut output = DescribeAppServiceDetailOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for ListPublishedServices {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[ONE_SERVICE];

    fn handle(self, call: &mut Call<'_>) -> Result<ListPublishedServicesOutput, Refusal> {
        let mut output = ListPublishedServicesOutput::default();
        output.data = Microservice::of(call.application(&self.app_id)?).iter().map(published).collect();
        Ok(output)
    }
}

impl Handle for ListConsumedServices {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[Source::Assumption.says("an application consumes no services")];

    /// Returns no services: nothing here runs that could consume one.
    fn handle(self, call: &mut Call<'_>) -> Result<ListConsumedServicesOutput, Refusal> {
        call.application(&self.app_id)?;
        Ok(ListConsumedServicesOutput::default())
    }
}

impl Handle for DescribeApplicationMseService {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says(
        "an application is in MSE while EnableAhas of its configuration is true: under its own identifier, with the status SUCCESS; otherwise all members are left out",
    )];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeApplicationMseServiceOutput, Refusal> {
        let application = call.application(&self.app_id)?;
        let mut data = MseApplication::default();
        if application.configuration.setting("EnableAhas") == Some("true") {
            data.mse_app_id = text(&application.id);
            data.mse_app_name = text(&application.name);
            data.mse_app_name_space = text(&application.namespace);
            data.status = text("SUCCESS");
        }
        let mut output = DescribeApplicationMseServiceOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for ListApplicationCenterServiceInstances {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("there are no service instances: no operation of this API creates one")];

    fn handle(self, call: &mut Call<'_>) -> Result<ListApplicationCenterServiceInstancesOutput, Refusal> {
        if let Some(namespace) = &self.namespace_id {
            call.state.namespace(namespace)?;
        }
        let mut output = ListApplicationCenterServiceInstancesOutput::default();
        output.data = Some(ServiceInstanceList::default());
        Ok(output)
    }
}

fn listed(state: &State, service: &Microservice<'_>) -> ApplicationService {
    let application = service.application;
    let mut data = ApplicationService::default();
    data.app_id = text(&application.id);
    data.app_name = text(&application.name);
    data.instance_count = Some(service.addresses.len().to_string());
    data.namespace_id = text(&application.namespace);
    data.namespace_name = state.namespace(&application.namespace).ok().and_then(|found| text(&found.name));
    data.registry_type = Some(MicroserviceRegistry::from(service.registry));
    data.security_group_id = Some(application.network.security_group());
    data.service_group = text(GROUP);
    data.service_name = text(service.name());
    data.service_port_and_protocol = BTreeMap::from([(PORT.to_string(), PROTOCOL.to_owned())]);
    data.service_ports = vec![PORT];
    data.service_protocol = text(PROTOCOL);
    data.service_type = Some(MicroserviceType::from(FRAMEWORK));
    data.service_version = text(VERSION);
    data
}

fn summary(service: &Microservice<'_>) -> MicroserviceSummary {
    let mut data = MicroserviceSummary::default();
    data.edas_app_id = text(&service.application.id);
    data.edas_app_name = text(&service.application.name);
    data.group = text(GROUP);
    data.instance_num = Some(count(service.addresses.len()));
    data.service_name = text(service.name());
    data.version = text(VERSION);
    data
}

fn published(service: &Microservice<'_>) -> sae::Microservice {
    let addresses: Vec<String> = service.addresses.iter().map(ToString::to_string).collect();
    let mut data = sae::Microservice::default();
    data.app_id = text(&service.application.id);
    data.group2_ip = Some(sae_transport::Json::raw(json!({ GROUP: addresses }).to_string()));
    data.groups = vec![GROUP.to_owned()];
    data.ips = addresses;
    data.name = text(service.name());
    data.r#type = text(FRAMEWORK);
    data.version = text(VERSION);
    data
}
