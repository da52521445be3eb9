//! Job templates: create, change, suspend, delete, describe, list.

use std::cmp::Reverse;

use sae_models::sae::{
    AppChangeOrder, CreateJob, CreateJobOutput, DeleteJob, DeleteJobOutput, DescribeJob, DescribeJobOutput,
    JobField, JobLanguage, JobOrder, JobReleaseState, JobState, JobTemplate, JobTemplatePage,
    JobTemplateSummary, ListJobs, ListJobsOutput, PackageType, SuspendJob, SuspendJobOutput, UpdateJob,
    UpdateJobOutput,
};
use sae_transport::{Json, UnknownMembers};

use crate::domain::commands::create::NewWorkload;
use crate::domain::commands::jobs::JobUpdate;
use crate::domain::configuration::Settings;
use crate::domain::job::{Job, JobRun};
use crate::domain::tags::{Tag, has_all};
use crate::domain::{Refusal, State, integer};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{needed, text};
use crate::handlers::page::{Page, page};
use crate::handlers::sae::configuration::{name_config_maps, projected};
use crate::handlers::sae::deployment::{aliases, settings};
use crate::handlers::sae::tags;

impl Handle for CreateJob {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("a name has at most 36 letters, digits and hyphens, begins with a letter and doesn't end with a hyphen; a description has at most 1,024 characters"),
        Source::Metadata.says("AutoConfig ignores namespace, VPC, vSwitch and security group"),
        Source::Metadata.says("a config map that it refers to must be there and have the key; two mounts at one path are refused"),
        Source::Metadata.says("a TriggerConfig of the type time starts runs by a cron expression of five fields, with * and ?, lists, ranges, steps and names"),
        Source::Metadata.says("a timezone is a name of the time zone database or an offset such as GMT+8:00"),
        Source::Assumption.says("without a timezone a schedule is in the time of Shanghai"),
        Source::Assumption.says("times that a change of the clock skips are left out, and of those that it repeats the earlier one counts"),
        Source::Assumption.says("a TriggerConfig of the type http is kept, but has no addresses at which a request starts a run"),
        Source::Assumption.says("a name is unique among the jobs of its namespace"),
        Source::Assumption.says("what an application is refused with by a code that isn't listed for jobs is InvalidParameter.WithMessage"),
        Source::Assumption.says("RefAppId must be the identifier of a job"),
        Source::Assumption.says("its change order succeeds at once, since no instances start"),
        Source::Assumption.says("an image that can't be pulled, or instances that never become ready, if a test asks for that here, fail each run until the next UpdateJob"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateJobOutput, Refusal> {
        if self.workload.as_str() != WORKLOAD {
            return Err(Refusal::invalid("Workload"));
        }
        let automatic = self.auto_config.unwrap_or(false);
        let own = |place: Option<String>| place.filter(|_| !automatic);
        let mut settings = settings(&call.parameters);
        if automatic {
            settings.retain(|name, _| !matches!(name.as_str(), "SecurityGroupId" | "VSwitchId"));
        }
        check_choices(&settings)?;
        let new = NewWorkload {
            name: self.app_name,
            namespace: own(self.namespace_id).unwrap_or_else(|| call.region.to_owned()),
            description: self.app_description.unwrap_or_default(),
            package: self.package_type.as_str().to_owned(),
            replicas: needed("Replicas", self.replicas)?,
            cpu: self.cpu,
            memory: self.memory,
            vpc: own(self.vpc_id),
            vswitch: own(self.v_switch_id),
            aliases: aliases(self.custom_host_alias.as_ref())?,
            deploy: None,
            settings,
        };
        let created = call.state.create_job(new, call.now());
        let (job, order) = created.map_err(|refusal| listed(call, refusal))?;
        let mut output = CreateJobOutput::default();
        output.data = Some(reference(job, order));
        Ok(output)
    }
}

impl Handle for UpdateJob {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("what isn't sent stays as it is, and an empty text removes a setting"),
        Source::Assumption.says("runs that have begun go on as they are"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateJobOutput, Refusal> {
        let settings = settings(&call.parameters);
        check_choices(&settings)?;
        let update = JobUpdate {
            replicas: replicas(self.replicas.as_deref())?,
            aliases: aliases(self.custom_host_alias.as_ref())?,
            settings,
        };
        let updated = call.state.update_job(&self.app_id, update, call.now());
        let order = updated.map_err(|refusal| listed(call, refusal))?;
        let mut output = UpdateJobOutput::default();
        output.data = Some(reference(self.app_id, order));
        Ok(output)
    }
}

impl Handle for SuspendJob {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("true suspends, as the name of the parameter and the answer of DescribeJob say; the text of the reference says the opposite"),
        Source::Assumption.says("a suspended job is started by ExecJob only, and what its schedule missed isn't made up for"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<SuspendJobOutput, Refusal> {
        let suspend = needed("Suspend", self.suspend)?;
        call.state.suspend_job(&self.app_id, suspend, call.now())?;
        let mut output = SuspendJobOutput::default();
        output.data = text(DONE);
        Ok(output)
    }
}

impl Handle for DeleteJob {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("its runs are deleted with it, also those that have not ended")];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteJobOutput, Refusal> {
        call.state.delete_job(&self.app_id)?;
        let mut output = DeleteJobOutput::default();
        output.data = text(DONE);
        Ok(output)
    }
}

impl Handle for DescribeJob {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption
            .says("with JobId, what ExecJob gave for that run stands in place of the template's"),
        Source::Assumption
            .says("a setting that was never given has the same default as that of an application"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeJobOutput, Refusal> {
        let job = call.state.job(&self.app_id)?;
        let run = match self.job_id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => Some(call.state.job_run(&job.id, id)?),
            None => None,
        };
        let mut output = DescribeJobOutput::default();
        output.data = Some(described(call.state, job, run));
        Ok(output)
    }
}

impl Handle for ListJobs {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("Tags asks for jobs that have all of them"),
        Source::Assumption.says("AppName matches a part of the name"),
        Source::Assumption.says("jobs are ordered by namespace and name unless OrderBy is given"),
        Source::Assumption.says("instances and times are those of the latest run"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListJobsOutput, Refusal> {
        check_search(&self)?;
        let wanted = tags::tags(self.tags.as_ref())?;
        let state = &*call.state;
        let all = state.job_names.values().filter_map(|id| state.jobs.get(id));
        let mut found: Vec<&Job> = all.filter(|job| asks_for(&self, &wanted, job)).collect();
        let ascending = self.reverse.unwrap_or(false);
        let key = |job: &Job| match self.order_by {
            Some(JobOrder::Running) => state.runs_of(&job.id).next().map_or(0, JobRun::running),
            _ => job.replicas,
        };
        match self.order_by {
            None => {}
            Some(_) if ascending => found.sort_by_cached_key(|job| key(job)),
            Some(_) => found.sort_by_cached_key(|job| Reverse(key(job))),
        }
        Ok(answer(state, page(found, self.current_page, self.page_size, 20)?))
    }
}

/// Refuses fields to search by or to sort by that don't exist.
fn check_search(request: &ListJobs) -> Result<(), Refusal> {
    if request.workload.as_ref().is_some_and(|workload| workload.as_str() != WORKLOAD) {
        return Err(Refusal::invalid("Workload"));
    }
    match (&request.field_type, &request.field_value) {
        (Some(JobField::AppName | JobField::AppIds), Some(_)) | (None, None) => {}
        (Some(JobField::AppName | JobField::AppIds), None) => return Err(Refusal::missing("FieldValue")),
        (Some(_), _) => return Err(Refusal::invalid("FieldType")),
        (None, Some(_)) => return Err(Refusal::missing("FieldType")),
    }
    match request.order_by {
        None | Some(JobOrder::Running | JobOrder::Instances) => Ok(()),
        Some(_) => Err(Refusal::invalid("OrderBy")),
    }
}

/// Whether a job matches a request.
fn asks_for(request: &ListJobs, tags: &[Tag], job: &Job) -> bool {
    let part = |wanted: &Option<String>| wanted.as_ref().is_none_or(|wanted| job.name.contains(wanted));
    let field = match (&request.field_type, &request.field_value) {
        (Some(JobField::AppIds), Some(ids)) => ids.split(',').any(|id| id.trim() == job.id),
        (Some(_), name) => part(name),
        (None, _) => true,
    };
    field
        && part(&request.app_name)
        && request.namespace_id.as_ref().is_none_or(|id| *id == job.namespace)
        && has_all(&job.tags, tags)
}

fn answer(state: &State, page: Page<&Job>) -> ListJobsOutput {
    let mut data = JobTemplatePage::default();
    data.current_page = Some(page.number);
    data.page_size = Some(page.size);
    data.total_size = Some(page.total);
    data.applications = page.items.into_iter().map(|job| summary(state, job)).collect();
    let mut output = ListJobsOutput::default();
    output.current_page = data.current_page;
    output.page_size = data.page_size;
    output.total_size = data.total_size;
    output.data = Some(data);
    output
}

fn summary(state: &State, job: &Job) -> JobTemplateSummary {
    let configuration = &job.configuration;
    let latest = state.runs_of(&job.id).next();
    let mut data = JobTemplateSummary::default();
    data.active = Some(latest.map_or(0, JobRun::running));
    data.app_description = text(&job.description);
    data.app_id = text(&job.id);
    data.app_name = text(&job.name);
    data.completion_time = latest.and_then(|run| run.ended).map(|at| at / 1000);
    data.cpu = Some(configuration.cpu);
    data.failed = Some(latest.map_or(0, |run| run.failed));
    data.image_url = configuration.setting("ImageUrl").and_then(text);
    data.last_changeorder_state = Some(JobReleaseState::Succeeded);
    data.last_job_state = latest.map(|run| JobState::from(run.state()));
    data.last_start_time = latest.map(|run| run.created / 1000);
    data.mem = Some(configuration.memory);
    data.message = latest.and_then(|run| text(&run.message));
    data.namespace_id = text(&job.namespace);
    data.region_id = text(job.region());
    data.succeeded = Some(latest.map_or(0, JobRun::succeeded));
    data.suspend = Some(job.suspended);
    data.tags = tags::answered(&job.tags);
    data.trigger_config = configuration.setting("TriggerConfig").map(Json::raw);
    data
}

fn described(state: &State, job: &Job, run: Option<&JobRun>) -> JobTemplate {
    let configuration = &job.configuration;
    let mut settings = configuration.settings.clone();
    settings.extend(run.into_iter().flat_map(|run| run.settings.clone()));
    let mut data: JobTemplate = projected(DEFAULTS, &settings);
    // The service doesn't return these settings.
    data.unknown_members = UnknownMembers::default();
    name_config_maps(state, &mut data.config_map_mount_desc);
    data.app_id = text(&job.id);
    data.app_name = text(&job.name);
    data.app_description = text(&job.description);
    data.namespace_id = text(&job.namespace);
    data.region_id = text(job.region());
    data.package_type = Some(PackageType::from(configuration.package.as_str()));
    data.cpu = Some(configuration.cpu);
    data.memory = Some(configuration.memory);
    data.replicas = Some(run.map_or(job.replicas, |run| run.replicas));
    data.suspend = Some(job.suspended);
    data.tags = tags::answered(&job.tags);
    data.vpc_id = text(&job.network.vpc);
    data.v_switch_id = data.v_switch_id.or_else(|| text(&job.network.vswitch));
    data.security_group_id = data.security_group_id.or_else(|| Some(job.network.security_group()));
    data.programming_language = Some(JobLanguage::from(configuration.language()));
    let refers = |other: &&Job| other.configuration.setting("RefAppId") == Some(&job.id);
    data.refed_app_ids = state.jobs.values().filter(refers).map(|other| other.id.clone()).collect();
    data
}

/// A refusal with a code that is listed for the operation. The metadata lists none for jobs, so what an application is
/// refused with becomes a message.
pub fn listed(call: &Call<'_>, refusal: Refusal) -> Refusal {
    let service = call.description.service;
    let Some(info) = service.error(refusal.code()) else { return refusal };
    if info.common || call.description.errors.contains(&info.code) {
        return refusal;
    }
    let known = PARAMETERS.iter().find(|(code, _)| *code == info.code);
    Refusal::unfit(known.map_or("PackageType", |(_, parameter)| *parameter), refusal.message(info.message))
}

/// A number of instances, which some operations have as text.
pub fn replicas(given: Option<&str>) -> Result<Option<i64>, Refusal> {
    let number = |text: &str| integer::parse(text).ok_or_else(|| Refusal::invalid("Replicas"));
    given.filter(|text| !text.is_empty()).map(number).transpose()
}

/// Refuses values that are none of the documented ones.
fn check_choices(settings: &Settings) -> Result<(), Refusal> {
    let choices: [(&str, &[&str]); 2] = [
        ("ConcurrencyPolicy", &["", "Allow", "Forbid", "Replace"]),
        ("ProgrammingLanguage", &["", "java", "php", "python", "shell", "other"]),
    ];
    for (name, known) in choices {
        if settings.get(name).is_some_and(|value| !known.contains(&value.as_str())) {
            return Err(Refusal::invalid(name));
        }
    }
    Ok(())
}

fn reference(job: String, order: String) -> AppChangeOrder {
    let mut data = AppChangeOrder::default();
    data.app_id = Some(job);
    data.change_order_id = Some(order);
    data
}

/// The only kind of application that these operations know.
const WORKLOAD: &str = "job";
/// The answer of operations for which none is documented.
pub const DONE: &str = "success";
/// The parameters that codes of applications are about; all others are about what the package needs.
const PARAMETERS: &[(&str, &str)] = &[
    ("InvalidHostnameIp.Invalid", "CustomHostAlias"),
    ("InvalidInstanceSpecification.Unsupported", "Cpu"),
    ("InvalidNamespace.WithUppercase", "NamespaceId"),
    ("InvalidParameter.FileName", "PackageUrl"),
    ("MountConflict.ConfigMap", "ConfigMapMountDesc"),
    ("NoComputeResourceQuota.Exceed", "Replicas"),
    ("NotFound.ConfigMap", "ConfigMapMountDesc"),
    ("NotFound.ConfigMapKey", "ConfigMapMountDesc"),
];
/// Settings that the service has where a request gives none.
const DEFAULTS: &[(&str, &str)] = &[
    ("CustomHostAlias", "[]"),
    ("Envs", "[]"),
    ("TerminationGracePeriodSeconds", "30"),
    ("Timezone", "Asia/Shanghai"),
];
