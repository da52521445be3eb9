//! Applications: lists, status, groups, images.

use std::cmp::Reverse;

use sae_models::sae::{
    self, ApplicationField, ApplicationImage, ApplicationOrder, ApplicationPage, ApplicationState,
    ApplicationStatus, ArmsApmInfo, ChangeOrderState, DescribeApplicationGroups,
    DescribeApplicationGroupsOutput, DescribeApplicationImage, DescribeApplicationImageOutput,
    DescribeApplicationStatus, DescribeApplicationStatusOutput, InstanceGroup, ListApplications,
    ListApplicationsOutput, PackageType, RolloutCondition,
};
use sae_transport::Json;

use crate::domain::catalogue::{APP_SOURCE, EDITION, RESOURCE_TYPE};
use crate::domain::tags::has_all;
use crate::domain::{Application, ChangeOrder, Refusal, State};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;
use crate::handlers::page::{Page, count, page};
use crate::handlers::sae::tags;

impl Handle for ListApplications {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("Tags asks for applications that have all of them"),
        Source::Assumption.says("AppName matches a part of the name"),
        Source::Assumption.says("applications are ordered by namespace and name unless OrderBy is given"),
    ];

    /// Lists applications by namespace and name, unless the request orders them otherwise. A name matches any part.
    fn handle(self, call: &mut Call<'_>) -> Result<ListApplicationsOutput, Refusal> {
        check_choices(&self)?;
        let tags = tags::tags(self.tags.as_ref())?;
        let state = &*call.state;
        if tags.is_empty() && is_plain(&self) {
            // Only applications on the page are looked up.
            let ids = page(state.names.values(), self.current_page, self.page_size, 20)?;
            return Ok(answer(state, &ids, |id| state.applications.get(*id)));
        }
        let all = state.names.values().filter_map(|id| state.applications.get(id));
        let mut found: Vec<&Application> = all
            .filter(|application| has_all(&application.tags, &tags) && asks_for(&self, application))
            .collect();
        let ascending = self.reverse.unwrap_or(false);
        let key: Option<fn(&Application) -> i64> = match self.order_by {
            Some(ApplicationOrder::Runnings) => Some(|application| count(application.running())),
            Some(ApplicationOrder::Instances) => Some(|application| application.replicas),
            _ => None,
        };
        match key {
            Some(key) if ascending => found.sort_by_key(|application| key(application)),
            Some(key) => found.sort_by_key(|application| Reverse(key(application))),
            None => {}
        }
        Ok(answer(state, &page(found, self.current_page, self.page_size, 20)?, |application| {
            Some(*application)
        }))
    }
}

/// A page of applications.
fn answer<'a, T>(
    state: &State,
    page: &Page<T>,
    application: impl Fn(&T) -> Option<&'a Application>,
) -> ListApplicationsOutput {
    let mut data = ApplicationPage::default();
    data.current_page = Some(page.number);
    data.page_size = Some(page.size);
    data.total_size = Some(page.total);
    let applications = page.items.iter().filter_map(application);
    data.applications = applications.map(|application| listed(state, application)).collect();
    let mut output = ListApplicationsOutput::default();
    output.current_page = data.current_page;
    output.page_size = data.page_size;
    output.total_size = data.total_size;
    output.data = Some(data);
    output
}

impl Handle for DescribeApplicationStatus {
    const SOURCE: Source = Source::Document;

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeApplicationStatusOutput, Refusal> {
        let application = call.application(&self.app_id)?;
        let last = application.orders.last().and_then(|id| call.state.orders.get(id));
        let mut arms = ArmsApmInfo::default();
        arms.app_id = text(&application.id);
        let mut data = ApplicationStatus::default();
        data.app_id = text(&application.id);
        data.arms_advanced_enabled = Some(application.monitoring.advanced.to_string());
        data.arms_apm_info = Some(Json::new(arms));
        data.create_time = Some(application.created.to_string());
        data.current_status = Some(ApplicationState::from(application.status()));
        data.last_change_order_id = last.and_then(|order| text(&order.id));
        data.last_change_order_running = Some(last.is_some_and(ChangeOrder::is_active));
        data.last_change_order_status = last.map(|order| ChangeOrderState::from(order.status.word()));
        data.running_instances = Some(count(application.running()));
        data.sub_status = Some(match application.failing() {
            0 => RolloutCondition::Normal,
            _ => RolloutCondition::RunningButHasError,
        });
        let mut output = DescribeApplicationStatusOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for DescribeApplicationGroups {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("an application has one group, the default one")];

    /// Lists the only group of an application, the default one.
    fn handle(self, call: &mut Call<'_>) -> Result<DescribeApplicationGroupsOutput, Refusal> {
        let application = call.application(&self.app_id)?;
        let groups = page([group(application)], self.current_page, self.page_size, 10)?;
        let mut output = DescribeApplicationGroupsOutput::default();
        output.data = groups.items;
        Ok(output)
    }
}

impl Handle for DescribeApplicationImage {
    const SOURCE: Source = Source::Document;

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeApplicationImageOutput, Refusal> {
        let application = call.application(&self.app_id)?;
        let mut output = DescribeApplicationImageOutput::default();
        output.data = Some(image(&self.image_url, application.region())?);
        Ok(output)
    }
}

/// Refuses fields to search by or to sort by that don't exist.
fn check_choices(request: &ListApplications) -> Result<(), Refusal> {
    let known =
        |field: &ApplicationField| matches!(field.as_str(), "appName" | "appIds" | "slbIps" | "instanceIps");
    match (&request.field_type, &request.field_value) {
        (Some(field), _) if !known(field) => return Err(Refusal::invalid("FieldType")),
        (Some(_), None) => return Err(Refusal::missing("FieldValue")),
        (None, Some(_)) => return Err(Refusal::missing("FieldType")),
        _ => {}
    }
    match &request.order_by {
        None | Some(ApplicationOrder::Runnings | ApplicationOrder::Instances) => Ok(()),
        Some(_) => Err(Refusal::invalid("OrderBy")),
    }
}

/// Whether a request asks for all applications in their stored order.
const fn is_plain(request: &ListApplications) -> bool {
    let ListApplications {
        app_name: None,
        app_source: None,
        field_type: None,
        field_value: None,
        is_stateful: None,
        namespace_id: None,
        new_sae_version: None,
        order_by: None,
        programming_language: None,
        ..
    } = request
    else {
        return false;
    };
    true
}

/// Whether an application matches a request.
fn asks_for(request: &ListApplications, application: &Application) -> bool {
    let part = |wanted: &Option<String>, text: &str| {
        wanted.as_ref().is_none_or(|wanted| text.contains(wanted.as_str()))
    };
    let setting = |wanted: Option<&str>, name: &str, default: &str| {
        wanted.is_none_or(|wanted| application.configuration.setting(name).unwrap_or(default) == wanted)
    };
    let of_namespace = request.namespace_id.as_ref().is_none_or(|id| *id == application.namespace);
    of_namespace
        && part(&request.app_name, &application.name)
        && has_field(request, application)
        && setting(request.app_source.as_ref().map(sae::AppSource::as_str), "AppSource", APP_SOURCE)
        && setting(request.is_stateful.as_deref(), "IsStateful", "false")
        && setting(request.new_sae_version.as_ref().map(sae::Edition::as_str), "NewSaeVersion", EDITION)
        && setting(
            request.programming_language.as_ref().map(sae::ProgrammingLanguage::as_str),
            "ProgrammingLanguage",
            application.configuration.package.language(),
        )
}

/// Whether an application matches `FieldType` and `FieldValue`.
fn has_field(request: &ListApplications, application: &Application) -> bool {
    let (Some(field), Some(value)) = (&request.field_type, &request.field_value) else { return true };
    let mut values = value.split(',').map(str::trim);
    let balancers = [&application.load_balancers.internet, &application.load_balancers.intranet];
    match field.as_str() {
        "appName" => application.name.contains(value.as_str()),
        "appIds" => values.any(|id| id == application.id),
        "slbIps" => values.any(|ip| balancers.into_iter().flatten().any(|bound| bound.address == ip)),
        "instanceIps" => {
            values.any(|ip| application.instances.iter().any(|instance| instance.address.to_string() == ip))
        }
        _ => true,
    }
}

fn listed(state: &State, application: &Application) -> sae::Application {
    let configuration = &application.configuration;
    let mut data = sae::Application::default();
    data.app_id = text(&application.id);
    data.app_name = text(&application.name);
    data.app_description = text(&application.description);
    data.app_deleting_status = Some(state.is_deleting(application));
    data.region_id = text(application.region());
    data.instances = Some(application.replicas);
    data.running_instances = Some(count(application.running()));
    data.cpu = Some(configuration.cpu);
    data.mem = Some(configuration.memory);
    data.namespace_id = text(&application.namespace);
    data.namespace_name = state.namespace(&application.namespace).ok().map(|namespace| namespace.name);
    data.vpc_id = text(&application.network.vpc);
    data.image_url = configuration.setting("ImageUrl").and_then(text);
    data.package_url = configuration.setting("PackageUrl").and_then(text);
    data.app_type = text(configuration.package.as_str());
    data.disk_size = configuration.number("DiskSize");
    data.is_stateful = configuration.setting("IsStateful").map(|stateful| stateful == "true");
    data.new_sae_version =
        Some(sae::Edition::from(configuration.setting("NewSaeVersion").unwrap_or(EDITION)));
    data.programming_language = Some(sae::ProgrammingLanguage::from(configuration.language()));
    data.tags = tags::answered(&application.tags);
    data.resource_type = text(configuration.setting("ResourceType").unwrap_or(RESOURCE_TYPE));
    data
}

fn group(application: &Application) -> InstanceGroup {
    let configuration = &application.configuration;
    let setting = |name| configuration.setting(name).and_then(text);
    let mut data = InstanceGroup::default();
    data.group_id = text(&application.group);
    data.group_name = text("_DEFAULT_GROUP");
    data.group_type = Some(0);
    data.package_type = Some(PackageType::from(configuration.package.as_str()));
    data.package_version = Some(configuration.package_version());
    data.package_version_id = Some(configuration.version.to_string());
    data.package_url = setting("PackageUrl");
    data.image_url = setting("ImageUrl");
    data.jdk = setting("Jdk");
    data.web_container = setting("WebContainer");
    data.edas_container_version = setting("EdasContainerVersion");
    data.replicas = Some(application.replicas);
    data.running_instances = Some(count(application.running()));
    data
}

/// Splits the address of an image: `registry-vpc.cn-hangzhou.aliyuncs.com/demo/nginx:latest`.
fn image(url: &str, region: &str) -> Result<ApplicationImage, Refusal> {
    let invalid = || Refusal::invalid("ImageUrl");
    let (path, name) = url.rsplit_once('/').unwrap_or(("", url));
    let (name, tag) = name.split_once(':').unwrap_or((name, "latest"));
    if name.is_empty() || tag.is_empty() || url.contains(char::is_whitespace) {
        return Err(invalid());
    }
    let (host, namespace) = path.split_once('/').unwrap_or((path, ""));
    let is_host = host.contains('.') || host.contains(':');
    let of_host = host.split('.').nth(1).filter(|_| host.ends_with(".aliyuncs.com"));
    let mut data = ApplicationImage::default();
    data.repo_name = text(name);
    data.repo_tag = text(tag);
    data.repo_namespace = text(if is_host { namespace } else { path });
    data.repo_origin_type = text("ALI_HUB");
    data.region_id = text(of_host.unwrap_or(region));
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::image;

    #[test]
    fn the_address_of_an_image_is_taken_apart() {
        for (url, namespace, name, tag, region) in [
            (
                "registry-vpc.cn-hangzhou.aliyuncs.com/demo/nginx:latest",
                Some("demo"),
                "nginx",
                "latest",
                "cn-hangzhou",
            ),
            ("docker.io/library/nginx:1.14.2", Some("library"), "nginx", "1.14.2", "cn-beijing"),
            ("localhost:5000/nginx", None, "nginx", "latest", "cn-beijing"),
            ("demo/nginx", Some("demo"), "nginx", "latest", "cn-beijing"),
            ("nginx", None, "nginx", "latest", "cn-beijing"),
        ] {
            let data = image(url, "cn-beijing").unwrap();
            let parts = (
                data.repo_namespace.as_deref(),
                data.repo_name.as_deref(),
                data.repo_tag.as_deref(),
                data.region_id.as_deref(),
            );
            assert_eq!(parts, (namespace, Some(name), Some(tag), Some(region)), "{url}");
        }
        assert!(image("demo/", "cn-beijing").is_err());
    }
}
