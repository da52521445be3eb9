//! The settings of a version, by the parameter names of InsertK8sApplication.
//!
//! DeployK8sApplication has other names for some of them. Values are stored as they were sent, except that CPU is
//! stored in thousandths of a core, and arguments as a list of texts.

use sae_models::edas::CommandArgument;
use sae_transport::Json;

use super::image::ImageAddress;
use crate::domain::Refusal;
use crate::domain::configuration::Settings;
use crate::domain::k8s::refusal::wrong;
use crate::protocol::parameters::Parameters;

/// The settings of a new application.
pub fn of_new_application(parameters: &Parameters) -> Result<Settings, Refusal> {
    let mut settings = Settings::new();
    change(&mut settings, parameters);
    store_cpu(&mut settings, parameters, "LimitmCpu", ("LimitCpu", "LimitmCpu"))?;
    store_cpu(&mut settings, parameters, "RequestsmCpu", ("RequestsCpu", "RequestsmCpu"))?;
    if let Some(arguments) = settings.get_mut("CommandArgs") {
        let parameters =
            Json::<Vec<CommandArgument>>::raw(arguments.as_str()).into_value().unwrap_or_default();
        let texts: Vec<String> = parameters.into_iter().map(|argument| argument.argument).collect();
        *arguments = Json::new(texts).to_text();
    }
    Ok(settings)
}

/// The settings after a release. What the release leaves out stays, except settings that apply to one release only.
pub fn of_release(former: &Settings, parameters: &Parameters) -> Result<Settings, Refusal> {
    let mut settings = former.clone();
    settings.retain(|name, _| !FOR_ONE_RELEASE.contains(&name.as_str()));
    change(&mut settings, parameters);
    store_cpu(&mut settings, parameters, "LimitmCpu", ("CpuLimit", "McpuLimit"))?;
    store_cpu(&mut settings, parameters, "RequestsmCpu", ("CpuRequest", "McpuRequest"))?;
    // A single argument may be plain text.
    if let Some(argument) = settings.get_mut("CommandArgs")
        && Json::<Vec<String>>::raw(argument.as_str()).value().is_none()
    {
        *argument = Json::new(vec![std::mem::take(argument)]).to_text();
    }
    let tag = parameters.get("ImageTag").filter(|tag| !tag.is_empty());
    if let Some(tag) = tag
        && parameters.get("Image").is_none_or(String::is_empty)
    {
        let former = settings.get("ImageUrl");
        let former = former.ok_or_else(|| wrong("ImageTag", "the application doesn't run an image"))?;
        let tagged = ImageAddress::parse(former).tagged(tag);
        settings.insert("ImageUrl".to_owned(), tagged);
    }
    Ok(settings)
}

/// Applies the parameters of a request. An empty structure removes a setting; an empty text does so only where that is
/// documented, otherwise it counts as left out.
fn change(settings: &mut Settings, parameters: &Parameters) {
    for (name, value) in parameters.iter().filter(|(name, _)| !NOT_SETTINGS.contains(name)) {
        let kept = RENAMED.iter().find(|(sent, _)| sent == name).map_or(*name, |(_, kept)| *kept);
        let bare: String = value.chars().filter(|c| !c.is_whitespace()).collect();
        match bare.as_str() {
            "" if !REMOVED_BY_EMPTY_TEXT.contains(name) => {}
            "" | "{}" | "[]" => {
                settings.remove(kept);
            }
            _ => {
                settings.insert(kept.to_owned(), value.clone());
            }
        }
    }
}

/// Stores an amount of CPU that is given in cores, in thousandths or both. Thousandths take precedence unless they are
/// 0.
fn store_cpu(
    settings: &mut Settings,
    parameters: &Parameters,
    kept: &str,
    (cores, thousandths): (&str, &str),
) -> Result<(), Refusal> {
    let number = |name: &str| match parameters.get(name).map(|text| text.trim()) {
        None | Some("") => Ok(None),
        Some(text) => text.parse::<i64>().map(Some).map_err(|_| Refusal::invalid(name)),
    };
    let (cores, thousandths) = (number(cores)?.map(|cores| cores.saturating_mul(1000)), number(thousandths)?);
    let amount = thousandths.filter(|amount| *amount != 0).or(cores).or(thousandths);
    if let Some(amount) = amount {
        settings.insert(kept.to_owned(), amount.to_string());
    }
    Ok(())
}

/// Parameters that DeployK8sApplication names differently.
const RENAMED: &[(&str, &str)] = &[
    ("Args", "CommandArgs"),
    ("Image", "ImageUrl"),
    ("MemoryLimit", "LimitMem"),
    ("MemoryRequest", "RequestsMem"),
];

/// Settings that an empty text removes, according to the document.
const REMOVED_BY_EMPTY_TEXT: &[&str] =
    &["Command", "JavaStartUpConfig", "Liveness", "Readiness", "SlsConfigs", "Startup", "WebContainerConfig"];

/// Settings that apply to one release only.
const FOR_ONE_RELEASE: &[&str] = &["CanaryRuleId", "TrafficControlStrategy"];

/// Parameters that are not settings, or are stored in another form.
const NOT_SETTINGS: &[&str] = &[
    "AppConfig",
    "AppId",
    "AppName",
    "AppTemplateName",
    "ApplicationDescription",
    "ChangeOrderDesc",
    "ClusterId",
    "CpuLimit",
    "CpuRequest",
    "CsClusterId",
    "EnableAsm",
    "ImageTag",
    "LimitCpu",
    "LimitmCpu",
    "McpuLimit",
    "McpuRequest",
    "Namespace",
    "PackageType",
    "Replicas",
    "RequestsCpu",
    "RequestsmCpu",
    "Timeout",
    "UpdateStrategy",
];
