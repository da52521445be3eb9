//! How following a change order ended: exit code, explanation, document.

use std::time::Duration;

use sae::change_order::{ChangeOrder, Diagnosis};
use sae::model::{self, ChangeOrderStatus};
use sae::transport::encode_json;
use serde_json::{Map, Value, json};

use super::{Advice, OnFailure, Wanted, is_in_trouble};
use crate::failure::{self, Failure};
use crate::session;
use crate::shown::shown_lines;
use crate::span;
use crate::tell::tell;

/// How far a change order had come when following it ended, and why.
#[derive(Clone, Debug)]
pub struct Ending {
    pub how: How,
    /// What the service said about it last.
    pub order: model::ChangeOrder,
    /// Why it came so, as far as the service tells.
    pub diagnosis: Option<Box<Diagnosis>>,
    /// Why what was to be done with a failing one couldn't be done.
    pub refusal: Option<String>,
    /// How long it was followed.
    pub took: Duration,
    /// Where it stood when it was seen last.
    pub phase: String,
    /// Since when the service has given no answer.
    pub silent: Option<Duration>,
    /// Whether it was over before it was looked at.
    pub is_old: bool,
}

/// How far it had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    Succeeded,
    Failed,
    /// It runs on without getting anywhere.
    Trouble,
    Aborted,
    RolledBack {
        by: String,
    },
    RollbackFailed {
        by: String,
    },
    RollbackTimedOut {
        by: String,
    },
    RollbackInterrupted {
        by: String,
    },
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

impl Ending {
    /// Of a change order of which nothing is known but its identifier.
    pub fn new(order: &ChangeOrder, how: How) -> Self {
        let mut known = model::ChangeOrder::default();
        known.change_order_id = Some(order.id().to_owned());
        known.app_id = order.app_id().map(str::to_owned);
        Self {
            how,
            order: known,
            diagnosis: None,
            refusal: None,
            took: Duration::ZERO,
            phase: String::new(),
            silent: None,
            is_old: false,
        }
    }

    /// The same where what was to be done was refused.
    pub fn refused(self, error: &sae::Error) -> Self {
        Self { refusal: Some(error.to_string()), ..self }
    }

    /// The same where it can't be followed any more.
    pub fn lost(self, error: &sae::Error) -> Self {
        Self { how: How::Lost { why: failure::told(error) }, ..self }
    }

    /// Whether what was wanted is done.
    pub const fn is_done(&self, wanted: Wanted) -> bool {
        matches!(
            (&self.how, wanted),
            (How::Succeeded, Wanted::Success)
                | (How::Aborted, Wanted::Abortion)
                | (How::RolledBack { .. }, Wanted::Restoration)
        )
    }

    fn id(&self) -> &str {
        self.order.change_order_id.as_deref().unwrap_or("without an identifier")
    }

    /// In one word, as documents have it.
    pub const fn word(&self) -> &'static str {
        match self.how {
            How::Succeeded => "succeeded",
            How::Failed | How::Trouble => "failed",
            How::Aborted => "aborted",
            How::RolledBack { .. } => "rolled-back",
            How::RollbackFailed { .. } => "rollback-failed",
            How::Confirmation => "waits-for-confirmation",
            How::Approval => "waits-for-approval",
            How::TimedOut | How::RollbackTimedOut { .. } => "timed-out",
            How::Interrupted | How::RollbackInterrupted { .. } => "interrupted",
            How::Lost { .. } => "unknown",
        }
    }

    /// The change order with its wire names, and how it ended.
    pub fn document(&self) -> String {
        let order = encode_json::to_string_pretty(&self.order);
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
        match &self.how {
            How::RolledBack { by }
            | How::RollbackFailed { by }
            | How::RollbackTimedOut { by }
            | How::RollbackInterrupted { by } => Some(by),
            _ => None,
        }
    }

    /// What the command ends with. `options` are those that the next command repeats.
    pub fn result(&self, wanted: Wanted, on_failure: OnFailure, options: &str) -> Result<(), Failure> {
        if self.is_done(wanted) {
            match wanted {
                Wanted::Success => {}
                Wanted::Abortion => tell!("aborted: what it has replaced stays"),
                Wanted::Restoration => tell!("what there was before is restored"),
            }
            return Ok(());
        }
        let rollout = match &self.how {
            // Asked for something else, it was too late.
            How::Succeeded | How::Failed | How::Trouble | How::RollbackFailed { .. } => {
                failure::Rollout::Failed
            }
            How::Aborted | How::RolledBack { .. } => failure::Rollout::TakenBack,
            How::Confirmation | How::Approval => failure::Rollout::WaitsForConfirmation,
            How::TimedOut | How::RollbackTimedOut { .. } => failure::Rollout::TimedOut,
            How::Interrupted | How::RollbackInterrupted { .. } => failure::Rollout::Interrupted,
            How::Lost { .. } => failure::Rollout::Lost,
        };
        let mut text = self.headline();
        if let Some(diagnosis) = &self.diagnosis {
            // Its first line says what has been said.
            for line in diagnosis.to_string().lines().skip(1) {
                text.push_str(&format!("\n{line}"));
            }
        } else if let Some(message) = self.order.error_message.as_deref().filter(|it| !it.trim().is_empty()) {
            text.push_str(&format!("\n  cause: {message}"));
        }
        if let Some(refusal) = &self.refusal {
            let what = if on_failure == OnFailure::Abort { "aborted" } else { "rolled back" };
            text.push_str(&format!("\n  it could not be {what}: {refusal}"));
        }
        let mut text = shown_lines(&text);
        for (why, command) in self.advice(options) {
            text.push_str(&format!("\n  {why}: {command}"));
        }
        Err(Failure::Rollout(rollout, text))
    }

    /// What has happened, in a line.
    fn headline(&self) -> String {
        let (id, took) = (self.id(), span::watch(self.took));
        let after = if self.is_old { String::new() } else { format!(" after {took}") };
        let mut place = String::new();
        if let [_, _, ..] = &self.order.pipelines[..] {
            let of = self.order.pipelines.len();
            let at =
                self.order.pipelines.iter().position(|it| it.pipeline_id == self.order.current_pipeline_id);
            place = at.map(|at| format!("batch {} of {of}", at + 1)).unwrap_or_default();
        }
        let within = if place.is_empty() { String::new() } else { format!(" in {place}") };
        let before = if place.is_empty() { "it".to_owned() } else { place };
        match &self.how {
            How::Succeeded => format!("change order {id} had succeeded before that"),
            How::Failed => format!("change order {id} failed{within}{after}"),
            How::Trouble => {
                format!("change order {id} gets no further{within} after {took}; the service lets it run")
            }
            How::Aborted => format!("change order {id} was aborted{after}; what it has replaced stays"),
            How::RolledBack { by } => format!("change order {id} was rolled back by {by}{after}"),
            How::RollbackFailed { by } => format!("change order {id} failed, and so did its rollback, {by}"),
            How::RollbackTimedOut { by } => {
                format!("change order {id} failed; its rollback, {by}, goes on after {took}")
            }
            How::RollbackInterrupted { by } => {
                format!("no longer watching after {took}; {by} goes on to roll back change order {id}")
            }
            How::Confirmation => format!("{before} of change order {id} starts once it is confirmed"),
            How::Approval => format!("change order {id} waits for an approval in the console"),
            How::Lost { why } => {
                let seen = if self.phase.is_empty() { "accepted" } else { &self.phase };
                format!(
                    "change order {id} was last seen {seen}, and can't be followed any more\n  cause: {why}"
                )
            }
            How::TimedOut => match self.silent.map(span::watch) {
                Some(since) => format!(
                    "what became of change order {id} isn't known: no answer since {since}, last seen {}",
                    self.phase
                ),
                None => format!("change order {id} isn't over after {took} and goes on"),
            },
            How::Interrupted => format!("no longer watching after {took}; change order {id} goes on"),
        }
        .replace("it of change order", "change order")
    }

    /// The commands to type next.
    pub fn advice(&self, options: &str) -> Vec<Advice> {
        let id = session::word(self.id());
        let can_go_back = self.order.support_rollback != Some(false) && self.refusal.is_none();
        let watch = |id: &str| ("to go on watching", format!("sae order watch {id}{options}"));
        let show = |id: &str| ("to look closer", format!("sae order show {id}{options}"));
        let restore = ("to restore what there was before", format!("sae order rollback {id}{options}"));
        match &self.how {
            How::Failed | How::Trouble if can_go_back => vec![restore],
            How::TimedOut if can_go_back && is_in_trouble(&self.order) => vec![watch(&id), restore],
            How::Trouble => vec![("to end it where it stands", format!("sae order abort {id}{options}"))],
            How::Failed | How::Aborted | How::RolledBack { .. } | How::Succeeded => vec![show(&id)],
            How::RollbackFailed { by } => vec![show(&session::word(by))],
            How::RollbackTimedOut { by } | How::RollbackInterrupted { by } => vec![watch(&session::word(by))],
            How::Confirmation => vec![
                ("to go on", format!("sae order confirm {id}{options}")),
                ("to take it back", format!("sae order rollback {id}{options}")),
            ],
            How::Approval | How::TimedOut | How::Interrupted => vec![watch(&id)],
            How::Lost { .. } => {
                vec![("to go on watching once that is mended", format!("sae order watch {id}{options}"))]
            }
        }
    }

    /// How many batches it has done, and of how many.
    pub fn batches(&self) -> (usize, usize) {
        let done = |it: &&model::Pipeline| it.status == Some(ChangeOrderStatus::Succeeded);
        (self.order.pipelines.iter().filter(done).count(), self.order.pipelines.len())
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
