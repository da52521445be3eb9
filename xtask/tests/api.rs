//! Snapshots of public items. That they are fresh, `.ci/run` checks, since documentation has to be built for it.

use xtask::api::summary;

#[test]
fn a_generated_type_is_one_line() {
    let items = [
        "pub mod sae_models::sae",
        "pub mod sae_models::sae::job",
        "#[non_exhaustive] pub struct sae_models::sae::job::CreateJob",
        "pub sae_models::sae::job::CreateJob::app_id: alloc::string::String",
        "pub sae_models::sae::job::CreateJob::r#type: core::option::Option<sae_models::sae::job::Kind>",
        "impl sae_models::sae::CreateJob",
        "pub fn sae_models::sae::CreateJob::new(impl core::convert::Into<alloc::string::String>) -> Self",
        "impl sae_transport::Operation for sae_models::sae::CreateJob",
        "pub fn sae_models::sae::CreateJob::slot(&mut self)",
        "pub const sae_models::sae::CreateJob::DESCRIPTION: &'static sae_transport::Description",
        "pub enum sae_models::sae::job::Kind",
        "pub sae_models::sae::job::Kind::Once",
        "pub sae_models::sae::job::Kind::Unknown(sae_transport::Unknown<alloc::string::String>)",
        "impl sae_models::sae::Kind",
        "pub const fn sae_models::sae::Kind::as_str(&self) -> &str",
        "#[non_exhaustive] pub struct sae_models::sae::CreateJob",
        "pub fn sae_models::sae::CreateJob::new(impl core::convert::Into<alloc::string::String>) -> Self",
        "pub sae_models::sae::CreateJob::app_id: alloc::string::String",
        "#[non_exhaustive] pub struct sae_models::sae::types::CreateJob",
        "#[non_exhaustive] pub struct sae_models::generated::sae::job::CreateJob",
        "pub static sae_models::sae::SERVICE: sae_transport::Service",
    ];
    assert_eq!(
        summary(items.into_iter()),
        [
            "pub mod sae_models::sae",
            "pub mod sae_models::sae::job",
            "pub static sae_models::sae::SERVICE: sae_transport::Service",
            "#[non_exhaustive] pub struct sae_models::sae::job::CreateJob: fields 2, functions 1",
            "pub enum sae_models::sae::job::Kind: variants 2, functions 1",
        ]
    );
}
