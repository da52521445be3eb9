//! How following a change order ended: exit code, explanation, document.

use std::time::Duration;

use sae::change_order::{ChangeOrder, Diagnosis, Snapshot};
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

/// How far a change order had come when following it ended, and why.
#[derive(Clone, Debug)]
pub struct RolloutResult {
    pub end: RolloutEnd,
    /// What was seen of it last.
    pub seen: Snapshot,
    /// Why it came so, as far as the service tells.
    pub diagnosis: Option<Box<Diagnosis>>,
    /// Why what was to be done with a failing one couldn't be done.
    pub refusal: Option<String>,
    /// How it is submitted anew.
    pub retry: Option<String>,
    /// How long it was followed.
    pub took: Duration,
    /// Since when the service has given no answer.
    pub silent: Option<Duration>,
    /// Whether it was over before it was looked at.
    pub is_old: bool,
}

/// How far it had come.
#[derive(Clone, Debug)]
pub enum RolloutEnd {
    Succeeded,
    Failed,
    /// It runs on without getting anywhere.
    Trouble,
    Aborted,
    /// Another one takes it back: what became of that one.
    TakenBack(Box<RolloutResult>),
    /// It waits for somebody's confirmation.
    Confirmation,
    /// It waits for somebody's approval.
    Approval,
    TimedOut,
    /// Somebody pressed Ctrl-C.
    Interrupted,
    /// It can't be followed any more.
    Lost {
        why: String,
    },
}

impl RolloutEnd {
    /// It can't be followed any more.
    pub fn lost(error: &sae::Error) -> Self {
        Self::Lost { why: report::error_text(error) }
    }
}

impl RolloutResult {
    /// Of a change order of which nothing is known but its identifier.
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
            is_old: false,
        }
    }

    /// The same where what was to be done was refused.
    pub fn refused(self, error: &sae::Error) -> Self {
        Self { refusal: Some(error.to_string()), ..self }
    }

    /// Whether what was wanted is done.
    pub fn is_done(&self, wanted: Wanted) -> bool {
        match (&self.end, wanted) {
            (RolloutEnd::Succeeded, Wanted::Success) | (RolloutEnd::Aborted, Wanted::Abortion) => true,
            (RolloutEnd::TakenBack(by), Wanted::Restoration) => matches!(by.end, RolloutEnd::Succeeded),
            _ => false,
        }
    }

    pub fn id(&self) -> &str {
        self.seen.order.change_order_id.as_deref().unwrap_or("without an identifier")
    }

    /// In one word, as documents have it.
    pub fn word(&self) -> &'static str {
        match &self.end {
            RolloutEnd::Succeeded => "succeeded",
            RolloutEnd::Failed | RolloutEnd::Trouble => "failed",
            RolloutEnd::Aborted => "aborted",
            RolloutEnd::TakenBack(by) => match by.end {
                RolloutEnd::Succeeded => "rolled-back",
                RolloutEnd::Failed | RolloutEnd::Trouble | RolloutEnd::Aborted => "rollback-failed",
                _ => by.word(),
            },
            RolloutEnd::Confirmation => "waits-for-confirmation",
            RolloutEnd::Approval => "waits-for-approval",
            RolloutEnd::TimedOut => "timed-out",
            RolloutEnd::Interrupted => "interrupted",
            RolloutEnd::Lost { .. } => "unknown",
        }
    }

    /// The change order with its wire names, and how it ended.
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

    /// The change order that takes it back.
    pub fn by(&self) -> Option<&str> {
        match &self.end {
            RolloutEnd::TakenBack(by) => Some(by.id()),
            _ => None,
        }
    }

    /// Why it can't be followed any more.
    pub fn loss(&self) -> Option<&str> {
        match &self.end {
            RolloutEnd::Lost { why } => Some(why),
            RolloutEnd::TakenBack(by) => by.loss(),
            _ => None,
        }
    }

    /// What the command ends with. `options` are those that the next command repeats.
    pub fn outcome(&self, wanted: Wanted, on_failure: OnFailure, options: &str) -> Result<(), Failure> {
        if self.is_done(wanted) {
            match wanted {
                Wanted::Success => {}
                Wanted::Abortion => status!("aborted: what it has replaced stays"),
                Wanted::Restoration => status!("what there was before is restored"),
            }
            return Ok(());
        }
        let mut text = self.headline();
        if let Some(why) = self.loss() {
            text.push_str(&format!("\n  cause: {why}"));
        }
        if let Some(diagnosis) = &self.diagnosis {
            // Its first line says what has been said.
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

    /// The same in the terms of exit codes.
    pub fn rollout(&self) -> RolloutFailure {
        match &self.end {
            RolloutEnd::TakenBack(by) => match by.end {
                RolloutEnd::Succeeded => RolloutFailure::TakenBack,
                RolloutEnd::Aborted => RolloutFailure::Failed,
                _ => by.rollout(),
            },
            // Asked for something else, it was too late.
            RolloutEnd::Succeeded | RolloutEnd::Failed | RolloutEnd::Trouble => RolloutFailure::Failed,
            RolloutEnd::Aborted => RolloutFailure::TakenBack,
            RolloutEnd::Confirmation | RolloutEnd::Approval => RolloutFailure::WaitsForConfirmation,
            RolloutEnd::TimedOut => RolloutFailure::TimedOut,
            RolloutEnd::Interrupted => RolloutFailure::Interrupted,
            RolloutEnd::Lost { .. } => RolloutFailure::Lost,
        }
    }

    /// What has happened, in a line.
    fn headline(&self) -> String {
        let (id, took) = (self.id(), duration::clock(self.took));
        let after = if self.is_old { String::new() } else { format!(" after {took}") };
        let batch = progress::batch(&self.seen);
        let within = batch.as_ref().map(|batch| format!(" in {batch}")).unwrap_or_default();
        match &self.end {
            RolloutEnd::Succeeded => format!("change order {id} had succeeded before that"),
            RolloutEnd::Failed => format!("change order {id} failed{within}{after}"),
            RolloutEnd::Trouble => {
                format!("change order {id} gets no further{within} after {took}; the service lets it run")
            }
            RolloutEnd::Aborted => {
                format!("change order {id} was aborted{after}; what it has replaced stays")
            }
            RolloutEnd::TakenBack(by) => match by.end {
                RolloutEnd::Succeeded => format!("change order {id} was rolled back by {}{after}", by.id()),
                RolloutEnd::Failed | RolloutEnd::Trouble | RolloutEnd::Aborted => {
                    format!("change order {id} failed, and so did its rollback, {}", by.id())
                }
                _ => format!("change order {id} is being rolled back: {}", by.headline()),
            },
            RolloutEnd::Confirmation => {
                let of = batch.map(|batch| format!("{batch} of ")).unwrap_or_default();
                format!("{of}change order {id} starts once it is confirmed")
            }
            RolloutEnd::Approval => format!("change order {id} waits for an approval in the console"),
            RolloutEnd::Lost { .. } => {
                format!("change order {id} was last seen {}, and can't be followed any more", self.phase())
            }
            RolloutEnd::TimedOut => match self.silent.map(duration::clock) {
                Some(since) => format!(
                    "what became of change order {id} isn't known: no answer since {since}, last seen {}",
                    self.phase()
                ),
                None => format!("change order {id} isn't over after {took} and goes on"),
            },
            RolloutEnd::Interrupted if self.took.is_zero() => {
                format!("change order {id} is accepted and goes on")
            }
            RolloutEnd::Interrupted => format!("no longer watching after {took}; change order {id} goes on"),
        }
    }

    /// Where it stood when it was seen last.
    fn phase(&self) -> String {
        if self.seen.status().is_none() { "accepted".to_owned() } else { progress::phase(&self.seen) }
    }

    /// The commands to type next.
    pub fn advice(&self, options: &str) -> Vec<Advice> {
        let mut advice = self.steps(options);
        let is_over = match &self.end {
            RolloutEnd::TakenBack(by) => by.seen.is_final(),
            RolloutEnd::Failed | RolloutEnd::Aborted => true,
            _ => false,
        };
        if let Some(command) = self.retry.as_ref().filter(|_| is_over) {
            advice.push(("to submit it anew with the same token", command.clone()));
        }
        advice
    }

    fn steps(&self, options: &str) -> Vec<Advice> {
        let id = shell::word(self.id());
        let order = &self.seen.order;
        // A rollback isn't taken back itself.
        let can_go_back = order.support_rollback != Some(false)
            && order.co_type_code != Some(ChangeOrderType::Rollback)
            && self.refusal.is_none();
        let watch = ("to go on watching", format!("sae order watch {id}{options}"));
        let restore = |why| (why, format!("sae order rollback {id}{options}"));
        let back = "to restore what there was before";
        match &self.end {
            RolloutEnd::TakenBack(by) if !matches!(by.end, RolloutEnd::Succeeded) => by.steps(options),
            RolloutEnd::Failed | RolloutEnd::Trouble if can_go_back => vec![restore(back)],
            RolloutEnd::TimedOut if can_go_back && self.seen.is_abnormal() => vec![watch, restore(back)],
            RolloutEnd::Trouble => {
                vec![("to end it where it stands", format!("sae order abort {id}{options}"))]
            }
            RolloutEnd::Failed | RolloutEnd::Aborted | RolloutEnd::TakenBack(_) | RolloutEnd::Succeeded => {
                vec![("to look closer", format!("sae order show {id}{options}"))]
            }
            RolloutEnd::Confirmation => {
                let confirm = ("to go on", format!("sae order confirm {id}{options}"));
                let back = can_go_back.then(|| restore("to take it back"));
                std::iter::once(confirm).chain(back).collect()
            }
            RolloutEnd::Approval | RolloutEnd::TimedOut | RolloutEnd::Interrupted => vec![watch],
            RolloutEnd::Lost { .. } => vec![("to go on watching once that is mended", watch.1)],
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
