//! The choices for new applications: components, containers, instance sizes, regions.

use sae_models::sae::{
    Component, ComponentType, DescribeComponents, DescribeComponentsOutput, DescribeEdasContainers,
    DescribeEdasContainersOutput, DescribeInstanceSpecifications, DescribeInstanceSpecificationsOutput,
    DescribeRegions, DescribeRegionsOutput, EdasContainer, InstanceSpecification, Region,
};

use crate::domain::Refusal;
use crate::domain::catalogue::{EDAS_CONTAINERS, JDKS, SIZES, WEB_CONTAINERS, region_name};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;

impl Handle for DescribeComponents {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Document.says("the types are Tomcat and JDK, in capitals or not"),
        Source::Assumption.says("the components are those of this server's list"),
    ];

    /// Lists components. The document names the types `Tomcat` and `JDK`, but shows `TOMCAT`.
    fn handle(self, call: &mut Call<'_>) -> Result<DescribeComponentsOutput, Refusal> {
        if let Some(id) = self.app_id.as_deref().filter(|id| !id.is_empty()) {
            call.application(id)?;
        }
        let (kind, names) = match self.r#type.as_str().to_ascii_uppercase().as_str() {
            "JDK" => ("JDK", JDKS),
            "TOMCAT" => ("TOMCAT", WEB_CONTAINERS),
            _ => return Err(Refusal::invalid("Type")),
        };
        let mut output = DescribeComponentsOutput::default();
        output.data = names.iter().map(|name| component(kind, name)).collect();
        Ok(output)
    }
}

impl Handle for DescribeEdasContainers {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("the containers are those of this server's list")];

    fn handle(self, _: &mut Call<'_>) -> Result<DescribeEdasContainersOutput, Refusal> {
        let container = |version: &&str| {
            let mut data = EdasContainer::default();
            data.edas_container_version = text(version);
            data.disabled = Some(false);
            data
        };
        let mut output = DescribeEdasContainersOutput::default();
        output.data = EDAS_CONTAINERS.iter().map(container).collect();
        Ok(output)
    }
}

impl Handle for DescribeInstanceSpecifications {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] =
        &[Source::Metadata.says("the sizes are the pairs that today's reference allows")];

    fn handle(self, _: &mut Call<'_>) -> Result<DescribeInstanceSpecificationsOutput, Refusal> {
        let mut output = DescribeInstanceSpecificationsOutput::default();
        output.data = (1..)
            .zip(SIZES)
            .map(|(id, size)| {
                let mut data = InstanceSpecification::default();
                data.id = Some(id);
                data.cpu = Some(size.cpu);
                data.memory = Some(size.memory);
                data.enable = Some(true);
                data.spec_info = Some(format!("通用型{id}"));
                data.version = Some(0);
                data
            })
            .collect();
        Ok(output)
    }
}

impl Handle for DescribeRegions {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] =
        &[Source::Metadata.says("the regions and endpoints are those of the official SDKs")];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeRegionsOutput, Refusal> {
        let service = call.description.service;
        let mut output = DescribeRegionsOutput::default();
        output.regions = service
            .regions
            .iter()
            .map(|region| {
                let by_rule = || service.public_endpoint.replace("{region}", region.id);
                let mut data = Region::default();
                data.region_id = text(region.id);
                data.region_endpoint = Some(region.public_endpoint.map_or_else(by_rule, str::to_owned));
                data.local_name = text(region_name(region.id));
                data
            })
            .collect();
        Ok(output)
    }
}

fn component(kind: &str, name: &str) -> Component {
    let mut data = Component::default();
    data.component_key = text(name);
    data.component_description = text(name);
    data.r#type = Some(ComponentType::from(kind));
    data.expired = Some(false);
    data
}
