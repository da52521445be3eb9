//! The update strategy of a release.

use sae_models::edas::{ReleaseType, UpdateStrategy, UpdateType};

use crate::domain::Refusal;
use crate::domain::k8s::refusal::wrong;
use crate::domain::plan::Strategy;

/// The batches of a release; one without a strategy.
///
/// The strategy has the pause between two batches in minutes. `BatchWaitTime` is in seconds, and the least time between
/// pods of a release in batches, so the longer of the two applies.
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

#[cfg(test)]
mod tests {
    use sae_models::edas::UpdateStrategy;
    use sae_transport::Json;

    use super::strategy;
    use crate::domain::plan::Strategy;

    fn read(text: &str, least: Option<i64>) -> Option<Strategy> {
        let asked = Json::<UpdateStrategy>::raw(text).into_value();
        strategy(asked.as_ref(), least).ok()
    }

    #[test]
    fn the_examples_of_the_document_are_read() {
        for (text, expected) in [
            (
                r#"{"type":"GrayBatchUpdate","batchUpdate":{"batch":2,"releaseType":"auto","batchWaitTime":1},"grayUpdate":{"gray":1}}"#,
                Strategy { canary: 1, batches: 2, automatic: true, wait: Some(60_000) },
            ),
            (
                r#"{"type":"GrayBatchUpdate","batchUpdate":{"batch":2,"releaseType":"manual"},"grayUpdate":{"gray":1}}"#,
                Strategy { canary: 1, batches: 2, automatic: false, wait: Some(0) },
            ),
            (
                r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"auto","batchWaitTime":0}}"#,
                Strategy { canary: 0, batches: 2, automatic: true, wait: Some(0) },
            ),
        ] {
            assert_eq!(read(text, None), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_longer_wait_holds() {
        let wait = |minutes: i64, seconds| {
            let text =
                format!(r#"{{"type":"BatchUpdate","batchUpdate":{{"batch":2,"batchWaitTime":{minutes}}}}}"#);
            read(&text, seconds).map(|strategy| strategy.wait)
        };
        assert_eq!(wait(1, Some(90)), Some(Some(90_000)));
        assert_eq!(wait(2, Some(90)), Some(Some(120_000)));
        assert_eq!(wait(2, None), Some(Some(120_000)));
        for (minutes, seconds) in [(-1, None), (i64::MAX, None), (0, Some(-1)), (0, Some(i64::MAX))] {
            assert_eq!(wait(minutes, seconds), None, "{minutes} {seconds:?}");
        }
    }
}
