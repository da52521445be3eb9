//! The result of following a change order: exit code, explanation, document.

use std::time::Duration;

use sae::change_order::{ChangeOrder, Diagnosis, Outcome, Snapshot};
use sae::model::ChangeOrderType;
use sae::transport::encode_json;
use serde_json::{Map, Value, json};

use super::progress;
use super::wanted::Wanted;
use sae::transport::text::{escape_control_lines, redact_urls};

use crate::args::deploy::OnFailure;
use crate::duration;
use crate::failure::{Advice, Failure, RolloutFailure};
use crate::output::report;
use crate::output::status::status;
use crate::shell;

/// The result of following a change order.
#[derive(Clone, Debug)]
pub struct RolloutResult {
    pub end: RolloutEnd,
    /// The last snapshot.
    pub seen: Snapshot,
    /// The diagnosis of the failure.
    pub diagnosis: Option<Box<Diagnosis>>,
    /// Why the abort or rollback was refused.
    pub refusal: Option<String>,
    /// The command that submits it again.
    pub retry: Option<String>,
    /// How long the change order was followed.
    pub took: Duration,
    /// Since when the service hasn't responded.
    pub silent: Option<Duration>,
    /// Whether it was over before it was followed.
    pub was_over: bool,
}

/// How following a change order ended.
#[derive(Clone, Debug)]
pub enum RolloutEnd {
    Succeeded,
    Failed,
    /// It is stuck: it runs without progress.
    Stuck,
    Aborted,
    /// It was rolled back by another change order, which ended like this.
    RolledBack(Box<RolloutResult>),
    /// It waits for a confirmation.
    WaitingForConfirmation,
    /// It waits for an approval.
    WaitingForApproval,
    TimedOut,
    /// Ctrl-C was pressed.
    Interrupted,
    /// It can't be followed any more.
    Lost {
        why: String,
    },
}

impl RolloutEnd {
    /// The end that following a change order had.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Succeeded => Self::Succeeded,
            Outcome::Failed => Self::Failed,
            Outcome::Stuck => Self::Stuck,
            Outcome::Aborted => Self::Aborted,
            Outcome::WaitingForConfirmation => Self::WaitingForConfirmation,
            Outcome::WaitingForApproval => Self::WaitingForApproval,
            Outcome::TimedOut => Self::TimedOut,
            other => Self::Lost { why: other.to_string() },
        }
    }

    /// It can't be followed any more.
    pub fn lost(error: &sae::Error) -> Self {
        Self::Lost { why: report::error_text(error) }
    }
}

impl RolloutResult {
    /// A result without a snapshot.
    pub fn new(order: &ChangeOrder, end: RolloutEnd) -> Self {
        let mut seen = Snapshot::default();
        seen.order.change_order_id = Some(order.id().to_owned());
        seen.order.app_id = order.app_id().map(str::to_owned);
        Self {
            end,
            seen,
            diagnosis: None,
            refusal: None,
            retry: None,
            took: Duration::ZERO,
            silent: None,
            was_over: false,
        }
    }

    /// The abort or rollback was refused.
    pub fn refused(self, error: &sae::Error) -> Self {
        Self { refusal: Some(error.to_string()), ..self }
    }

    /// Whether it ended as wanted.
    pub fn is_done(&self, wanted: Wanted) -> bool {
        match (&self.end, wanted) {
            (RolloutEnd::Succeeded, Wanted::Success) | (RolloutEnd::Aborted, Wanted::Abort) => true,
            (RolloutEnd::RolledBack(by), Wanted::Rollback) => matches!(by.end, RolloutEnd::Succeeded),
            _ => false,
        }
    }

    pub fn id(&self) -> &str {
        self.seen.order.change_order_id.as_deref().unwrap_or("without an identifier")
    }

    /// The outcome in documents.
    pub fn word(&self) -> &'static str {
        match &self.end {
            RolloutEnd::Succeeded => "succeeded",
            RolloutEnd::Failed | RolloutEnd::Stuck => "failed",
            RolloutEnd::Aborted => "aborted",
            RolloutEnd::RolledBack(by) => match by.end {
                RolloutEnd::Succeeded => "rolled-back",
                RolloutEnd::Failed | RolloutEnd::Stuck | RolloutEnd::Aborted => "rollback-failed",
                _ => by.word(),
            },
            RolloutEnd::WaitingForConfirmation => "waits-for-confirmation",
            RolloutEnd::WaitingForApproval => "waits-for-approval",
            RolloutEnd::TimedOut => "timed-out",
            RolloutEnd::Interrupted => "interrupted",
            RolloutEnd::Lost { .. } => "unknown",
        }
    }

    /// The change order with its wire names and the outcome, as JSON.
    pub fn document(&self) -> String {
        let order = encode_json::to_string_pretty(&self.seen.order);
        let mut document: Map<String, Value> = serde_json::from_str(&order).unwrap_or_default();
        document.insert("Outcome".to_owned(), self.word().into());
        document.insert("ElapsedSeconds".to_owned(), self.took.as_secs().into());
        if let Some(by) = self.by() {
            document.insert("RollbackChangeOrderId".to_owned(), by.into());
        }
        if let Some(diagnosis) = &self.diagnosis {
            document.insert("Diagnosis".to_owned(), diagnosed(diagnosis));
        }
        format!("{:#}", Value::Object(document))
    }

    /// The ID of the change order that rolls it back.
    pub fn by(&self) -> Option<&str> {
        match &self.end {
            RolloutEnd::RolledBack(by) => Some(by.id()),
            _ => None,
        }
    }

    /// Why it can't be followed any more.
    pub fn loss(&self) -> Option<&str> {
        match &self.end {
            RolloutEnd::Lost { why } => Some(why),
            RolloutEnd::RolledBack(by) => by.loss(),
            _ => None,
        }
    }

    /// The outcome of the command. `options` are repeated in suggested commands.
    pub fn outcome(&self, wanted: Wanted, on_failure: OnFailure, options: &str) -> Result<(), Failure> {
        if self.is_done(wanted) {
            match wanted {
                Wanted::Success => {}
                Wanted::Abort => status!("aborted; instances that it has replaced keep the new version"),
                Wanted::Rollback => status!("the previous version is running again"),
            }
            return Ok(());
        }
        let mut text = self.headline();
        if let Some(why) = self.loss() {
            text.push_str(&format!("\n  cause: {why}"));
        }
        if let Some(diagnosis) = &self.diagnosis {
            // Its first line repeats the headline.
            for line in diagnosis.to_string().lines().skip(1) {
                text.push_str(&format!("\n{line}"));
            }
        } else if let Some(message) =
            self.seen.order.error_message.as_deref().filter(|it| !it.trim().is_empty())
        {
            text.push_str(&format!("\n  cause: {message}"));
        }
        if let Some(refusal) = &self.refusal {
            let what = if on_failure == OnFailure::Abort { "aborted" } else { "rolled back" };
            text.push_str(&format!("\n  it could not be {what}: {refusal}"));
        }
        let mut text = escape_control_lines(&redact_urls(&text));
        for (why, command) in self.advice(options) {
            text.push('\n');
            text.push_str(&report::advice_line(why, &command));
        }
        Err(Failure::Rollout(self.rollout(), text))
    }

    /// The kind of failure, for the exit code.
    pub fn rollout(&self) -> RolloutFailure {
        match &self.end {
            RolloutEnd::RolledBack(by) => match by.end {
                RolloutEnd::Succeeded => RolloutFailure::RolledBack,
                RolloutEnd::Aborted => RolloutFailure::Failed,
                _ => by.rollout(),
            },
            // It succeeded although something else was wanted.
            RolloutEnd::Succeeded | RolloutEnd::Failed | RolloutEnd::Stuck => RolloutFailure::Failed,
            RolloutEnd::Aborted => RolloutFailure::RolledBack,
            RolloutEnd::WaitingForConfirmation | RolloutEnd::WaitingForApproval => {
                RolloutFailure::WaitingForConfirmation
            }
            RolloutEnd::TimedOut => RolloutFailure::TimedOut,
            RolloutEnd::Interrupted => RolloutFailure::Interrupted,
            RolloutEnd::Lost { .. } => RolloutFailure::Lost,
        }
    }

    /// The result in one line.
    fn headline(&self) -> String {
        let (id, took) = (self.id(), duration::clock(self.took));
        let after = if self.was_over { String::new() } else { format!(" after {took}") };
        let batch = progress::batch(&self.seen);
        let within = batch.as_ref().map(|batch| format!(" in {batch}")).unwrap_or_default();
        match &self.end {
            RolloutEnd::Succeeded => format!("change order {id} had already succeeded"),
            RolloutEnd::Failed => format!("change order {id} failed{within}{after}"),
            RolloutEnd::Stuck => {
                format!("change order {id} is stuck{within} after {took}; it keeps running")
            }
            RolloutEnd::Aborted => {
                format!(
                    "change order {id} was aborted{after}; instances that it has replaced keep the new version"
                )
            }
            RolloutEnd::RolledBack(by) => match by.end {
                RolloutEnd::Succeeded => format!("change order {id} was rolled back by {}{after}", by.id()),
                RolloutEnd::Failed | RolloutEnd::Stuck | RolloutEnd::Aborted => {
                    format!("change order {id} failed, and so did its rollback, {}", by.id())
                }
                _ => format!("change order {id} is being rolled back: {}", by.headline()),
            },
            RolloutEnd::WaitingForConfirmation => {
                let of = batch.map(|batch| format!("{batch} of ")).unwrap_or_default();
                format!("{of}change order {id} starts once it is confirmed")
            }
            RolloutEnd::WaitingForApproval => {
                format!("change order {id} waits for an approval in the console")
            }
            RolloutEnd::Lost { .. } => {
                format!("change order {id} was last seen {}, and can't be followed any more", self.phase())
            }
            RolloutEnd::TimedOut => match self.silent.map(duration::clock) {
                Some(since) => format!(
                    "the outcome of change order {id} is unknown: no response since {since}, last seen {}",
                    self.phase()
                ),
                None => format!("waiting timed out after {took}; change order {id} is still running"),
            },
            RolloutEnd::Interrupted if self.took.is_zero() => {
                format!("change order {id} was accepted and keeps running")
            }
            RolloutEnd::Interrupted => {
                format!("stopped watching after {took}; change order {id} keeps running")
            }
        }
    }

    /// The last known phase.
    fn phase(&self) -> String {
        if self.seen.status().is_none() { "accepted".to_owned() } else { progress::phase(&self.seen) }
    }

    /// Commands to type next.
    pub fn advice(&self, options: &str) -> Vec<Advice> {
        let mut advice = self.steps(options);
        let is_over = match &self.end {
            RolloutEnd::RolledBack(by) => by.seen.is_final(),
            RolloutEnd::Failed | RolloutEnd::Aborted => true,
            _ => false,
        };
        if let Some(command) = self.retry.as_ref().filter(|_| is_over) {
            advice.push(("to submit it again with the same token", command.clone()));
        }
        advice
    }

    fn steps(&self, options: &str) -> Vec<Advice> {
        let id = shell::word(self.id());
        let order = &self.seen.order;
        // A rollback can't be rolled back.
        let can_go_back = order.support_rollback != Some(false)
            && order.co_type_code != Some(ChangeOrderType::Rollback)
            && self.refusal.is_none();
        let watch = ("to keep watching", format!("sae order watch {id}{options}"));
        let roll_back = |why| (why, format!("sae order rollback {id}{options}"));
        let back = "to run the previous version again";
        match &self.end {
            RolloutEnd::RolledBack(by) if !matches!(by.end, RolloutEnd::Succeeded) => by.steps(options),
            RolloutEnd::Failed | RolloutEnd::Stuck if can_go_back => vec![roll_back(back)],
            RolloutEnd::TimedOut if can_go_back && self.seen.is_abnormal() => vec![watch, roll_back(back)],
            RolloutEnd::Stuck => {
                vec![("to abort it", format!("sae order abort {id}{options}"))]
            }
            RolloutEnd::Failed | RolloutEnd::Aborted | RolloutEnd::RolledBack(_) | RolloutEnd::Succeeded => {
                vec![("for details", format!("sae order show {id}{options}"))]
            }
            RolloutEnd::WaitingForConfirmation => {
                let confirm = ("to continue", format!("sae order confirm {id}{options}"));
                let back = can_go_back.then(|| roll_back("to roll it back"));
                std::iter::once(confirm).chain(back).collect()
            }
            RolloutEnd::WaitingForApproval | RolloutEnd::TimedOut | RolloutEnd::Interrupted => vec![watch],
            RolloutEnd::Lost { .. } => vec![("to keep watching once that is fixed", watch.1)],
        }
    }
}

fn diagnosed(diagnosis: &Diagnosis) -> Value {
    let instances = diagnosis.instances.iter().map(|failing| {
        let instance = encode_json::to_string_pretty(&failing.instance);
        let mut instance: Map<String, Value> = serde_json::from_str(&instance).unwrap_or_default();
        instance.insert("Log".to_owned(), json!(failing.log));
        Value::Object(instance)
    });
    let events = encode_json::value_to_string_pretty(&diagnosis.events);
    let events: Value = serde_json::from_str(&events).unwrap_or_default();
    json!({
        "Causes": diagnosis.causes,
        "Instances": instances.collect::<Vec<_>>(),
        "Events": events,
        "NotRead": diagnosis.gaps,
    })
}
