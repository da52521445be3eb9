//! Resource usage and log collection of applications.

use sae_models::sae::{
    ListLogConfigs, ListLogConfigsOutput, LogConfig, LogConfigPage, MonthlyUsage, QueryResourceStatics,
    QueryResourceStaticsOutput, RealTimeUsage, ResourceUsage, SlsConfig,
};
use sae_transport::Json;

use crate::domain::configuration::non_empty;
use crate::domain::{Application, Refusal, time};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;
use crate::handlers::page::page;

impl Handle for QueryResourceStatics {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[Source::Assumption.says(
        "real-time data is the usage of the day, the summary that of the month, in China Standard Time",
    )];

    /// Returns the usage of the day as real-time data, and that of the month as the summary.
    fn handle(self, call: &mut Call<'_>) -> Result<QueryResourceStaticsOutput, Refusal> {
        let usage = &call.application(&self.app_id)?.usage;
        let (day, month) = (usage.of_day(call.now()), usage.of_month(call.now()));
        let mut current = RealTimeUsage::default();
        current.cpu = Some(day.core_minutes());
        current.memory = Some(day.gib_minutes());
        let mut summary = MonthlyUsage::default();
        summary.cpu = Some(month.core_minutes());
        summary.memory = Some(month.gib_minutes());
        let mut data = ResourceUsage::default();
        data.real_time_res = Some(current);
        data.summary = Some(summary);
        let mut output = QueryResourceStaticsOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

impl Handle for ListLogConfigs {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[Source::Assumption
        .says("the directories are those of SlsConfigs; names that are missing there are made up")];

    /// The log directories in `SlsConfigs` of the application, otherwise of its namespace.
    fn handle(self, call: &mut Call<'_>) -> Result<ListLogConfigsOutput, Refusal> {
        let application = call.application(&self.app_id)?;
        let settings =
            call.state.with_namespace_logs(&application.namespace, &application.configuration.settings);
        let configs = non_empty(&settings, "SlsConfigs").map(Json::<Vec<SlsConfig>>::raw);
        let configs = configs.and_then(Json::into_value).unwrap_or_default();
        let described = (1..).zip(&configs).map(|(number, config)| described(application, number, config));
        let page = page(described, self.current_page, self.page_size, 10)?;
        let mut data = LogConfigPage::default();
        data.current_page = Some(page.number);
        data.page_size = Some(page.size);
        data.total_size = Some(page.total);
        data.log_configs = page.items;
        let mut output = ListLogConfigsOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

fn described(application: &Application, number: usize, config: &SlsConfig) -> LogConfig {
    let own =
        |given: &Option<String>, made: String| given.clone().filter(|name| !name.is_empty()).or(Some(made));
    let name = format!("sae-{}-{number}", application.id);
    let output = config.log_type.as_deref() == Some("stdout");
    let mut data = LogConfig::default();
    data.config_name = own(&config.logtail_name, name.clone());
    data.sls_log_store = own(&config.logstore_name, name);
    data.sls_project = own(&config.project_name, format!("sae-{}", application.id));
    data.log_dir = config.log_dir.as_deref().and_then(text);
    data.log_type = text(if output { "stdout" } else { "file_log" });
    data.store_type = text("sls");
    data.region_id = text(application.region());
    data.create_time = Some(time::text(application.configuration.created));
    data
}
