//! What belongs to the account: its activation and prices.

use sae_models::sae::{
    ConfigurationPrice, DescribeConfigurationPrice, DescribeConfigurationPriceOutput, OpenSaeService,
    OpenSaeServiceOutput, PriceQuote, RequestPrice, ResourcePlanBalance, ResourcePrice,
};

use crate::domain::Refusal;
use crate::domain::catalogue::is_size;
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::needed;

impl Handle for OpenSaeService {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Assumption.says("SAE is active for every account; each call answers a new order")];

    fn handle(self, call: &mut Call<'_>) -> Result<OpenSaeServiceOutput, Refusal> {
        let mut output = OpenSaeServiceOutput::default();
        output.order_id = Some(call.state.next_number().to_string());
        Ok(output)
    }
}

impl Handle for DescribeConfigurationPrice {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("Cpu and Memory must be a pair that instances can have"),
        Source::Assumption.says(
            "the tariff is made up: an hour costs 0.1 for each core and 0.02 for each GiB, without discounts; requests and traffic cost nothing; there are no resource plans",
        ),
        Source::Assumption.says("edition, kind of application and of machine don't change the price"),
    ];

    fn handle(self, _: &mut Call<'_>) -> Result<DescribeConfigurationPriceOutput, Refusal> {
        let (cpu, memory) = (needed("Cpu", self.cpu)?, needed("Memory", self.memory)?);
        if !is_size(cpu, memory) {
            return Err(Refusal::invalid("Memory"));
        }
        // In hundredths of a thousandth, so that the amounts are exact decimals.
        let amount = cpu.saturating_mul(10) + memory.saturating_mul(2_000) / 1024;
        let mut data = ConfigurationPrice::default();
        data.bag_usage = Some(nothing_left());
        data.order = Some(quote(amount));
        let mut instance = ResourcePrice::default();
        instance.order = Some(quote(amount));
        data.cpu_mem_price = Some(instance);
        let mut requests = RequestPrice::default();
        requests.order = Some(quote(0));
        data.request_price = Some(requests);
        let mut traffic = ResourcePrice::default();
        traffic.order = Some(quote(0));
        data.traffic_price = Some(traffic);
        let mut output = DescribeConfigurationPriceOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

/// A price without a discount, in units of 0.00001.
fn quote(units: i64) -> PriceQuote {
    #[expect(clippy::cast_precision_loss, reason = "sizes of instances are small")]
    let amount = units as f64 / 100_000.0;
    let mut data = PriceQuote::default();
    data.discount_amount = Some(0.0);
    data.original_amount = Some(amount);
    data.trade_amount = Some(amount);
    data
}

fn nothing_left() -> ResourcePlanBalance {
    let mut data = ResourcePlanBalance::default();
    data.cpu = Some(0.0);
    data.cu = Some(0.0);
    data.mem = Some(0.0);
    data
}
