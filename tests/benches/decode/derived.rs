//! The answer of `ListApplications` as one would write it with serde's derives: the fields and types that the generator prints.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Envelope and output in one.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Answer {
    pub request_id: Option<String>,
    pub code: Option<String>,
    pub message: Option<String>,
    pub error_code: Option<String>,
    pub success: Option<bool>,
    pub trace_id: Option<String>,
    pub host_id: Option<String>,
    pub recommend: Option<String>,
    pub data: Option<ApplicationPage>,
    pub current_page: Option<i64>,
    pub page_size: Option<i64>,
    pub total_size: Option<i64>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ApplicationPage {
    #[serde(default)]
    pub applications: Vec<Application>,
    pub current_page: Option<i64>,
    pub page_size: Option<i64>,
    pub total_size: Option<i64>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Application {
    pub app_deleting_status: Option<bool>,
    pub app_id: Option<String>,
    pub app_name: Option<String>,
    pub instances: Option<i64>,
    pub region_id: Option<String>,
    pub running_instances: Option<i64>,
    pub app_description: Option<String>,
    pub app_type: Option<String>,
    pub base_app_id: Option<String>,
    #[serde(default)]
    pub children: Vec<CanaryApplication>,
    pub cpu: Option<i64>,
    pub disk_size: Option<i64>,
    pub enable_idle: Option<String>,
    pub image_url: Option<String>,
    pub is_stateful: Option<bool>,
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    pub mem: Option<i64>,
    pub mse_enabled: Option<bool>,
    pub mse_namespace_id: Option<String>,
    pub namespace_id: Option<String>,
    pub namespace_name: Option<String>,
    pub new_sae_version: Option<Edition>,
    pub package_url: Option<String>,
    pub programming_language: Option<ProgrammingLanguage>,
    pub rasp_enabled: Option<bool>,
    pub resource_type: Option<String>,
    #[serde(default)]
    pub tags: Vec<Tag>,
    pub vpc_id: Option<String>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CanaryApplication {
    pub app_deleting_status: Option<bool>,
    pub app_id: Option<String>,
    pub app_name: Option<String>,
    pub instances: Option<i64>,
    pub region_id: Option<String>,
    pub running_instances: Option<i64>,
    pub app_description: Option<String>,
    pub app_type: Option<String>,
    pub base_app_id: Option<String>,
    pub cpu: Option<i64>,
    pub enable_idle: Option<String>,
    pub is_stateful: Option<bool>,
    pub mem: Option<i64>,
    pub mse_enabled: Option<bool>,
    pub namespace_id: Option<String>,
    pub namespace_name: Option<String>,
    pub new_sae_version: Option<Edition>,
    pub programming_language: Option<ProgrammingLanguage>,
    pub resource_type: Option<String>,
    pub scale_rule_enabled: Option<bool>,
    pub scale_rule_type: Option<String>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    pub key: Option<String>,
    pub value: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Edition {
    Lite,
    #[serde(rename = "std")]
    Standard,
    #[serde(rename = "pro")]
    Professional,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgrammingLanguage {
    Java,
    Php,
    Python,
    Dotnet,
    Other,
}
