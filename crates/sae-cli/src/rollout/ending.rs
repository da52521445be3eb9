//! How following a change order ended: exit code, explanation, document.

use std::time::Duration;

use clap::ArgMatches;
use sae::change_order::Diagnosis;
use sae::model::{self, ChangeOrderStatus};
use sae::transport::encode_json;
use serde_json::{Map, Value, json};

use super::{OnFailure, Wanted};
use crate::failure::{self, Failure};
use crate::session;
use crate::shown::shown_lines;
use crate::span;

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
}

impl Ending {
    pub const fn new(how: How, order: model::ChangeOrder, took: Duration) -> Self {
        Self { how, order, diagnosis: None, refusal: None, took }
    }

    /// The same where what was to be done was refused.
    pub fn refused(self, error: &sae::Error) -> Self {
        Self { refusal: Some(error.to_string()), ..self }
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

    fn by(&self) -> Option<&str> {
        match &self.how {
            How::RolledBack { by }
            | How::RollbackFailed { by }
            | How::RollbackTimedOut { by }
            | How::RollbackInterrupted { by } => Some(by),
            _ => None,
        }
    }

    /// What the command ends with.
    pub fn result(self, wanted: Wanted, on_failure: OnFailure, options: &ArgMatches) -> Result<(), Failure> {
        let is_done = matches!(
            (&self.how, wanted),
            (How::Succeeded, Wanted::Success)
                | (How::Aborted, Wanted::Abortion)
                | (How::RolledBack { .. }, Wanted::Restoration)
        );
        if is_done {
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
        let text = shown_lines(&text);
        Err(Failure::Rollout(rollout, format!("{text}{}", self.advice(&session::repeated(options)))))
    }

    /// What has happened, in a line.
    fn headline(&self) -> String {
        let (id, took) = (self.id(), span::watch(self.took));
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
            How::Failed => format!("change order {id} failed{within} after {took}"),
            How::Trouble => {
                format!("change order {id} gets no further{within} after {took}; the service lets it run")
            }
            How::Aborted => format!("change order {id} was aborted after {took}; what it has replaced stays"),
            How::RolledBack { by } => format!("change order {id} was rolled back by {by} after {took}"),
            How::RollbackFailed { by } => format!("change order {id} failed, and so did its rollback, {by}"),
            How::RollbackTimedOut { by } => {
                format!("change order {id} failed; its rollback, {by}, goes on after {took}")
            }
            How::RollbackInterrupted { by } => {
                format!("no longer watching after {took}; {by} goes on to roll back change order {id}")
            }
            How::Confirmation => format!("{before} of change order {id} starts once it is confirmed"),
            How::Approval => format!("change order {id} waits for an approval in the console"),
            How::TimedOut => format!("change order {id} isn't over after {took} and goes on"),
            How::Interrupted => format!("no longer watching after {took}; change order {id} goes on"),
        }
        .replace("it of change order", "change order")
    }

    /// The commands to type next.
    fn advice(&self, options: &str) -> String {
        let id = session::word(self.id());
        let can_go_back = self.order.support_rollback != Some(false);
        let lines: Vec<(&str, String)> = match &self.how {
            How::Failed | How::Trouble if can_go_back && self.refusal.is_none() => {
                vec![("to restore what there was before", format!("sae order rollback {id}"))]
            }
            How::Trouble => vec![("to end it where it stands", format!("sae order abort {id}"))],
            How::Failed | How::Aborted | How::RolledBack { .. } | How::Succeeded => {
                vec![("to look closer", format!("sae order show {id}"))]
            }
            How::RollbackFailed { by } => {
                vec![("to look closer", format!("sae order show {}", session::word(by)))]
            }
            How::RollbackTimedOut { by } | How::RollbackInterrupted { by } => {
                vec![("to go on watching", format!("sae order watch {}", session::word(by)))]
            }
            How::Confirmation => vec![
                ("to go on", format!("sae order confirm {id}")),
                ("to take it back", format!("sae order rollback {id}")),
            ],
            How::Approval | How::TimedOut | How::Interrupted => {
                vec![("to go on watching", format!("sae order watch {id}"))]
            }
        };
        let mut text = String::new();
        for (why, command) in lines {
            text.push_str(&format!("\n  {why}: {command}{options}"));
        }
        text
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
