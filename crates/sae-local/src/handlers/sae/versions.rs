//! Versions of an application: what was deployed, and going back to it.

use sae_models::sae::{
    AppVersion, AppVersionType, ApplicationOverview, GetApplication, GetApplicationOutput, ListAppVersions,
    ListAppVersionsOutput, ProgrammingLanguage, RollbackApplication, RollbackApplicationOutput,
    RollbackChangeOrder,
};

use crate::domain::Refusal;
use crate::domain::commands::versions::EarlierVersion;
use crate::domain::configuration::{Configuration, Package};
use crate::domain::refusal::NO_APPLICATION;
use crate::domain::rollout_bounds::MinReady;
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{structure, text};
use crate::handlers::page::count;
use crate::handlers::sae::deployment::strategy;

impl Handle for ListAppVersions {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata
            .says("the address of an image stands in WarUrl, that of a package in BuildPackageUrl"),
        Source::Assumption.says("the versions are those that a deployment began with, newest first"),
        Source::Assumption.says("the latest 20 are kept"),
        Source::Assumption.says("identifiers count from 1 in each application"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListAppVersionsOutput, Refusal> {
        let application = call.application(&self.app_id)?;
        let mut output = ListAppVersionsOutput::default();
        output.data = application.history.iter().rev().map(|one| described(one)).collect();
        Ok(output)
    }
}

impl Handle for RollbackApplication {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says(
            "refused while another change order of the application runs, and before its first deployment",
        ),
        Source::Metadata.says("batches and the minimum of ready instances are those of a deployment"),
        Source::Assumption
            .says("image or package, size and settings are restored, the number of instances stays"),
        Source::Assumption.says("a stopped application is refused"),
        Source::Assumption
            .says("a version that was never deployed is refused, and one that refers to what is gone"),
        Source::Assumption.says("no change waits for an approval"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<RollbackApplicationOutput, Refusal> {
        let asked = structure("UpdateStrategy", self.update_strategy.as_ref())?;
        let earlier = EarlierVersion {
            id: self.version_id,
            strategy: asked.map_or(Ok(None), strategy)?,
            wait: self.batch_wait_time,
            min_ready: MinReady { number: self.min_ready_instances, ratio: self.min_ready_instance_ratio },
        };
        let mut data = RollbackChangeOrder::default();
        data.change_order_id = Some(call.state.go_back(&self.app_id, &earlier, call.now())?);
        data.is_need_approval = Some(false);
        let mut output = RollbackApplicationOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for GetApplication {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption
        .says("AppId or AppName is needed; a name is looked up in NamespaceId, or in the default namespace")];

    fn handle(self, call: &mut Call<'_>) -> Result<GetApplicationOutput, Refusal> {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let application = match (filled(self.app_id), filled(self.app_name)) {
            (Some(id), _) => call.application(&id)?,
            (None, Some(name)) => {
                let namespace = filled(self.namespace_id).unwrap_or_else(|| call.region.to_owned());
                let id = call.state.names.get(&(namespace, name)).ok_or(NO_APPLICATION)?;
                call.application(id)?
            }
            (None, None) => return Err(Refusal::missing("AppId")),
        };
        let configuration = &application.configuration;
        let mut data = ApplicationOverview::default();
        data.app_id = text(&application.id);
        data.app_name = text(&application.name);
        data.app_description = text(&application.description);
        data.namespace_id = text(&application.namespace);
        data.cpu = Some(configuration.cpu);
        data.mem = Some(configuration.memory);
        data.instances = Some(application.replicas);
        data.running_instances = Some(count(application.running()));
        data.programming_language = Some(ProgrammingLanguage::from(configuration.language()));
        let mut output = GetApplicationOutput::default();
        output.application = Some(data);
        Ok(output)
    }
}

fn described(version: &Configuration) -> AppVersion {
    let address = version.source().and_then(text);
    let mut data = AppVersion::default();
    data.id = Some(version.version.to_string());
    data.create_time = Some(version.created.to_string());
    if version.package == Package::Image {
        data.r#type = Some(AppVersionType::Image);
        data.war_url = address;
    } else {
        data.r#type = Some(AppVersionType::Url);
        data.build_package_url = address;
    }
    data
}
