//! How a new version replaces the old one.

use sae_models::edas::{ReleaseType, UpdateStrategy, UpdateType};

use crate::domain::Refusal;
use crate::domain::k8s::refusal::wrong;
use crate::domain::plan::Strategy;

/// The batches that a release is asked to have: all in one without a strategy.
///
/// The strategy counts the wait between two batches in minutes. `BatchWaitTime` is in seconds and the least time that
/// passes between pods of a release in batches, so the longer one holds.
pub fn strategy(asked: Option<&UpdateStrategy>, least: Option<i64>) -> Result<Strategy, Refusal> {
    let least = least.unwrap_or_default();
    if !(0..=WAIT_LIMIT).contains(&least) {
        return Err(wrong("BatchWaitTime", "0 to 604800 seconds"));
    }
    let Some(asked) = asked else { return Ok(Strategy { wait: Some(least * 1000), ..Strategy::WHOLE }) };
    let canary = match (&asked.r#type, &asked.gray_update) {
        (UpdateType::BatchUpdate, _) => 0,
        (UpdateType::GrayBatchUpdate, Some(gray)) => positive("grayUpdate.gray", gray.gray)?,
        (UpdateType::GrayBatchUpdate, None) => return Err(unfit("type GrayBatchUpdate needs grayUpdate")),
        _ => return Err(unfit("type is BatchUpdate or GrayBatchUpdate")),
    };
    let Some(update) = &asked.batch_update else {
        return if canary > 0 {
            Ok(Strategy { canary, wait: Some(least * 1000), ..Strategy::WHOLE })
        } else {
            Err(unfit("type BatchUpdate needs batchUpdate"))
        };
    };
    let automatic = match &update.release_type {
        None | Some(ReleaseType::Auto) => true,
        Some(ReleaseType::Manual) => false,
        Some(_) => return Err(unfit("batchUpdate.releaseType is auto or manual")),
    };
    let wait = update.batch_wait_time.unwrap_or_default().saturating_mul(60);
    if !(0..=WAIT_LIMIT).contains(&wait) {
        return Err(unfit("batchUpdate.batchWaitTime is 0 to 10080 minutes"));
    }
    let batches = positive("batchUpdate.batch", update.batch)?;
    Ok(Strategy { canary, batches, automatic, wait: Some(wait.max(least) * 1000) })
}

fn positive(member: &str, number: i64) -> Result<usize, Refusal> {
    let number = usize::try_from(number).ok().filter(|number| *number > 0);
    number.ok_or_else(|| unfit(&format!("{member} is a positive number")))
}

fn unfit(reason: &str) -> Refusal {
    wrong("UpdateStrategy", reason)
}

/// A week, in seconds.
const WAIT_LIMIT: i64 = 7 * 24 * 60 * 60;
